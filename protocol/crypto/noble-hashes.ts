/** The home of @noble/hashes: what SHA-256 answers, in plain JavaScript. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256, 32 bytes (FIPS 180-4). */
export function nobleSha256(message: Uint8Array): Uint8Array {
  return sha256(message);
}

/** HMAC-SHA-256, 32 bytes (RFC 2104). */
export function nobleHmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, message);
}
