/**
 * API keys: how a machine acts for the person who made its key, with that person's rights and no others, and
 * within the operations the key names. A key dies with its maker's right to make one (Kisi: with his role).
 */
import type { Engine } from '../../engine/engine.js';
import type { Entity } from '../../engine/request.js';
import { v } from '../../policy/schema-nodes.js';
import type { Outcome } from '../../values/outcome.js';
import type { PermissionNeed } from '../plan.js';
import { hashOfSecret, isSecretText, sameHash } from '../provisioning/secret.js';
import { idField, instantField, nameField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** Patterns of one key: more means that the key should have been two. */
const SCOPES_MAX = 32;

/** An API key as it is kept: everything but the secret. */
export interface ApiKey {
  readonly name: string;
  /** The user with whose rights it acts. */
  readonly maker: string;
  /** SHA-256 of the secret's text, hex. */
  readonly hash: string;
  /**
   * Operations it may be used for: a whole name (`link.create`), all that begin so (`scim.*`), or `*`. Reading needs
   * `read.events`, `read.policy` and the like, by the same patterns.
   */
  readonly scopes: readonly string[];
  /** Where its maker must keep the right to make it; absent: the organisation. */
  readonly at?: { readonly type: 'place'; readonly id: string };
  /** Epoch milliseconds. */
  readonly created: number;
  readonly expires?: number;
}

/** The record `api_key`; its id is the public part of the key. */
export const apiKeyShape = recordShape<ApiKey>('api_key', () =>
  v.strictObject({
    name: nameField,
    maker: idField,
    hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, 'must be a SHA-256 in hex')),
    scopes: v.pipe(v.array(scopeField), v.minLength(1), v.maxLength(SCOPES_MAX)),
    at: v.optional(v.strictObject({ type: v.literal('place'), id: idField })),
    created: instantField,
    expires: v.optional(instantField),
  }),
);

const scopeField = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(
    /^(?:\*|[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*(?:\.\*)?)$/u,
    'must be an operation, `prefix.*` or `*`',
  ),
);

/** Begins every key, so that scanners of repositories find the ones that leaked. */
const MARK = 'dwk_';
const KEY = /^dwk_([A-Za-z0-9]{8,64})_([A-Za-z0-9_-]{43})$/u;

/** A key as text, from its id (letters and digits) and its secret's text: what its maker is shown once. */
export function apiKeyText(id: string, secret: string): string {
  return `${MARK}${id}_${secret}`;
}

/** The id and the secret in a key's text; undefined for anything else. */
export function readApiKey(
  text: unknown,
): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = (typeof text === 'string' ? KEY.exec(text) : null) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What its maker needs, when he makes it and as long as it lives: Kisi's owners and administrators have it. */
export function apiKeyNeed(key: Pick<ApiKey, 'at'>, action: 'create' | 'delete'): PermissionNeed {
  const resource: Entity =
    key.at === undefined
      ? { type: 'integration', id: '*' }
      : { type: 'integration', id: '*', properties: { scope: key.at } };
  return { action, resource };
}

/** Why a key opens nothing. To whoever brings one, all of them are one answer. */
export type ApiKeyCode = 'key_unknown' | 'key_expired' | 'key_maker';

/**
 * Whether a key that was found by its id is the one brought, and alive: not expired, its maker active and still
 * permitted to make it. Compares in constant time.
 */
export function checkApiKey(
  engine: Engine,
  key: ApiKey | undefined,
  secret: string,
  time: number,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Outcome<ApiKey, ApiKeyCode> {
  const hash = hashOfSecret(sha256, secret);
  // Without a key the same work is done, so that the time does not tell which ids exist.
  const isSame = sameHash(key?.hash ?? hash.replaceAll(/./gu, '0'), hash);
  if (key === undefined || !isSame || !isSecretText(secret)) {
    return { ok: false, code: 'key_unknown', detail: 'no such key' };
  }
  return isAlive(engine, key, time);
}

/** Whether a key that was brought may still be used: asked again inside every write. */
export function isAlive(engine: Engine, key: ApiKey, time: number): Outcome<ApiKey, ApiKeyCode> {
  if (key.expires !== undefined && time >= key.expires) {
    return { ok: false, code: 'key_expired', detail: `expired \`${key.name}\`` };
  }
  const { action, resource } = apiKeyNeed(key, 'create');
  const subject = { type: 'user', id: key.maker };
  const isMaker = engine.check({ subject, action: { name: action }, resource, context: { time } });
  if (isMaker) return { ok: true, value: key };
  return { ok: false, code: 'key_maker', detail: `its maker may make no keys \`${key.maker}\`` };
}

/** Whether a key's scopes cover an operation. No key makes keys: one that leaked could make itself last. */
export function coversOperation({ scopes }: Pick<ApiKey, 'scopes'>, operation: string): boolean {
  if (operation.startsWith('api_key.')) return false;
  return scopes.some(
    (scope) =>
      scope === '*' ||
      scope === operation ||
      (scope.endsWith('.*') && operation.startsWith(scope.slice(0, -1))),
  );
}
