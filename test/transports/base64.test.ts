/** Base64 without a host, against Node's. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/adapters/ble-plx/base64.js';
import { runs } from '../helpers/runs.js';

describe('base64', () => {
  // RFC 4648 §10.
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of `%s` is `%s`, and back', (text, base64) => {
    const bytes = new TextEncoder().encode(text);
    expect(toBase64(bytes)).toBe(base64);
    expect(fromBase64(base64)).toEqual(bytes);
  });

  test('is what Node makes of any bytes, and back', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 520 }), (bytes) => {
      const base64 = Buffer.from(bytes).toString('base64');
      expect(toBase64(bytes)).toBe(base64);
      expect(fromBase64(base64)).toEqual(bytes);
    });
    fc.assert(property, { numRuns: runs(300), seed: 20_261_122 });
  });

  test.each([
    'A',
    'AB',
    'ABC',
    'ABCDE',
    '====',
    'A===',
    'AB=C',
    'A=BC',
    'AB-C',
    'AB_C',
    'AB C',
    'ABC\n',
    'ABCé',
  ])('refuses `%s`', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  test('never throws for a text, and gives back what it took', () => {
    const property = fc.property(fc.string({ maxLength: 12, unit: 'binary' }), (text) => {
      const bytes = fromBase64(text);
      if (bytes !== undefined) expect(toBase64(bytes)).toHaveLength(text.length);
    });
    fc.assert(property, { numRuns: runs(300), seed: 20_261_122 });
  });
});
