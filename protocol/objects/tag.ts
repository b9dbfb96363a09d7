/** Tags: names of devices, people and shares that differ at every lock (offline.md §3.3, `tags`). */
import type { Crypto } from '../crypto/crypto.js';
import { encodeCbor } from '../wire/cbor.js';

/** What a tag names. */
export type TagKind = 'device' | 'person' | 'use';

/**
 * 8 bytes that name `id` at this lock alone: two locks, and who compares their logs, see no link.
 * @param secret - the organisation's tag key, 32 bytes; it never leaves the issuer.
 */
export function tagOf(
  crypto: Crypto,
  secret: Uint8Array,
  kind: TagKind,
  id: string,
  lockId: Uint8Array,
): Uint8Array {
  return crypto.hmacSha256(secret, encodeCbor(['DKP/1 tag', kind, id, lockId])).slice(0, 8);
}
