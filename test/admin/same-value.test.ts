import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedMembers, sameValue } from '../../src/admin/same-value.js';
import { runs } from '../helpers/runs.js';

describe('comparing elements', () => {
  test('equal values are equal and different ones are not, however deep', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const copy: unknown = JSON.parse(JSON.stringify(a));
        expect(sameValue(copy, JSON.parse(JSON.stringify(copy)))).toBe(true);
        const other: unknown = JSON.parse(JSON.stringify(b));
        expect(sameValue(copy, other)).toBe(isDeepStrictEqual(copy, other));
      }),
      { seed: 20261122, numRuns: runs(500) },
    );
  });

  test.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [[1], { 0: 1, length: 1 }, false],
    [null, undefined, false],
    [null, {}, false],
    [0, false, false],
    [{ a: { b: [1] } }, { a: { b: [2] } }, false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(sameValue(a, b)).toBe(expected);
    expect(sameValue(b, a)).toBe(expected);
  });

  test('names the members that differ, those of one side only included', () => {
    const before = { id: 'd', name: 'Door', unlock: [{ schedule: 's' }], lock: 'online' };
    const after = { id: 'd', name: 'Door', unlock: [{ schedule: 't' }], place: 'hq' };
    expect([...changedMembers(before, after)].sort()).toEqual(['lock', 'place', 'unlock']);
  });
});
