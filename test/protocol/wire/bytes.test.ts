import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytesNumber,
  compareBytes,
  copyBytes,
  joinBytes,
  numberBytes,
  sameBytes,
  sameSecret,
} from '../../../protocol/wire/bytes.js';
import { fromHex, toHex } from '../../../protocol/wire/hex.js';
import { runs } from '../../helpers/runs.js';

const some = fc.uint8Array({ maxLength: 12 });
const settings = { numRuns: runs(400), seed: 20261122 };

describe('byte strings', () => {
  test('compare as Node compares them, in public and in secret', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
        expect(sameBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(sameSecret(a, b)).toBe(sameBytes(a, b));
        expect(sameSecret(a, copyBytes(a))).toBe(true);
      }),
      settings,
    );
  });

  test('of which one is the beginning of the other are not the same', () => {
    const whole = Uint8Array.of(1, 2, 3);
    for (const part of [Uint8Array.of(), Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3, 0)]) {
      expect(sameSecret(whole, part)).toBe(false);
      expect(sameSecret(part, whole)).toBe(false);
      expect(sameBytes(whole, part)).toBe(false);
    }
  });

  test('differ in secret by any one bit', () => {
    const whole = new Uint8Array(16);
    for (let bit = 0; bit < 128; bit++) {
      const other = new Uint8Array(16);
      other[bit >> 3] = 1 << (bit & 7);
      expect(sameSecret(whole, other)).toBe(false);
    }
  });

  test('are joined and copied into memory of their own', () => {
    const buffer = Buffer.of(1, 2, 3, 4);
    const copies = [
      joinBytes(buffer),
      copyBytes(buffer),
      copyBytes(buffer, 1),
      copyBytes(buffer, 1, 3),
    ];
    buffer.fill(0);
    expect(copies).toEqual([
      Uint8Array.of(1, 2, 3, 4),
      Uint8Array.of(1, 2, 3, 4),
      Uint8Array.of(2, 3, 4),
      Uint8Array.of(2, 3),
    ]);
    for (const copy of copies) expect(copy.buffer.byteLength).toBe(copy.length);
    expect(joinBytes()).toEqual(new Uint8Array(0));
  });

  test('hold numbers, most significant byte first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.maxSafeNat(), (size, any) => {
        const value = any % 2 ** (8 * size);
        const bytes = numberBytes(value, size);
        expect(toHex(bytes)).toBe(value.toString(16).padStart(2 * size, '0'));
        expect(bytesNumber(bytes)).toBe(value);
      }),
      settings,
    );
  });

  test.each([
    [256, 1],
    [65_536, 2],
    [2 ** 32, 4],
    [-1, 2],
    [0.5, 2],
    [Number.NaN, 2],
    [2 ** 53, 8],
    [1, 0],
  ])('have no room for %s in %s bytes', (value, size) => {
    expect(() => numberBytes(value, size)).toThrow(RangeError);
  });

  test('have a text in hexadecimal, and few texts have bytes', () => {
    fc.assert(
      fc.property(some, (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
      }),
      settings,
    );
    for (const text of ['0', 'gg', '0x', ' 00', '00 ', '0\n', '00\n', '００', '-1', '1.']) {
      expect(fromHex(text), JSON.stringify(text)).toBeUndefined();
    }
  });
});
