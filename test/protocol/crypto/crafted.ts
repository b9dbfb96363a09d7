/** Signatures that no honest signer makes, from secrets the forger knows: the ones libraries disagree about. */
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { PublicKey } from '../../../protocol/crypto/crypto.js';
import type { SignatureCheck } from '../../../protocol/crypto/steps.js';
import { joinBytes } from '../../../protocol/wire/bytes.js';

const { Point } = ed25519;

/** L, the order of the group (RFC 8032 §5.1). */
export const ED25519_ORDER = Point.Fn.ORDER;

/** n, the order of P-256 (SEC 2 §2.4.2). */
export const P256_ORDER = BigInt(
  '0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
);

/** p of P-256. */
export const P256_PRIME = BigInt(
  '0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
);

/** The eight points of small order, the neutral one first. */
export const SMALL_ORDER: readonly Uint8Array[] = ED25519_TORSION_SUBGROUP.map((hex) =>
  Uint8Array.from(Buffer.from(hex, 'hex')),
);

/** Points of X25519 that lead to a shared secret of zeroes, in every encoding (RFC 7748 §6.1). */
export const SMALL_ORDER_U: readonly Uint8Array[] = [
  ...[
    0n,
    1n,
    2n ** 255n - 20n,
    2n ** 255n - 19n,
    2n ** 255n - 18n,
    2n ** 255n,
    2n ** 255n + 1n,
  ].map(bytesLE),
  ...[
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ].map((digits) => Uint8Array.from(Buffer.from(digits, 'hex'))),
];

/** What of a crafted signature is off. All zero: an honest one. */
export interface Craft {
  /** Index of the point of small order that is added to the key. */
  readonly keyTorsion: number;
  /** Index of the point of small order that is added to R. */
  readonly rTorsion: number;
  /** How often L is added to S. */
  readonly excess: number;
}

/** A signature over `message` that holds under the cofactored equation, whatever is off. */
export function craft(
  seed: Uint8Array,
  message: Uint8Array,
  nonce: bigint,
  { keyTorsion, rTorsion, excess }: Craft,
): SignatureCheck {
  const { scalar, point } = ed25519.utils.getExtendedPublicKey(seed);
  const x = point.add(small(keyTorsion)).toBytes();
  const r = (nonce === 0n ? Point.ZERO : Point.BASE.multiply(nonce)).add(small(rTorsion)).toBytes();
  const k = littleEndian(sha512(joinBytes(r, x, message))) % ED25519_ORDER;
  const s = ((nonce + k * scalar) % ED25519_ORDER) + BigInt(excess) * ED25519_ORDER;
  return { key: { kind: 'ed25519', x }, message, signature: joinBytes(r, bytesLE(s)) };
}

/** The same ES256 signature with n - s for s. */
export function otherS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  return joinBytes(signature.subarray(0, 32), bytesBE(P256_ORDER - s));
}

/** 32 bytes, most significant first. */
export function bytesBE(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}

/** 32 bytes, least significant first. */
export function bytesLE(value: bigint): Uint8Array {
  return bytesBE(value).reverse();
}

/** A key that is an Ed25519 point or is none. */
export function rawKey(x: Uint8Array): PublicKey {
  return { kind: 'ed25519', x };
}

function small(index: number) {
  return Point.fromBytes(SMALL_ORDER[index]!);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
