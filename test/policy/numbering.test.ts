import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Numbering, numberingFor } from '../../src/policy/numbering.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';

/** So many that they are not kept in a `Map` from the start. */
const MANY = 70_000;

/** A numbering of many ids, and the `Map` that it must equal. */
function filled(idOf: (number: number) => string, count = MANY): [Numbering, Map<string, number>] {
  const numbering = numberingFor(count);
  const model = new Map<string, number>();
  for (let number = 0; number < count; number++) {
    numbering.set(idOf(number), number);
    model.set(idOf(number), number);
  }
  return [numbering, model];
}

/** Compared by hand: `expect` takes seconds for so many. */
function isSame(numbering: Numbering, model: ReadonlyMap<string, number>): boolean {
  const expected = [...model];
  const found = [...numbering];
  return (
    numbering.size === model.size &&
    found.length === expected.length &&
    found.every(([id, number], at) => id === expected[at]?.[0] && number === expected[at]?.[1]) &&
    [...numbering.keys()].every((id, at) => id === expected[at]?.[0]) &&
    expected.every(([id, number]) => numbering.get(id) === number && numbering.has(id))
  );
}

describe('many ids', () => {
  test('are numbered, told in order, and others are not there', () => {
    const [numbering, model] = filled((number) => `right-${number}`);
    expect(numbering).not.toBeInstanceOf(Map);
    expect(isSame(numbering, model)).toBe(true);
    for (let number = 0; number < MANY; number++) {
      if (numbering.get(`left-${number}`) !== undefined) throw new Error(`left-${number} is there`);
    }
    expect(numbering.has(`right-${MANY}`)).toBe(false);
    expect(numbering.get('')).toBeUndefined();
    expect(numbering.get(undefined as never)).toBeUndefined();
  });

  test('that collide are found, however many, and those that came before and come after them', () => {
    const colliding = collidingIds(600);
    const idOf = (number: number) =>
      number >= 1000 && number < 1600 ? (colliding[number - 1000] as string) : `right-${number}`;
    const [numbering, model] = filled(idOf);
    expect(isSame(numbering, model)).toBe(true);
  });

  test('may be one used twice: the later number counts, and one is missing', () => {
    const [numbering, model] = filled((number) => `right-${number === 50_000 ? 7 : number}`);
    expect(numbering.get('right-7')).toBe(50_000);
    expect(isSame(numbering, model)).toBe(true);
    expect(numbering.size).toBe(MANY - 1);
  });

  test('may leave out numbers', () => {
    const numbering = numberingFor(MANY);
    numbering.set('a', 0);
    numbering.set('c', 2);
    expect([...numbering]).toEqual([
      ['a', 0],
      ['c', 2],
    ]);
    expect([numbering.get('a'), numbering.get('b'), numbering.get('c')]).toEqual([0, undefined, 2]);
  });

  test.each([
    ['early', 10],
    ['late', MANY + 1],
  ])(
    'are walked to their end, although one that is too far off moves them all meanwhile, %s',
    (_, moving) => {
      // The last ones, so far apart that each is still entered: together they are longer than a way to a free place may be.
      const [first, second] = [collidingIds(150), collidingIds(120, 150)];
      const [late, ...chosen] = [first[0] as string, ...first.slice(1), ...second];
      const [numbering, model] = filled(
        (number) => chosen[number - MANY + chosen.length] ?? `right-${number}`,
      );
      for (const id of ['left-0', 'left-1', 'left-2'])
        numbering.set(id, model.set(id, model.size).size - 1);
      const before = [...model.keys()];
      const found: string[] = [];
      for (const id of numbering.keys())
        if (found.push(id) === moving) numbering.set(late, MANY + 3);
      expect(numbering.get(late)).toBe(MANY + 3);
      expect(found.filter((id) => id !== late)).toEqual(before);
      expect(isSame(numbering, model.set(late, MANY + 3))).toBe(true);
    },
  );

  test('are what a `Map` is, whatever is entered and taken back later', () => {
    const id = fc.nat(8).map((number) => `right-${MANY - 4 + number}`);
    const edits = fc.array(fc.record({ id, isPut: fc.boolean() }), { maxLength: 12 });
    const property = fc.property(edits, (list) => {
      const [numbering, model] = filled((number) => `right-${number}`);
      for (const { id, isPut } of list) {
        const number = model.get(id) ?? model.size;
        if (isPut) numbering.set(id, number);
        else expect(numbering.delete(id)).toBe(model.has(id));
        if (isPut) model.set(id, number);
        else model.delete(id);
        expect(numbering.size).toBe(model.size);
        expect(numbering.get(id)).toBe(model.get(id));
      }
      expect(isSame(numbering, model)).toBe(true);
    });
    fc.assert(property, { seed: SEED, numRuns: runs(8) });
  });
});

test('few ids are kept in a Map', () => {
  expect(numberingFor(1000)).toBeInstanceOf(Map);
});

/**
 * Ids that would all be entered close to one place of the table, which is its start unless told otherwise: by the hash
 * that it uses, written out again, so that somebody's bad intentions are part of the test.
 */
function collidingIds(count: number, from = 0): string[] {
  const places = 2 ** (Math.ceil(Math.log2(MANY)) + 1);
  const ids: string[] = [];
  for (let number = 0; ids.length < count; number++) {
    const id = `x${number}`;
    let hash = 0x811c9dc5;
    for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    const place = hash & (places - 1);
    if (place >= from && place < from + 32) ids.push(id);
  }
  return ids;
}
