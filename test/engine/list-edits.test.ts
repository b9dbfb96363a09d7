import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ListEdits, merged, sortedNumbers } from '../../src/engine/list-edits.js';
import { runs } from '../helpers/runs.js';

const numbers = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
const parameters = { seed: 20_261_122, numRuns: runs(500) };

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function edited(add: readonly number[], drop: readonly number[]): ListEdits {
  const edits = new ListEdits();
  for (const value of drop) edits.drop(7, value);
  for (const value of add) edits.add(7, value);
  return edits;
}

describe('edits of lists', () => {
  test('a value dropped is gone unless it is added as well, and the others keep their order', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (list, add, drop) => {
        const before = [...list];
        const kept = list.filter((value) => !drop.includes(value));
        expect(edited(add, drop).apply(7, list)).toEqual([...kept, ...add]);
        expect(list).toEqual(before);
      }),
      parameters,
    );
  });

  test('a list that is kept sorted stays so, each value once', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (list, add, drop) => {
        const sorted = ascending(list);
        const kept = sorted.filter((value) => !drop.includes(value));
        const after = edited(add, drop).applySorted(7, sorted);
        expect(after).toEqual(ascending([...kept, ...add]));
        expect(after).toHaveLength(new Set([...kept, ...add]).size);
      }),
      parameters,
    );
  });

  test('a list nobody edits is the same one', () => {
    const list = [3, 1, 2];
    expect(edited([1], [2]).apply(8, list)).toBe(list);
    expect(new ListEdits().apply(7, list)).toBe(list);
    expect([...new ListEdits().keys()]).toEqual([]);
    expect([...edited([], [2]).keys()]).toEqual([7]);
  });

  test('the lists of one record do not show in those of another', () => {
    const edits = edited([1], [2]);
    edits.add(8, 5);
    edits.addHolding(9, 10, 20, 30);
    expect(edits.of(7)).toEqual({ add: [1], drop: [2] });
    expect(edits.of(8)).toEqual({ add: [5], drop: [] });
    expect(edits.of(9)).toEqual({ add: [10, 20, 30], drop: [] });
    expect(new ListEdits().of(7)).toBeUndefined();
  });

  test('a number named twice in a row is kept once', () => {
    expect(sortedNumbers([1, 2, 2, 3])).toEqual([1, 2, 3]);
  });

  test('sorting and merging equal sorting all of it', () => {
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        expect(sortedNumbers(left)).toEqual(ascending(left));
        expect(merged(ascending(left), ascending(right))).toEqual(ascending([...left, ...right]));
      }),
      parameters,
    );
  });
});
