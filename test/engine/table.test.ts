import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, emptyTable, type Table, values } from '../../src/engine/table.js';
import { TableDraft } from '../../src/engine/table-draft.js';
import { runs } from '../helpers/runs.js';

/** Numbers on both sides of leaves and blocks, and far beyond both. */
const NUMBERS = [0, 1, 31, 32, 33, 63, 64, 510, 511, 512, 513, 543, 544, 1023, 1024, 5000];

const edits = fc.array(
  fc.tuple(fc.constantFrom(...NUMBERS), fc.option(fc.integer(), { nil: undefined })),
  { maxLength: 12 },
);

function changed(base: Table<number>, list: readonly (readonly [number, number | undefined])[]) {
  const draft = new TableDraft(base);
  for (const [number, value] of list) draft.set(number, value);
  return draft;
}

describe('a table', () => {
  test('is a map from number to value, and no version sees what comes after it', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 6 }), (steps) => {
        const versions: { table: Table<number>; model: Map<number, number> }[] = [
          { table: emptyTable(), model: new Map() },
        ];
        for (const step of steps) {
          const last = versions.at(-1);
          if (last === undefined) throw new Error('no version');
          const model = new Map(last.model);
          for (const [number, value] of step) {
            if (value === undefined) model.delete(number);
            else model.set(number, value);
          }
          const draft = changed(last.table, step);
          for (const number of NUMBERS) expect(draft.get(number)).toBe(model.get(number));
          versions.push({ table: draft.done(), model });
        }
        for (const { table, model } of versions) {
          for (const number of NUMBERS) expect(at(table, number)).toBe(model.get(number));
          expect(table.size).toBe(model.size);
          const sorted = [...model].sort((a, b) => a[0] - b[0]).map(([, value]) => value);
          expect([...values(table)]).toEqual(sorted);
        }
      }),
      { seed: 20_261_122, numRuns: runs(300) },
    );
  });

  test('shares with the version before it every leaf that did not change', () => {
    const before = changed(
      emptyTable(),
      NUMBERS.map((number) => [number, number]),
    ).done();
    const after = changed(before, [[33, -1]]).done();
    expect(after.blocks[1]).toBe(before.blocks[1]);
    expect(after.blocks[0]).not.toBe(before.blocks[0]);
    expect(after.blocks[0]?.[0]).toBe(before.blocks[0]?.[0]);
    expect(after.blocks[0]?.[1]).not.toBe(before.blocks[0]?.[1]);
  });

  test('has nothing at numbers below and beyond it', () => {
    const table = changed(emptyTable(), [[40, 1]]).done();
    for (const number of [-1, 0, 39, 41, 512, 100_000]) expect(at(table, number)).toBeUndefined();
  });
});
