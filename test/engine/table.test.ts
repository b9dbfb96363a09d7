import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  at,
  BLOCK_BITS,
  emptyTable,
  numberOf,
  type Table,
  values,
} from '../../src/engine/table.js';
import { TableDraft } from '../../src/engine/table-draft.js';
import { runs } from '../helpers/runs.js';

/** As the tables of doors and stops have it. */
const SMALL_BLOCK_BITS = 6;

/** Numbers on both sides of blocks of either size, and far beyond. */
const NUMBERS = [0, 1, 62, 63, 64, 65, 127, 128, 510, 511, 512, 513, 1023, 1024, 5000];

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
    const bits = fc.constantFrom(SMALL_BLOCK_BITS, BLOCK_BITS);
    fc.assert(
      fc.property(bits, fc.array(edits, { maxLength: 6 }), (size, steps) => {
        const versions: { table: Table<number>; model: Map<number, number> }[] = [
          { table: emptyTable(new Map(), size), model: new Map() },
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

  test.each([SMALL_BLOCK_BITS, BLOCK_BITS])(
    'of blocks of 2^%i values shares with the version before it every block that did not change',
    (bits) => {
      const all = NUMBERS.map((number) => [number, number] as const);
      const before = changed(emptyTable(new Map(), bits), all).done();
      const after = changed(before, [[513, -1]]).done();
      for (const [index, block] of after.blocks.entries()) {
        if (index === 513 >> bits) expect(block).not.toBe(before.blocks[index]);
        else expect(block).toBe(before.blocks[index]);
      }
      expect([at(before, 513), at(after, 513)]).toEqual([513, -1]);
    },
  );

  test('has nothing for an id without a number or without a value, though its first number has one', () => {
    const numbering = new Map([
      ['first', 0],
      ['gone', 1],
    ]);
    const table = changed(emptyTable(numbering), [[0, 7]]).done();
    const draft = new TableDraft(table);
    expect([draft.find('first'), draft.find('gone'), draft.find('other')]).toEqual([
      ...[7, undefined, undefined],
    ]);
    expect(['first', 'gone', 'other'].map((id) => numberOf(table, id))).toEqual([0, -1, -1]);
  });

  test('has nothing at numbers below and beyond it', () => {
    const table = changed(emptyTable(), [[40, 1]]).done();
    for (const number of [-1, 0, 39, 41, 512, 100_000]) expect(at(table, number)).toBeUndefined();
  });
});
