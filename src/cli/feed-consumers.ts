/** The file of consumers: who may follow a feed, which doors each serves, and by what token it is known. */

import type { FeedCaller } from '../adapters/distribution/http-carrier.js';
import { isPolicyId } from '../admin/policy-id.js';
import { hashOfSecret } from '../admin/provisioning/secret.js';
import { parseJson } from './json.js';

/** Who follows what. */
export interface FeedConsumers {
  /** Doors by the name of the slice. */
  readonly slices: Readonly<Record<string, readonly string[]>>;
  readonly consumers: readonly {
    readonly id: string;
    /** SHA-256 of its bearer token, in lower-case hex. */
    readonly sha256: string;
    /** Empty: the whole policy. */
    readonly slice: string;
  }[];
}

/** The consumers of a file, or the first thing that is wrong with it. */
export type ReadConsumers =
  | { readonly ok: true; readonly value: FeedConsumers }
  | { readonly ok: false; readonly detail: string };

const SHA256 = /^[0-9a-f]{64}$/u;
const CONSUMERS_MAX = 100_000;

/** Reads `{ "slices": { "lobby": ["front"] }, "consumers": [{ "id", "sha256", "slice" }] }`. Strict. */
export function readConsumers(text: string): ReadConsumers {
  const parsed = parseJson(text);
  if (!parsed.ok) return refused(parsed.message);
  const root = parsed.value;
  if (!isObject(root) || !hasOnly(root, ['slices', 'consumers'])) {
    return refused('/: must be an object with `slices` and `consumers` and nothing else');
  }
  const { slices = {}, consumers } = root;
  const isSlices = isObject(slices) && Object.entries(slices).every(isSlice);
  if (!isSlices) return refused('/slices: each name has a list of ids of doors and stops');
  if (!Array.isArray(consumers) || consumers.length === 0 || consumers.length > CONSUMERS_MAX) {
    return refused(`/consumers: must be a list of 1 to ${CONSUMERS_MAX}`);
  }
  const value: FeedConsumers['consumers'][number][] = [];
  for (const [index, one] of consumers.entries()) {
    const at = `/consumers/${index}`;
    if (!isObject(one) || !hasOnly(one, ['id', 'sha256', 'slice'])) {
      return refused(`${at}: may have id, sha256 and slice and nothing else`);
    }
    const { id, sha256, slice = '' } = one;
    if (typeof id !== 'string' || !isPolicyId(id)) return refused(`${at}/id: is malformed`);
    if (typeof sha256 !== 'string' || !SHA256.test(sha256)) {
      return refused(`${at}/sha256: must be 64 hex digits in lower case`);
    }
    const isKnown = slice === '' || (typeof slice === 'string' && Object.hasOwn(slices, slice));
    if (!isKnown) return refused(`${at}/slice: is none of /slices`);
    value.push({ id, sha256, slice: slice as string });
  }
  for (const member of ['id', 'sha256'] as const) {
    if (new Set(value.map((one) => one[member])).size !== value.length) {
      return refused(`/consumers: the same \`${member}\` stands there twice`);
    }
  }
  return { ok: true, value: { slices: slices as FeedConsumers['slices'], consumers: value } };
}

/** Who brings a token. By its hash, from which nobody learns what another would have to be. */
export function feedCallers(
  { consumers }: FeedConsumers,
  sha256: (bytes: Uint8Array) => Uint8Array,
): (token: string | undefined) => FeedCaller | undefined {
  const byHash = new Map(
    consumers.map((one) => [one.sha256, { consumer: one.id, slices: [one.slice] }]),
  );
  return (token) => (token === undefined ? undefined : byHash.get(hashOfSecret(sha256, token)));
}

function isSlice([name, doors]: [string, unknown]): boolean {
  const isDoors = Array.isArray(doors) && doors.length > 0;
  return (
    isPolicyId(name) && isDoors && doors.every((id) => typeof id === 'string' && isPolicyId(id))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not by name: a token that was pasted in the wrong place would stand in a log. */
function hasOnly(value: Record<string, unknown>, members: readonly string[]): boolean {
  return Object.keys(value).every((name) => members.includes(name));
}

function refused(detail: string): ReadConsumers {
  return { ok: false, detail };
}
