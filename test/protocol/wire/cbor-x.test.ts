import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '../../../protocol/wire/cbor.js';
import { runs } from '../../helpers/runs.js';
import { anyChange, anyValue, changed } from './cbor-values.js';
import { judgeDecodes, judgeEncodes } from './cbor-x-judge.js';

const SEED = 20261123;

describe('cbor-x', () => {
  test('writes the same bytes for every value', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(Buffer.compare(encodeCbor(value), judgeEncodes(value))).toBe(0);
      }),
      { numRuns: runs(1500), seed: SEED },
    );
  });

  test('writes the same bytes for strings and lists around every size of a head', () => {
    for (const size of [0, 1, 23, 24, 25, 255, 256, 257, 65_535, 65_536, 65_537]) {
      const values = [
        new Uint8Array(size).fill(7),
        'x'.repeat(size),
        'ü'.repeat(size),
        Array.from({ length: size }, () => 0),
        new Map(Array.from({ length: size }, (_, index) => [index, null] as const)),
      ];
      for (const value of values) {
        expect(Buffer.compare(encodeCbor(value), judgeEncodes(value)), `${size}`).toBe(0);
      }
    }
  });

  test('reads the same value from all bytes that are accepted', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyValue, fc.array(anyChange, { maxLength: 3 }), (value, changes) => {
        const bytes = changed(encodeCbor(value), changes);
        const decoded = decodeCbor(bytes);
        if (!decoded.ok) return;
        if (changes.length > 0) accepted += 1;
        expect(judgeDecodes(bytes)).toEqual(decoded.value);
      }),
      { numRuns: runs(5000), seed: SEED },
    );
    // A run in which no changed bytes were accepted would show less than it says.
    expect(accepted).toBeGreaterThan(300);
  });
});
