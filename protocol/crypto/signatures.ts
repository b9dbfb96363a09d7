/**
 * What of a key and a signature can be judged before and after any library looks at them. No library is
 * strict by itself (offline.md §1.10): some take keys of small order, under which anybody signs, some
 * multiply by the cofactor and take several R for one signature, some take the neutral point as R. With
 * these checks around them all libraries say the same.
 */
import { copyBytes, sameBytes } from '../wire/bytes.js';
import { fromHex } from '../wire/hex.js';
import type { PublicKey } from './crypto.js';
import { KEYS_REMEMBERED_MAX, keyName } from './key-name.js';
import { isP256Point, isPrimeOrderPoint } from './noble-curves.js';
import { recent } from './recent.js';
import type { SignatureCheck } from './steps.js';

/**
 * A test for keys that remembers whom it admitted. Judging an Ed25519 key costs about as much as
 * checking a signature, so it is done once. Refused keys are not remembered: anybody can make many.
 */
export function keyJudge(isPrimeOrder = isPrimeOrderPoint): (key: PublicKey) => boolean {
  const admitted = recent<true>(KEYS_REMEMBERED_MAX);
  const isGood = (key: PublicKey): boolean =>
    key.kind === 'ed25519' ? isPrimeOrder(key.x) : isP256Point(key.x, key.y);
  return (key) => admitted.take(keyName(key), () => isGood(key) || undefined) === true;
}

/**
 * Whether 64 bytes may be a signature of such a key at all. For Ed25519: S below the group's order, and
 * R neither the neutral point nor written with y ≥ p (RFC 8032 §5.1.7). The two numbers of ES256 are
 * judged alike by every library.
 */
export function isPlainSignature({ key, signature }: SignatureCheck): boolean {
  if (key.kind === 'es256') return true;
  const r = copyBytes(signature, 0, 32);
  if (sameBytes(r, NEUTRAL)) return false;
  // The highest bit is the sign of x.
  r[31] = (r[31] as number) & 0x7f;
  return isBelow(r, PRIME) && isBelow(signature.subarray(32), ORDER);
}

/** Whether R of an Ed25519 signature is a point of prime order: to ask of those that a lax library took. */
export function hasPrimeOrderR(signature: Uint8Array, isPrimeOrder = isPrimeOrderPoint): boolean {
  return isPrimeOrder(copyBytes(signature, 0, 32));
}

/**
 * A signature that a library takes exactly when it multiplies by the cofactor: all is as it should be
 * save that a point of order 8 was added to R. Made with the seed of 32 bytes 01 and the nonce 5.
 */
export function mixedOrderCheck(): SignatureCheck {
  return {
    key: { kind: 'ed25519', x: copyBytes(MIXED_KEY) },
    message: new Uint8Array(0),
    signature: copyBytes(MIXED_SIGNATURE),
  };
}

/** Whether the little-endian number of 32 bytes is below that in `bound`; both are public. */
function isBelow(bytes: Uint8Array, bound: Uint8Array): boolean {
  for (let index = 31; index >= 0; index--) {
    const difference = (bytes[index] as number) - (bound[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function constant(hex: string): Uint8Array {
  return fromHex(hex) as Uint8Array;
}

/** L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032 §5.1). */
const ORDER = constant('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');

/** p = 2^255 - 19, little-endian (RFC 8032 §5.1). */
const PRIME = constant('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');

/** The encoding of the neutral point: y = 1. */
const NEUTRAL = constant('0100000000000000000000000000000000000000000000000000000000000000');

const MIXED_KEY = constant('8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c');
const MIXED_SIGNATURE = constant(
  'd0424b701d60255de5df705071059ccd22b8349bb4138202ebbd65e9e0ad211b' +
    '537938a5ee715d335f8640aeb37c776cbe58bbdb76e8d3143dd2320271386e07',
);
