/**
 * Cryptography as a port. Everything below floor 5 asks for these operations and never for a library,
 * so that a phone, a bridge and a lock can each bring the fastest one they have.
 */

/** A public key for signatures, as its raw coordinates. */
export type PublicKey =
  | { readonly kind: 'ed25519'; readonly x: Uint8Array }
  | { readonly kind: 'es256'; readonly x: Uint8Array; readonly y: Uint8Array };

/**
 * The operations of one backend, all synchronous. Lengths are the caller's duty, so an argument of a
 * wrong length is a TypeError; bad bytes of the right length answer `false` or `undefined`, never throw.
 * Secrets and results are copies: nobody keeps or changes what was handed over.
 */
export interface Crypto {
  /** Which library answers: `noble`, `node-crypto`, `sodium`. */
  readonly name: string;
  /** SHA-256, 32 bytes (FIPS 180-4). */
  sha256(message: Uint8Array): Uint8Array;
  /** HMAC-SHA-256, 32 bytes (RFC 2104). */
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** The X25519 public key of a secret of 32 bytes (RFC 7748 §5). */
  x25519Public(secret: Uint8Array): Uint8Array;
  /** The shared secret, or undefined when it is all zero, as a small-order `point` makes it (RFC 7748 §6.1). */
  x25519(secret: Uint8Array, point: Uint8Array): Uint8Array | undefined;
  /** ChaCha20-Poly1305: ciphertext and tag (RFC 8439 §2.8). Key 32 bytes, nonce 12. */
  encrypt(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plain: Uint8Array): Uint8Array;
  /** The plaintext, or undefined when the tag is wrong or missing. */
  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    ad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined;
  /** The public key of an Ed25519 seed of 32 bytes. */
  ed25519Public(seed: Uint8Array): PublicKey & { readonly kind: 'ed25519' };
  /** Ed25519 signature, 64 bytes, deterministic (RFC 8032 §5.1.6). */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** The public key of a P-256 secret scalar of 32 bytes. @throws TypeError when it is zero or too large. */
  es256Public(secret: Uint8Array): PublicKey & { readonly kind: 'es256' };
  /** ECDSA on P-256 with SHA-256, raw r‖s of 64 bytes, deterministic where the backend can (RFC 6979). */
  es256Sign(secret: Uint8Array, message: Uint8Array): Uint8Array;
  /**
   * Whether this key may be used at all: Ed25519 points canonical, not of small order and torsion-free;
   * P-256 points on the curve. A backend remembers the keys it admitted, so that asking again is cheap.
   */
  admitsKey(key: PublicKey): boolean;
  /**
   * Whether `signature` (64 bytes) of `key` is over `message`. Refuses what `admitsKey` refuses, an S that
   * is not below the group's order and a non-canonical R (offline.md §1.10); ES256 accepts a high s.
   */
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean;
}

/** HKDF-SHA-256 (RFC 5869): `length` bytes, at most 64, from key material, a salt and an info text. */
export function hkdfSha256(
  crypto: Crypto,
  material: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (!Number.isInteger(length) || length < 1 || length > 64) {
    throw new RangeError(`1 to 64 bytes from one HKDF here, not \`${length}\``);
  }
  const key = crypto.hmacSha256(salt, material);
  const first = crypto.hmacSha256(key, withByte(info, 1));
  if (length <= 32) return length === 32 ? first : first.slice(0, length);
  const second = new Uint8Array(32 + info.length + 1);
  second.set(first);
  second.set(withByte(info, 2), 32);
  const expanded = new Uint8Array(64);
  expanded.set(first);
  expanded.set(crypto.hmacSha256(key, second), 32);
  return expanded.slice(0, length);
}

function withByte(info: Uint8Array, byte: number): Uint8Array {
  const bytes = new Uint8Array(info.length + 1);
  bytes.set(info);
  bytes[info.length] = byte;
  return bytes;
}
