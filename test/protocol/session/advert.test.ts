import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../../protocol/crypto/noble.js';
import {
  ADVERT_BYTES,
  advertBytes,
  CAPABILITY_BITS,
  encodeCapabilities,
  isAdvertOf,
  parseAdvert,
  parseCapabilities,
} from '../../../protocol/session/advert.js';
import { runs } from '../../helpers/runs.js';

const crypto = nobleCrypto();
const key = (fill: number) => new Uint8Array(32).fill(fill);
const salt = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const capabilities = encodeCapabilities({ version: 1, suites: 1, bits: CAPABILITY_BITS.es256 });

describe('an advert', () => {
  test('is five bytes of HMAC over the salt, the salt and the capabilities', () => {
    const tag = createHmac('sha256', key(7)).update(salt).digest().subarray(0, 5);
    const expected = Buffer.concat([tag, salt, Uint8Array.of(1, 1, 1)]);
    expect(Buffer.from(advertBytes(crypto, key(7), salt, capabilities))).toEqual(expected);
    expect(expected).toHaveLength(ADVERT_BYTES);
  });

  test('is recognised by its key alone, and by none of its bits altered', () => {
    const bytes = advertBytes(crypto, key(7), salt, capabilities);
    const advert = parseAdvert(bytes)!;
    expect(isAdvertOf(crypto, advert, key(7))).toBe(true);
    expect(isAdvertOf(crypto, advert, key(8))).toBe(false);
    for (let bit = 0; bit < 13 * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(isAdvertOf(crypto, parseAdvert(altered)!, key(7)), `bit ${bit}`).toBe(false);
    }
  });

  test('I1 shows nothing that stays: two salts have no byte of tag in common by more than chance', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 500; index++) {
      const fresh = Uint8Array.of(0, 0, 0, 0, 0, 0, index >> 8, index & 255);
      const { tag } = parseAdvert(advertBytes(crypto, key(7), fresh, capabilities))!;
      seen.add(Buffer.from(tag).toString('hex'));
    }
    expect(seen.size).toBe(500);
  });

  test('of a lock that is nobody’s has neither tag nor salt, and no key knows it', () => {
    const bytes = advertBytes(crypto, null, salt, capabilities);
    expect(bytes.slice(0, 13)).toEqual(new Uint8Array(13));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (any) => {
        expect(isAdvertOf(crypto, parseAdvert(bytes)!, any)).toBe(false);
      }),
      { numRuns: runs(100), seed: 43 },
    );
  });

  test('of another length is none', () => {
    for (const length of [0, 5, 13, 15, 17, 31]) {
      expect(parseAdvert(new Uint8Array(length))).toBeUndefined();
    }
    expect(() => advertBytes(crypto, key(7), salt.slice(1), capabilities)).toThrow(TypeError);
    expect(() => advertBytes(crypto, key(7), salt, new Uint8Array(2))).toThrow(TypeError);
  });
});

describe('capabilities', () => {
  test('go round', () => {
    const value = { version: 1, suites: 3, bits: 7 };
    expect(parseCapabilities(encodeCapabilities(value))).toEqual(value);
    expect(() => encodeCapabilities({ ...value, bits: 256 })).toThrow(RangeError);
    expect(() => encodeCapabilities({ ...value, bits: 1.5 })).toThrow(RangeError);
  });

  test.each([
    ['another version', [2, 1, 0]],
    ['version 0', [0, 1, 0]],
    ['no suite', [1, 0, 0]],
    ['another suite alone', [1, 2, 0]],
    ['two bytes', [1, 1]],
    ['four bytes', [1, 1, 0, 0]],
    ['nothing', []],
  ])('D5 of %s are nothing to talk with', (_, bytes) => {
    expect(parseCapabilities(Uint8Array.from(bytes))).toBeUndefined();
  });
});
