/** Looking resources up: a shelf against walking over all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFilter } from '../../../src/admin/scim/filter.js';
import { USER_SHAPE } from '../../../src/admin/scim/resource-shape.js';
import {
  candidatesOf,
  foldedName,
  idsNamed,
  isShelved,
  newShelf,
  type ShelfEntry,
  shelve,
  visibleIds,
} from '../../../src/admin/scim/shelf.js';
import { runs } from '../../helpers/runs.js';

const ids = fc.constantFrom('a', 'B', 'b', 'c', '__proto__', 'constructor');
const entries: fc.Arbitrary<ShelfEntry> = fc.record({
  name: fc.constantFrom('Ada', 'ADA', 'bob', '__proto__').map(foldedName),
  externalId: fc.constantFrom(undefined, 'x', 'X'),
  deleted: fc.boolean(),
});

test('a shelf finds what a walk over all finds, however it came to be', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(ids, fc.option(entries, { nil: undefined })), { maxLength: 25 }),
      fc.array(fc.tuple(ids, entries), { maxLength: 5 }),
      (changes, start) => {
        const model = new Map(start);
        const shelf = newShelf(model);
        for (const [id, entry] of changes) {
          if (entry === undefined) model.delete(id);
          else model.set(id, entry);
          shelve(shelf, id, entry);
          if (model.size % 3 === 0) visibleIds(shelf);
        }
        const visible = [...model].filter(([, { deleted }]) => !deleted);
        const where = (is: (entry: ShelfEntry) => boolean) =>
          visible
            .filter(([, entry]) => is(entry))
            .map(([id]) => id)
            .sort();
        expect(visibleIds(shelf)).toEqual(where(() => true));
        for (const name of ['ada', 'BOB', '__PROTO__', 'none']) {
          expect([...idsNamed(shelf, name)].sort()).toEqual(
            where((entry) => entry.name === foldedName(name)),
          );
        }
        for (const [filter, is] of [
          ['externalId eq "x"', (entry: ShelfEntry) => entry.externalId === 'x'],
          ['title pr and USERNAME eq "adA"', (entry: ShelfEntry) => entry.name === 'ada'],
        ] as const) {
          const parsed = parseFilter(filter);
          expect(parsed.ok && candidatesOf(shelf, USER_SHAPE, 'userName', parsed.value)).toEqual(
            where(is),
          );
        }
        for (const id of ['a', 'b', 'toString'])
          expect(isShelved(shelf, id)).toBe(visible.some(([each]) => each === id));
      },
    ),
    { seed: 61, numRuns: runs(500) },
  );
});

test('only what a filter must be true of narrows a search', () => {
  const shelf = newShelf([['a', { name: 'ada', externalId: 'x', deleted: false }]]);
  for (const filter of [
    'userName ne "ada"',
    'userName eq "ada" or title pr',
    'not (userName eq "ada")',
    'userName sw "ada"',
    'userName eq null',
    'displayName eq "ada"',
  ]) {
    const parsed = parseFilter(filter);
    expect(
      parsed.ok && candidatesOf(shelf, USER_SHAPE, 'userName', parsed.value),
      filter,
    ).toBeUndefined();
  }
});
