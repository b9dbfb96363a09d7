import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Crypto, PublicKey } from '../../../protocol/crypto/crypto.js';
import { memorySigner } from '../../../protocol/crypto/steps.js';
import { joinBytes } from '../../../protocol/wire/bytes.js';
import { runs } from '../../helpers/runs.js';
import { BACKENDS, noble } from './backends.js';
import {
  bytesBE,
  bytesLE,
  craft,
  ED25519_ORDER,
  otherS,
  P256_ORDER,
  P256_PRIME,
  rawKey,
  SMALL_ORDER,
  SMALL_ORDER_U,
} from './crafted.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const text = fc.uint8Array({ maxLength: 300 });
const fill = (length: number, value: number) => new Uint8Array(length).fill(value);
const hex = (value: string) => Uint8Array.from(Buffer.from(value, 'hex'));
const settings = (base: number, seed: number) => ({ numRuns: runs(base), seed });

/** A copy with one bit turned. */
function turned(original: Uint8Array, bit: number): Uint8Array {
  const copy = original.slice();
  const at = Math.floor(bit / 8) % copy.length;
  copy[at] = copy[at]! ^ (1 << (bit % 8));
  return copy;
}

describe.each(BACKENDS.map((crypto) => [crypto.name, crypto] as const))('%s', (_, crypto) => {
  test('answers as noble does wherever there is one right answer', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(12), text, text, (secret, key, nonce, ad, plain) => {
        const all = (backend: Crypto) => {
          const sealed = backend.encrypt(key, nonce, ad, plain);
          const point = backend.x25519Public(secret);
          return {
            sha256: backend.sha256(plain),
            hmac: backend.hmacSha256(ad, plain),
            point,
            shared: backend.x25519(key, point),
            strange: backend.x25519(key, secret),
            sealed,
            opened: backend.decrypt(key, nonce, ad, sealed),
            seed: backend.ed25519Public(secret),
            signature: backend.ed25519Sign(secret, plain),
          };
        };
        expect(all(crypto)).toEqual(all(noble));
      }),
      settings(12, 1),
    );
  });

  test('takes the signatures of every backend, and none that was changed', () => {
    fc.assert(
      fc.property(bytes(32), text, fc.nat(511), fc.nat(2), (secret, message, bit, index) => {
        const signer = BACKENDS[index]!;
        const ed = [signer.ed25519Public(secret), signer.ed25519Sign(secret, message)] as const;
        const es = [signer.es256Public(secret), signer.es256Sign(secret, message)] as const;
        expect(es[0]).toEqual(noble.es256Public(secret));
        for (const [key, signature] of [ed, es]) {
          expect(signature).toHaveLength(64);
          expect(crypto.verify(key, message, signature)).toBe(true);
          expect(crypto.verify(key, message, turned(signature, bit))).toBe(false);
          expect(crypto.verify(key, joinBytes(message, fill(1, 0)), signature)).toBe(false);
        }
        expect(crypto.verify(ed[0], message, es[1])).toBe(false);
        expect(crypto.verify(es[0], message, ed[1])).toBe(false);
      }),
      settings(6, 2),
    );
  });

  test('takes a crafted Ed25519 signature only when nothing about it is off', () => {
    const torsion = fc.oneof(fc.constant(0), fc.nat(7));
    const off = fc.record({ keyTorsion: torsion, rTorsion: torsion, excess: fc.nat(1) });
    const nonce = fc.oneof(fc.constant(0n), fc.bigInt(1n, ED25519_ORDER - 1n));
    fc.assert(
      fc.property(bytes(32), text, nonce, off, (seed, message, r, wrong) => {
        const check = craft(seed, message, r, wrong);
        const honest = wrong.keyTorsion + wrong.rTorsion + wrong.excess === 0 && r !== 0n;
        expect(crypto.verify(check.key, check.message, check.signature)).toBe(honest);
      }),
      settings(25, 3),
    );
  });

  test.each([
    ['a point of mixed order added to the key', 1, { keyTorsion: 1, rTorsion: 0, excess: 0 }],
    ['a point of small order added to R', 1, { keyTorsion: 0, rTorsion: 1, excess: 0 }],
    ['the order added to S', 1, { keyTorsion: 0, rTorsion: 0, excess: 1 }],
    ['the neutral point as R', 0, { keyTorsion: 0, rTorsion: 0, excess: 0 }],
    ['a point of small order as R', 0, { keyTorsion: 0, rTorsion: 3, excess: 0 }],
  ])('refuses %s', (_what, nonce, wrong) => {
    const { key, message, signature } = craft(fill(32, 1), fill(5, 2), BigInt(nonce), wrong);
    expect(crypto.verify(key, message, signature)).toBe(false);
  });

  test('refuses S up to 2^256 - 1 beside a right R', () => {
    const { key, message, signature } = craft(fill(32, 1), fill(5, 2), 1n, {
      keyTorsion: 0,
      rTorsion: 0,
      excess: 0,
    });
    for (const s of [ED25519_ORDER, 2n ** 255n, 2n ** 256n - 1n]) {
      const other = joinBytes(signature.subarray(0, 32), bytesLE(s));
      expect(crypto.verify(key, message, other)).toBe(false);
    }
  });

  test('admits an Ed25519 key of prime order and no other point', () => {
    const good = crypto.ed25519Public(fill(32, 1));
    expect(crypto.admitsKey(good)).toBe(true);
    expect(crypto.admitsKey(good)).toBe(true);
    for (const small of SMALL_ORDER) expect(crypto.admitsKey(rawKey(small))).toBe(false);
    // y = 1 with the sign of x set, and y at and above the prime: other encodings of such points.
    const other = [
      bytesLE(2n ** 255n + 1n),
      bytesLE(2n ** 255n - 19n),
      bytesLE(2n ** 255n - 18n),
      bytesLE(2n ** 256n - 1n),
      // y = 2 is on no point of the curve.
      bytesLE(2n),
    ];
    for (const x of other) expect(crypto.admitsKey(rawKey(x))).toBe(false);
  });

  test('admits no key below 19 in its other encoding', () => {
    for (let y = 0n; y < 19n; y++) {
      for (const sign of [0n, 2n ** 255n]) {
        expect(crypto.admitsKey(rawKey(bytesLE(sign + y + 2n ** 255n - 19n)))).toBe(false);
      }
    }
  });

  test('admits a point on P-256 and nothing beside the curve', () => {
    const { x, y } = crypto.es256Public(fill(32, 1));
    const key = (otherX: Uint8Array, otherY: Uint8Array): PublicKey => ({
      kind: 'es256',
      x: otherX,
      y: otherY,
    });
    expect(crypto.admitsKey(key(x, y))).toBe(true);
    expect(crypto.admitsKey(key(x, turned(y, 0)))).toBe(false);
    expect(crypto.admitsKey(key(y, x))).toBe(false);
    expect(crypto.admitsKey(key(fill(32, 0), fill(32, 0)))).toBe(false);
    expect(crypto.admitsKey(key(bytesBE(P256_PRIME), y))).toBe(false);
    expect(crypto.admitsKey(key(fill(32, 255), fill(32, 255)))).toBe(false);
    // A point with a small x, which fits in 32 bytes a second time as x + p.
    const small = { x: 5n, y: 0x459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbccn };
    expect(crypto.admitsKey(key(bytesBE(small.x), bytesBE(small.y)))).toBe(true);
    expect(crypto.admitsKey(key(bytesBE(small.x + P256_PRIME), bytesBE(small.y)))).toBe(false);
  });

  test('takes an ES256 signature with either s, and none with a number out of range', () => {
    const key = crypto.es256Public(fill(32, 3));
    const message = fill(9, 4);
    const signature = crypto.es256Sign(fill(32, 3), message);
    expect(crypto.verify(key, message, signature)).toBe(true);
    expect(crypto.verify(key, message, otherS(signature))).toBe(true);
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    for (const wrong of [0n, P256_ORDER, P256_ORDER + 1n, 2n ** 256n - 1n]) {
      expect(crypto.verify(key, message, joinBytes(r, bytesBE(wrong)))).toBe(false);
      expect(crypto.verify(key, message, joinBytes(bytesBE(wrong), s))).toBe(false);
    }
    expect(crypto.verify(key, message, fill(64, 0))).toBe(false);
  });

  test('refuses every signature under a key of small order', () => {
    // Under such a key R = S·B holds for any message, or for one in eight.
    for (let nonce = 1; nonce <= 8; nonce++) {
      const honest = { keyTorsion: 0, rTorsion: 0, excess: 0 };
      const { signature } = craft(fill(32, 1), fill(1, 1), BigInt(nonce), honest);
      const forged = joinBytes(signature.subarray(0, 32), bytesLE(BigInt(nonce)));
      for (const x of SMALL_ORDER) {
        expect(crypto.verify(rawKey(x), fill(1, nonce), forged)).toBe(false);
      }
    }
  });

  test('has no shared secret with a point of small order, in any encoding', () => {
    for (const point of SMALL_ORDER_U) expect(crypto.x25519(fill(32, 7), point)).toBeUndefined();
  });

  test('opens nothing that was changed, cut or sealed under something else', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), text, text, fc.nat(), (key, nonce, ad, plain, bit) => {
        const sealed = crypto.encrypt(key, nonce, ad, plain);
        expect(crypto.decrypt(key, nonce, ad, sealed)).toEqual(plain);
        const refused = [
          crypto.decrypt(key, nonce, ad, turned(sealed, bit)),
          crypto.decrypt(turned(key, bit), nonce, ad, sealed),
          crypto.decrypt(key, turned(nonce, bit), ad, sealed),
          crypto.decrypt(key, nonce, joinBytes(ad, fill(1, 0)), sealed),
          crypto.decrypt(key, nonce, ad, sealed.subarray(1)),
          crypto.decrypt(key, nonce, ad, sealed.subarray(0, sealed.length - 1)),
          crypto.decrypt(key, nonce, ad, joinBytes(sealed, fill(1, 0))),
        ];
        for (const opened of refused) expect(opened).toBeUndefined();
      }),
      settings(20, 4),
    );
    for (let length = 0; length < 16; length++) {
      expect(crypto.decrypt(fill(32, 1), fill(12, 1), fill(0, 0), fill(length, 1))).toBeUndefined();
    }
  });

  test.each<[string, (short: Uint8Array) => unknown]>([
    ['x25519 secret', (short) => crypto.x25519(short, fill(32, 9))],
    ['x25519 point', (short) => crypto.x25519(fill(32, 1), short)],
    ['x25519 public secret', (short) => crypto.x25519Public(short)],
    ['key to seal', (short) => crypto.encrypt(short, fill(12, 1), fill(0, 0), fill(0, 0))],
    ['nonce to seal', (short) => crypto.encrypt(fill(32, 1), short, fill(0, 0), fill(0, 0))],
    ['key to open', (short) => crypto.decrypt(short, fill(12, 1), fill(0, 0), fill(16, 0))],
    ['nonce to open', (short) => crypto.decrypt(fill(32, 1), short, fill(0, 0), fill(16, 0))],
    ['seed', (short) => crypto.ed25519Public(short)],
    ['seed to sign', (short) => crypto.ed25519Sign(short, fill(0, 0))],
    ['scalar', (short) => crypto.es256Public(short)],
    ['scalar to sign', (short) => crypto.es256Sign(short, fill(0, 0))],
    ['key to admit', (short) => crypto.admitsKey(rawKey(short))],
    [
      'y to admit',
      (short) =>
        crypto.admitsKey({ kind: 'es256', x: crypto.es256Public(fill(32, 1)).x, y: short }),
    ],
    ['key to verify', (short) => crypto.verify(rawKey(short), fill(0, 0), fill(64, 0))],
    ['signature', (short) => crypto.verify(crypto.ed25519Public(fill(32, 1)), fill(0, 0), short)],
  ])(
    'throws a TypeError for a %s of the wrong length, or that is no byte string',
    (_what, call) => {
      for (const length of [0, 11, 13, 31, 33, 63, 65]) {
        expect(() => call(fill(length, 1)), `${length}`).toThrow(TypeError);
      }
      expect(() => call('00'.repeat(32) as never)).toThrow(TypeError);
      expect(() => call(undefined as never)).toThrow(TypeError);
    },
  );

  test.each([
    ['zero', 0n],
    ['the order', P256_ORDER],
    ['the largest number', 2n ** 256n - 1n],
  ])('throws a TypeError for %s as a secret of P-256', (_what, scalar) => {
    expect(() => crypto.es256Public(bytesBE(scalar))).toThrow(TypeError);
    expect(() => crypto.es256Sign(bytesBE(scalar), fill(0, 0))).toThrow(TypeError);
  });

  test('the least and the greatest secret of P-256 have keys', () => {
    for (const scalar of [1n, P256_ORDER - 1n]) {
      expect(crypto.es256Public(bytesBE(scalar))).toEqual(noble.es256Public(bytesBE(scalar)));
    }
  });

  test('keeps nothing it was given and gives away nothing it keeps', () => {
    const seed = fill(32, 1);
    const key = crypto.ed25519Public(seed);
    const signature = crypto.ed25519Sign(seed, fill(3, 3));
    expect(crypto.verify(key, fill(3, 3), signature)).toBe(true);
    expect(seed).toEqual(fill(32, 1));
    // A key changed after it was admitted is judged as what it is now.
    key.x.set(SMALL_ORDER[1]!);
    expect(crypto.admitsKey(key)).toBe(false);
    expect(crypto.verify(key, fill(3, 3), signature)).toBe(false);
    crypto.sha256(seed).fill(0);
    expect(crypto.sha256(seed)).toEqual(noble.sha256(seed));
    expect(crypto.ed25519Public(seed).x).not.toEqual(key.x);
  });

  test('reads Node buffers without changing them, and keeps none', () => {
    // Found by its sign bit: every second R has it, and a copy by `slice` would have cleared it here.
    for (let fillWith = 0; fillWith < 8; fillWith++) {
      const seed = Buffer.alloc(32, fillWith);
      const message = Buffer.alloc(3, fillWith);
      const { x } = crypto.ed25519Public(seed);
      const signature = Buffer.from(crypto.ed25519Sign(seed, message));
      const key: PublicKey = { kind: 'ed25519', x: Buffer.from(x) };
      expect(crypto.verify(key, message, signature)).toBe(true);
      expect([...signature]).toEqual([...noble.ed25519Sign(seed, message)]);
      expect([...seed, ...message]).toEqual(Array(35).fill(fillWith));
    }
    const secret = Buffer.alloc(32, 1);
    const signer = memorySigner(crypto, 'ed25519', secret);
    secret.fill(2);
    expect(signer.sign(fill(1, 1))).toEqual(noble.ed25519Sign(fill(32, 1), fill(1, 1)));
  });

  test('gives plain byte strings with memory of their own', () => {
    const results = [
      crypto.sha256(fill(3, 1)),
      crypto.hmacSha256(fill(3, 1), fill(3, 1)),
      crypto.x25519Public(fill(32, 1)),
      crypto.x25519(fill(32, 1), fill(32, 9))!,
      crypto.encrypt(fill(32, 1), fill(12, 1), fill(0, 0), fill(3, 3)),
      crypto.ed25519Sign(fill(32, 1), fill(3, 1)),
      crypto.es256Public(fill(32, 1)).x,
      crypto.es256Sign(fill(32, 1), fill(3, 1)),
    ];
    for (const result of results) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      expect(result.buffer.byteLength).toBe(result.length);
    }
  });
});

