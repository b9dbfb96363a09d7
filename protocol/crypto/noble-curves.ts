/**
 * The home of @noble/curves: X25519, Ed25519 and P-256 in plain JavaScript, and what a point is. P-256 is put together here
 * from noble's parts: every backend asks what a point is, only one signs, and noble's own `p256` is both at once.
 */
import { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { joinBytes } from '../wire/bytes.js';
import type { PublicKey } from './crypto.js';
import { nobleSha256 } from './noble-hashes.js';

/** The curve P-256 (NIST SP 800-186 §3.2.1.3): the prime, the order, the cofactor, the equation, the base point. */
const P256_CURVE = {
  p: BigInt('0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff'),
  n: BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  h: BigInt(1),
  a: BigInt('0xffffffff00000001000000000000000000000000fffffffffffffffffffffffc'),
  b: BigInt('0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b'),
  Gx: BigInt('0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'),
  Gy: BigInt('0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'),
} as const;
const P256Point = /* @__PURE__ */ weierstrass(P256_CURVE);
const p256 = /* @__PURE__ */ ecdsa(P256Point, nobleSha256);

/** The operations on curves that this library lends to a backend. */
export const nobleCurves = {
  x25519Public: (secret: Uint8Array): Uint8Array => x25519.getPublicKey(secret),
  x25519: nobleX25519,
  ed25519Public: (seed: Uint8Array): PublicKey & { readonly kind: 'ed25519' } => ({
    kind: 'ed25519',
    x: ed25519.getPublicKey(seed),
  }),
  ed25519Sign: (seed: Uint8Array, message: Uint8Array): Uint8Array => ed25519.sign(message, seed),
  es256Public: nobleEs256Public,
  // Without `lowS: false` noble would leave RFC 6979, whose s may be high.
  es256Sign: (secret: Uint8Array, message: Uint8Array): Uint8Array =>
    p256.sign(message, secret, { lowS: false }),
  verifies: nobleVerifies,
} as const;

/** Whether 32 bytes are the canonical encoding of an Ed25519 point of prime order, the neutral point excluded. */
export function isPrimeOrderPoint(bytes: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(bytes);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    // noble throws for bytes that are no canonical encoding.
    return false;
  }
}

/** Whether two coordinates of 32 bytes are below the prime and on the curve P-256. */
export function isP256Point(x: Uint8Array, y: Uint8Array): boolean {
  try {
    return !P256Point.fromBytes(uncompressed(x, y)).is0();
  } catch {
    // noble throws for coordinates that are too large, and for those of no point.
    return false;
  }
}

/** Whether 32 bytes are a secret scalar of P-256: neither zero nor too large. */
export function isP256Secret(secret: Uint8Array): boolean {
  const { Fn } = P256Point;
  try {
    return Fn.isValidNot0(Fn.fromBytes(secret));
  } catch {
    // noble throws for the order of the group and what lies above.
    return false;
  }
}

function nobleX25519(secret: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  try {
    return x25519.getSharedSecret(secret, point);
  } catch {
    // noble throws for a shared secret of zeroes; lengths were checked before.
    return undefined;
  }
}

function nobleEs256Public(secret: Uint8Array): PublicKey & { readonly kind: 'es256' } {
  const point = p256.getPublicKey(secret, false);
  return { kind: 'es256', x: point.slice(1, 33), y: point.slice(33) };
}

/** noble's own answer. It multiplies by the cofactor, so by itself it is laxer than the profile. */
function nobleVerifies(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return key.kind === 'ed25519'
    ? ed25519.verify(signature, message, key.x, { zip215: false })
    : p256.verify(signature, message, uncompressed(key.x, key.y), { lowS: false });
}

/** SEC 1 §2.3.3. */
function uncompressed(x: Uint8Array, y: Uint8Array): Uint8Array {
  return joinBytes(Uint8Array.of(4), x, y);
}
