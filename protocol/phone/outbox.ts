/**
 * What a phone keeps for the server until the server has it: receipts, sealed log segments of locks and
 * its own acknowledgement. Losing any of it makes the server learn later, never wrongly (sync.md).
 */
import type { Crypto } from '../crypto/crypto.js';
import { bytes, integer, orNull, sizedBytes } from '../objects/forms.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';
import { toHex } from '../wire/hex.js';

/** Kinds of items by their number in a record. */
const KINDS = { receipt: 1, 'log-segment': 2, 'device-ack': 3 } as const;

/** Items kept: two weeks of a janitor's openings. Above it the oldest goes; a later receipt proves more. */
export const OUTBOX_MAX = 1024;

/** One thing for the server. */
export interface OutboxItem {
  /** Names the item: of the same bytes always the same. */
  readonly id: string;
  readonly kind: keyof typeof KINDS;
  /** 8 bytes; null for what is of no lock. */
  readonly lockId: Uint8Array | null;
  readonly bytes: Uint8Array;
  /** Rises with every item. */
  readonly order: number;
}

/** What a record of the phone's memory is called that holds an item. */
export const OUTBOX_PREFIX = 'outbox-';

/** The outbox with one item more, the item, and the ids that had to go for it. */
export function addItem(
  crypto: Crypto,
  outbox: readonly OutboxItem[],
  kind: OutboxItem['kind'],
  lockId: Uint8Array | null,
  content: Uint8Array,
): {
  readonly outbox: readonly OutboxItem[];
  readonly item: OutboxItem;
  readonly dropped: readonly string[];
} {
  const id = toHex(crypto.sha256(content).slice(0, 16));
  const order = (outbox.at(-1)?.order ?? 0) + 1;
  const item: OutboxItem = { id, kind, lockId, bytes: content.slice(), order };
  // An acknowledgement says more than every one before it; the same bytes need no second place.
  const others = outbox.filter(
    (other) => other.id !== id && !(kind === 'device-ack' && other.kind === kind),
  );
  const kept = [...others.slice(Math.max(0, others.length - OUTBOX_MAX + 1)), item];
  const ids = new Set(kept.map((one) => one.id));
  const dropped = outbox.filter((other) => !ids.has(other.id)).map((other) => other.id);
  return { outbox: kept, item, dropped };
}

/** The bytes of an item's record. */
export function encodeItem(item: OutboxItem): Uint8Array {
  return encodeCbor([KINDS[item.kind], item.lockId, item.bytes, item.order]);
}

/** Reads an item's record; undefined when it is none: the item is lost, which is allowed. */
export function parseItem(crypto: Crypto, record: Uint8Array): OutboxItem | undefined {
  const decoded = decodeCbor(record, { bytes: 4096, depth: 2, items: 5 });
  const parts = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  if (parts.length !== 4) return undefined;
  const [number, lock, body, place] = parts as readonly CborValue[];
  const kind = (Object.keys(KINDS) as OutboxItem['kind'][]).find((name) => KINDS[name] === number);
  const lockId = orNull(bytes(8)).read(lock as CborValue);
  const content = sizedBytes(1, 2048).read(body as CborValue);
  const order = integer(1).read(place as CborValue);
  if (kind === undefined || lockId === undefined || content === undefined || order === undefined) {
    return undefined;
  }
  const id = toHex(crypto.sha256(content).slice(0, 16));
  return { id, kind, lockId, bytes: content, order };
}
