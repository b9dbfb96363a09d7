/**
 * What of a key and a signature can be judged before and after any library looks at them. No library is
 * strict by itself (offline.md §1.10): some take keys of small order, under which anybody signs, some
 * take two encodings of one point, and some multiply by the cofactor. With these checks around them all
 * libraries say the same.
 */
import { sameBytes } from '../wire/bytes.js';
import { toHex } from '../wire/hex.js';
import type { PublicKey } from './crypto.js';
import { isP256Point, isPrimeOrderPoint } from './noble-curves.js';

/** Admitted keys that a backend remembers: those of a large site's devices; above it the one unused longest goes. */
export const KEYS_REMEMBERED_MAX = 4096;

/**
 * A test for keys that remembers whom it admitted. Judging an Ed25519 key costs about as much as a
 * signature, so it is done once. Refused keys are not remembered: strangers make as many as they like.
 */
export function rememberedKeys(isPrimeOrder = isPrimeOrderPoint): (key: PublicKey) => boolean {
  const admitted = new Map<string, true>();
  return (key) => {
    const name = keyName(key);
    const known = admitted.delete(name);
    if (!known) {
      const good = key.kind === 'ed25519' ? isPrimeOrder(key.x) : isP256Point(key.x, key.y);
      if (!good) return false;
    }
    // Set anew, it is the one used last: a Map keeps the order in which its members came.
    admitted.set(name, true);
    if (admitted.size > KEYS_REMEMBERED_MAX) {
      for (const eldest of admitted.keys()) {
        admitted.delete(eldest);
        break;
      }
    }
    return true;
  };
}

/** A text that stands for this key and for no other. */
export function keyName(key: PublicKey): string {
  return key.kind === 'ed25519' ? toHex(key.x) : `${toHex(key.x)}${toHex(key.y)}`;
}

/**
 * Whether 64 bytes may be a signature of such a key at all. For Ed25519: S below the group's order, and
 * R neither the neutral point nor written with y ≥ p (RFC 8032 §5.1.7). Both numbers of ES256 are judged
 * by every library alike.
 */
export function isPlainSignature(key: PublicKey, signature: Uint8Array): boolean {
  if (key.kind === 'es256') return true;
  const r = signature.subarray(0, 32);
  const y = r.slice();
  y[31] = (y[31] as number) & 0x7f;
  return isBelow(signature.subarray(32), ORDER) && isBelow(y, PRIME) && !sameBytes(r, NEUTRAL);
}

/** Whether the little-endian number in `bytes` is below that in `bound`; both public. */
function isBelow(bytes: Uint8Array, bound: Uint8Array): boolean {
  for (let index = 31; index >= 0; index--) {
    const difference = (bytes[index] as number) - (bound[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032 §5.1). */
const ORDER = Uint8Array.of(
  0xed,
  0xd3,
  0xf5,
  0x5c,
  0x1a,
  0x63,
  0x12,
  0x58,
  0xd6,
  0x9c,
  0xf7,
  0xa2,
  0xde,
  0xf9,
  0xde,
  0x14,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0x10,
);

/** p = 2^255 - 19, little-endian (RFC 8032 §5.1). */
const PRIME = new Uint8Array(32).fill(0xff);
PRIME[0] = 0xed;
PRIME[31] = 0x7f;

/** The encoding of the neutral point: y = 1. */
const NEUTRAL = new Uint8Array(32);
NEUTRAL[0] = 1;
