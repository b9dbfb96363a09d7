import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Numbering, orderedNumbering } from '../../src/policy/numbering.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';

/** Few letters, so that ids begin alike, and one above the surrogates, where code units and code points differ. */
const id = fc.string({
  unit: fc.constantFrom('a', 'b', '-', '9', 'é', '\uffee', '😀'),
  maxLength: 5,
});

/** Whatever a numbering tells, and what it says of the ids asked about. */
function told(numbering: Numbering, asked: readonly string[]) {
  return {
    size: numbering.size,
    entries: [...numbering],
    answers: asked.map((one) => [numbering.get(one), numbering.has(one)]),
  };
}

describe('a numbering of ids in order', () => {
  test('says what a map of the same ids says, also of those that come and go later', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { maxLength: 40 }),
        fc.array(id, { maxLength: 20 }),
        fc.array(id, { maxLength: 20 }),
        (first, later, asked) => {
          const ids = [...first].sort((a, b) => (a < b ? -1 : 1));
          const numbering = orderedNumbering(ids);
          const model = new Map(ids.map((one, place) => [one, place]));
          const all = [...ids, ...later, ...asked];
          expect(told(numbering, all)).toEqual(told(model, all));
          const added = later.filter((one) => {
            if (model.has(one)) return false;
            for (const each of [numbering, model]) each.set(one, each.size);
            return true;
          });
          expect(told(numbering, all)).toEqual(told(model, all));
          for (const [place, one] of added.entries()) {
            if (place % 2 === 0)
              expect([numbering, model].map((each) => each.delete(one))).toEqual([true, true]);
          }
          expect(told(numbering, all)).toEqual(told(model, all));
        },
      ),
      { seed: SEED, numRuns: runs(300) },
    );
  });

  test('knows nothing that is no text, whatever it would be compared as', () => {
    const speaking = { toString: () => '7', valueOf: () => '7' };
    for (const ids of [[], ['7'], ['6', '7', '8', 'undefined']]) {
      const numbering = orderedNumbering(ids);
      for (const key of [7, undefined, null, speaking, Symbol('7'), ['7']]) {
        expect(numbering.get(key as string)).toBeUndefined();
        expect(numbering.has(key as string)).toBe(false);
      }
    }
  });
});
