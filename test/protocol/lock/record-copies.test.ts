import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, newestCopy, sealCopy } from '../../../protocol/lock/record-copies.js';
import { textBytes } from '../../../protocol/wire/text.js';
import { runs } from '../../helpers/runs.js';

const old = sealCopy(textBytes('old'), 6);
const fresh = sealCopy(textBytes('new'), 7);

describe('two copies of a record', () => {
  it('CRC-32 is the one of IEEE 802.3', () => {
    expect(crc32(textBytes('123456789'))).toBe(0xcbf43926);
  });

  it('the one with the higher sequence counts, wherever it stands', () => {
    expect(newestCopy(old, fresh)).toMatchObject({
      payload: textBytes('new'),
      sequence: 7,
      copy: 'b',
    });
    expect(newestCopy(fresh, old)).toMatchObject({
      payload: textBytes('new'),
      sequence: 7,
      copy: 'a',
    });
  });

  it('G3 a torn write leaves the record before it, at every length', () => {
    for (let length = 1; length < fresh.length; length++) {
      expect(newestCopy(old, fresh.slice(0, length))).toMatchObject({ sequence: 6, copy: 'a' });
      const halfOver = old.slice();
      halfOver.set(fresh.subarray(0, length));
      if (length < 4) continue;
      expect(newestCopy(old, halfOver)).toMatchObject({ sequence: 6 });
    }
  });

  it('G3 a flipped bit anywhere is noticed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat(7), (payload, at, bit) => {
        const image = sealCopy(payload, 9);
        const place = at % image.length;
        image[place] = (image[place] as number) ^ (1 << bit);
        expect(newestCopy(old, image)).toMatchObject({ sequence: 6 });
      }),
      { seed: 65, numRuns: runs(300) },
    );
  });

  it('nothing, and a torn first write, are a record that is not there', () => {
    expect(newestCopy(undefined, undefined)).toEqual({ kind: 'absent' });
    expect(newestCopy(fresh.slice(0, 9), new Uint8Array(0))).toEqual({ kind: 'absent' });
  });

  it('two broken copies are no record', () => {
    expect(newestCopy(fresh.slice(0, 9), old.slice(0, 9))).toEqual({ kind: 'corrupt' });
  });

  it('two copies of one sequence that differ are no record', () => {
    expect(newestCopy(old, sealCopy(textBytes('oil'), 6))).toEqual({ kind: 'corrupt' });
    expect(newestCopy(old, old)).toMatchObject({ kind: 'whole' });
  });

  it('G4 the sequence never goes round', () => {
    expect(newestCopy(sealCopy(textBytes('x'), 0xffff_ffff), old)).toMatchObject({ copy: 'a' });
    expect(() => sealCopy(textBytes('x'), 0x1_0000_0000)).toThrow(RangeError);
    expect(() => sealCopy(textBytes('x'), 0)).toThrow(RangeError);
  });
});