test("P-256 as it is put together here answers as noble's own", () => {
  fc.assert(
    fc.property(bytes(32), text, (secret, message) => {
      const [, x, y] = [0, 1, 33].map((at) => p256.getPublicKey(secret, false).slice(at, at + 32));
      expect(noble.es256Public(secret)).toEqual({ kind: 'es256', x, y });
      const signature = noble.es256Sign(secret, message);
      expect(signature).toEqual(p256.sign(message, secret, { lowS: false }));
      expect(p256.verify(signature, message, p256.getPublicKey(secret), { lowS: false })).toBe(
        true,
      );
    }),
    settings(40, 20_256),
  );
  fc.assert(
    fc.property(bytes(32), bytes(32), fc.boolean(), (secret, y, isPoint) => {
      const x = p256.getPublicKey(secret, false).slice(1, 33);
      const otherY = isPoint ? p256.getPublicKey(secret, false).slice(33) : y;
      const point = joinBytes(Uint8Array.of(4), x, otherY);
      expect(noble.admitsKey({ kind: 'es256', x, y: otherY })).toBe(
        p256.utils.isValidPublicKey(point, false),
      );
    }),
    settings(40, 20_257),
  );
});

test('noble signs ES256 deterministically, as RFC 6979 §A.2.5 says', () => {
  const secret = hex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721');
  expect(noble.es256Sign(secret, new TextEncoder().encode('sample'))).toEqual(
    hex(
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716' +
        'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ),
  );
});
