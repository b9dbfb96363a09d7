/** API keys at a site: making, listing and ending them, and whose word a key that was brought is. */
import {
  type ApiKey,
  apiKeyNeed,
  apiKeyShape,
  apiKeyText,
  checkApiKey,
  coversOperation,
  isAlive,
  readApiKey,
} from '../../admin/api-keys/api-key.js';
import type { PermissionNeed } from '../../admin/plan.js';
import { hashOfSecret, SECRET_BYTES, secretText } from '../../admin/provisioning/secret.js';
import { allRecords } from './all-records.js';
import type { Actor, Site, SiteView, WriteResult } from './site.js';

/** What a new key is to be. */
export interface ApiKeyOrder {
  readonly name: string;
  /** Operations it may be used for: `link.create`, `scim.*`, `*`. */
  readonly scopes: readonly string[];
  /** The place at which its maker may make keys; absent: the organisation. */
  readonly place?: string;
  /** Epoch milliseconds. */
  readonly expires?: number;
}

/** A new key: `text` is shown now and never again. */
export interface NewApiKey {
  readonly id: string;
  readonly text: string;
}

/** A key without its hash, and whether it works. */
export interface ApiKeyEntry extends Omit<ApiKey, 'hash'> {
  readonly id: string;
  readonly alive: boolean;
}

/**
 * Makes a key that acts for the actor.
 * @returns codes of `write`, and `malformed` for an order that cannot be a key.
 */
export function createApiKey(
  site: Site,
  actor: Actor,
  order: ApiKeyOrder,
): Promise<WriteResult<NewApiKey, 'malformed'>> {
  return site.write<NewApiKey, 'malformed'>({
    actor,
    operation: 'api_key.create',
    plan: (view) => {
      const id = view.newId().replaceAll('-', '');
      const secret = secretText(view.random(SECRET_BYTES));
      const { name, scopes, place, expires } = order;
      const read = apiKeyShape.parse({
        name,
        maker: actor.id,
        hash: hashOfSecret(view.sha256, secret),
        scopes,
        ...(place === undefined ? {} : { at: { type: 'place', id: place } }),
        created: view.time,
        ...(expires === undefined ? {} : { expires }),
      });
      if (!read.ok) return read;
      return {
        ok: true,
        value: {
          value: { id, text: apiKeyText(id, secret) },
          records: { put: [apiKeyShape.record(id, read.value)] },
          needs: [apiKeyNeed(read.value, 'create')],
          audit: { object: { type: 'api_key', id }, data: { name, scopes } },
        },
      };
    },
  });
}

/** Ends a key at once. Its maker may, and whoever may delete integrations where it was made. */
export function revokeApiKey(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<undefined, 'key_unknown'>> {
  return site.write<undefined, 'key_unknown'>({
    actor,
    operation: 'api_key.revoke',
    plan: async ({ store }) => {
      const record = await store.record('api_key', id);
      if (record === undefined) {
        return { ok: false, code: 'key_unknown', detail: `no such key \`${id}\`` };
      }
      const key = apiKeyShape.ofRecord(record);
      return {
        ok: true,
        value: {
          value: undefined,
          records: { remove: [{ kind: 'api_key', id }] },
          ...(key.maker === actor.id ? { own: true } : { needs: [apiKeyNeed(key, 'delete')] }),
          audit: { object: { type: 'api_key', id }, data: { name: key.name } },
        },
      };
    },
  });
}

/** Keys of the site by ascending id, without what would let anybody use one. */
export async function listApiKeys(site: Site): Promise<readonly ApiKeyEntry[]> {
  const time = site.host.now();
  const records = await allRecords(site.store, 'api_key');
  return records.map((record) => {
    const { hash, ...key } = apiKeyShape.ofRecord(record);
    return { id: record.id, ...key, alive: isAlive(site.engine, { ...key, hash }, time).ok };
  });
}

/** Whose word a key is; undefined for a text that is none, an unknown, ended or expired one: all the same answer. */
export async function authenticateApiKey(
  site: Site,
  text: unknown,
): Promise<Extract<Actor, { type: 'user' }> | undefined> {
  const brought = readApiKey(text);
  if (brought === undefined) return undefined;
  // By the newest policy: its maker may have lost his right in another process.
  const engine = await site.refresh();
  const record = await site.store.record('api_key', brought.id);
  const key = record && apiKeyShape.ofRecord(record);
  const checked = checkApiKey(engine, key, brought.secret, site.host.now(), site.host.sha256);
  if (!checked.ok) return undefined;
  return { type: 'user', id: checked.value.maker, via: { type: 'api_key', id: brought.id } };
}

/**
 * Why an actor who comes by a key may not do this, asked inside the write; undefined when he may, or comes by
 * another way. What it answers is for the audit log.
 */
export async function refusalByKey(
  view: Pick<SiteView, 'actor' | 'store' | 'engine' | 'time'>,
  operation: string,
): Promise<{ readonly detail: string } | undefined> {
  const { actor, store, engine, time } = view;
  if (actor.type !== 'user' || actor.via?.type !== 'api_key') return undefined;
  const record =
    actor.via.id === undefined ? undefined : await store.record('api_key', actor.via.id);
  const key = record && apiKeyShape.ofRecord(record);
  if (key === undefined || key.maker !== actor.id) return { detail: 'the key has ended' };
  const alive = isAlive(engine, key, time);
  if (!alive.ok) return alive;
  if (coversOperation(key, operation)) return undefined;
  return { detail: `not an operation of the key \`${operation}\`` };
}

/**
 * Whether an actor may read something of a site: by his key's scopes where he comes by one, and by permissions, as they
 * stand in the store and not only in this process.
 * @param operation - `read.events`, `scim.read`: what the scopes of keys name.
 */
export async function mayRead(
  site: Site,
  actor: Extract<Actor, { type: 'user' }>,
  operation: string,
  needs: readonly PermissionNeed[],
): Promise<boolean> {
  const engine = await site.refresh();
  const view = { actor, store: site.store, engine, time: site.host.now() };
  if ((await refusalByKey(view, operation)) !== undefined) return false;
  const subject = { type: 'user', id: actor.id };
  const context = { time: view.time };
  return needs.every(({ action, resource }) =>
    engine.check({ subject, action: { name: action }, resource, context }),
  );
}
