/** The home of @noble/ciphers: ChaCha20-Poly1305 in plain JavaScript. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';

/** Ciphertext and tag (RFC 8439 §2.8). */
export function nobleEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  return chacha20poly1305(key, nonce, ad).encrypt(plain);
}

/** The plaintext of a ciphertext with its tag of 16 bytes, or undefined when the tag is wrong. */
export function nobleDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  try {
    return chacha20poly1305(key, nonce, ad).decrypt(sealed);
  } catch {
    // noble throws for a wrong tag; lengths were checked before, so nothing else can be wrong.
    return undefined;
  }
}
