/** The home of @noble/hashes: what SHA-256 answers, in plain JavaScript. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256, 32 bytes (FIPS 180-4); with what noble's curves ask of a hash. */
export const nobleSha256: typeof sha256 = sha256;

/** HMAC-SHA-256, 32 bytes (RFC 2104). */
export function nobleHmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, message);
}
