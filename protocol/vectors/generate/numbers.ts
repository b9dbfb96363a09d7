/** Encodings on the curves that no honest key or signature has (RFC 8032 §5.1, FIPS 186-5 §3.2). */
import type { PublicKey } from '../../crypto/crypto.js';
import { keyId } from '../../objects/cose-key.js';
import { fromHex } from '../../wire/hex.js';
import { publicKey } from './actors.js';
import { crypto } from './fixed.js';

const hex = (text: string) => fromHex(text) as Uint8Array;

/** L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
export const ORDER_OF_ED25519 = hex(
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
);

/** The base point: the R of a signature whose S is 1, which holds for every message under `NEUTRAL`. */
export const BASE_POINT = hex(`58${'66'.repeat(31)}`);

/** The neutral point, under which anybody signs anything. */
export const NEUTRAL = hex(`01${'00'.repeat(31)}`);

/** Key id of the neutral point. */
export const NEUTRAL_ID = keyId(crypto, { kind: 'ed25519', x: NEUTRAL });

/** y = p + 1: the neutral point once more. */
export const NOT_CANONICAL = hex(`ee${'ff'.repeat(30)}7f`);

const TORSION = [
  ['order-1', `01${'00'.repeat(31)}`],
  ['order-2', `ec${'ff'.repeat(30)}7f`],
  ['order-4', '00'.repeat(32)],
  ['order-4-negative', `${'00'.repeat(31)}80`],
  ['order-8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order-8-negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
  ['order-8-other', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order-8-other-negative', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
] as const;

const OTHERS = [
  ['y-is-p', `ed${'ff'.repeat(30)}7f`],
  ['y-is-p-plus-1', `ee${'ff'.repeat(30)}7f`],
  ['all-ones', 'ff'.repeat(32)],
  ['negative-zero-x', `01${'00'.repeat(30)}80`],
  ['not-on-the-curve', `02${'00'.repeat(31)}`],
  // The base point and the point `order-8` added up: of order 8L.
  ['mixed-order', '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819'],
] as const;

const P256_PRIME = hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');

/** Keys that must be refused when they are first met (A11). */
export function refusedKeys(): readonly { readonly id: string; readonly key: PublicKey }[] {
  const edwards = [...TORSION, ...OTHERS].map(([id, x]) => ({
    id: `ed25519-${id}`,
    key: { kind: 'ed25519', x: hex(x) } as const,
  }));
  const device = publicKey('device es256') as PublicKey & { readonly kind: 'es256' };
  const y = device.y.slice();
  y[31] = (y[31] as number) ^ 1;
  const zero = new Uint8Array(32);
  return [
    ...edwards,
    { id: 'es256-not-on-the-curve', key: { ...device, y } },
    { id: 'es256-zero', key: { kind: 'es256', x: zero, y: zero } },
    { id: 'es256-x-is-p', key: { ...device, x: P256_PRIME } },
  ];
}
