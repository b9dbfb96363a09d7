/** What a snapshot keeps of a site counted by hand, and what its records keep through changes. */
import { describe, expect, test } from 'vitest';
import { overlaidEngine, snapshotOf } from '../../src/engine/compile.js';
import { at } from '../../src/engine/table.js';
import type { Changes } from '../../src/index.js';
import { BUSY, compiled, heldBy } from '../helpers/busy-site.js';

const changed = (changes: unknown, by: ReturnType<typeof compiled>) => by.apply(changes as Changes);

test('compiling gives each element its number, lists what refers to it and counts what names it', () => {
  const { tables, references, holdings, uniqueHoldings } = snapshotOf(compiled());
  expect(tables.users.blocks[0]?.slice(0, 3)).toMatchObject([
    {
      number: 0,
      active: true,
      teams: [0],
      credentials: [0, 1],
    },
    { number: 1, active: false, holdings: [], teams: [0], credentials: [] },
    { number: 2, active: true, teams: [1], credentials: [] },
  ]);
  expect(at(tables.users, 0)?.holdings.filter((_, place) => place % 3 !== 1)).toEqual([
    1, 1, 2, 2, 6, 0,
  ]);
  expect(at(tables.links, 0)).toMatchObject({
    number: 0,
    active: true,
    teams: [],
    credentials: [],
  });
  expect(at(tables.teams, 0)).toMatchObject({
    number: 0,
    active: true,
    teams: [1],
    credentials: [],
  });
  expect(at(tables.places, 0)).toMatchObject({ doors: [0, 1], stops: [0, 1], holdings: [1] });
  expect(at(tables.places, 1)).toMatchObject({ doors: [2], stops: [], holdings: [4] });
  expect(at(tables.groups, 0)).toMatchObject({
    place: 0,
    doors: [0, 1],
    stops: [1],
    holdings: [2, 3],
  });
  expect(at(tables.groups, 1)).toMatchObject({
    place: -1,
    doors: [0, 2],
    stops: [0, 1],
    holdings: [0],
  });
  expect(at(tables.doors, 0)).toMatchObject({ groups: [0, 1], tenant: 0, lockdowns: [] });
  expect(at(tables.stops, 1)).toMatchObject({ groups: [0, 1], place: 0, id: 'lift-1' });
  expect(at(tables.doors, 2)?.lockdowns.map(({ document }) => document.id)).toEqual(['l2']);
  expect([0, 1, 2, 3, 4, 5].map((number) => at(tables.holders, number))).toEqual([
    0, 0, 0, 2, 1, 8,
  ]);
  expect([0, 1, 2, 3, 4, 5].map((number) => at(tables.validities, number) !== undefined)).toEqual([
    ...[false, true, true, false, true, false],
  ]);
  expect(Array.from(tables.readers.numbering, ([id]) => id)).toEqual(['r2', 'r1']);
  expect(Array.from(tables.schedules.numbering, ([id]) => id)).toEqual(['hours', 'first', 'spare']);
  expect([holdings, [...uniqueHoldings.values()]]).toEqual([[5], [[5]]]);
  const counts = Object.entries(references).map(([name, table]) => [
    name,
    [...table.numbering].map(([, number]) => at<number>(table, number)),
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    places: [4, 1],
    floors: [3, 1],
    users: [1, undefined, 2],
    schedules: [7, 2, undefined],
    calendars: [2],
  });
});

describe('records whose element stays', () => {
  const engine = compiled();
  const gone = {
    remove: { lockdowns: ['l2'] },
    put: { assignments: [heldBy('a5', 'user bob', 'group all')] },
  };
  const { tables } = snapshotOf(engine);

  test('keep what was made of it', () => {
    const next = snapshotOf(changed(gone, engine)).tables;
    expect(at(next.doors, 2)?.lockdowns).toEqual([]);
    expect(at(next.doors, 2)?.fences).toBe(at(tables.doors, 2)?.fences);
    expect(at(next.groups, 1)?.holdings).toEqual([0, 6]);
    expect(at(next.groups, 1)?.restrictions).toBe(at(tables.groups, 1)?.restrictions);
    expect(at(next.users, 1)?.holdings).toHaveLength(3);
    const renamed = changed({ put: { doors: [{ ...BUSY.doors[0], name: 'Front' }] } }, engine);
    expect(snapshotOf(renamed).references.floors).toBe(snapshotOf(engine).references.floors);
    expect(snapshotOf(renamed).tables.validities).toBe(tables.validities);
  });

  test('take in a lockdown that is put at them', () => {
    const lockdowns = [
      { id: 'x', scope: { type: 'place', id: 'hq' } },
      { id: 'y', scope: { type: 'door', id: 'back' } },
    ];
    const next = snapshotOf(changed({ put: { lockdowns } }, engine)).tables;
    expect(at(next.places, 0)?.lockdowns.map(({ document }) => document.id)).toEqual(['x']);
    expect(at(next.doors, 1)?.lockdowns.map(({ document }) => document.id)).toEqual(['y']);
  });

  test('keep what is held at one scope in order of number, whatever came back last', () => {
    const second = heldBy('again', 'team crew', 'group staff');
    const both = changed({ put: { assignments: [second] } }, engine);
    const one = changed({ remove: { assignments: ['a3'] } }, both);
    const back = snapshotOf(changed({ put: { assignments: [BUSY.assignments[3]] } }, one)).tables;
    const numbers = at(back.teams, 0)?.holdings.filter((_, place) => place % 3 === 2);
    expect(numbers).toEqual([3, back.assignments.numbering.get('again')]);
    expect(back.validities).toBe(tables.validities);
  });

  test('follow the groups they are put into', () => {
    const put = { groups: [{ id: 'new', doors: ['shed'], stops: ['lift-1'] }] };
    const next = snapshotOf(changed({ put }, engine)).tables;
    expect(at(next.doors, 2)).toMatchObject({ groups: [1, 2], containers: [0, 5, 6, 10, 11] });
    expect(at(next.stops, 1)).toMatchObject({ groups: [0, 1, 2], id: 'lift-1' });
    expect(at(next.stops, 0)).toBe(at(tables.stops, 0));
  });
});

test('what is laid over may name what nobody has, and nobody gets anything by it', () => {
  const engine = compiled();
  const nowhere = ['place', 'group', 'door'].map((type) => ({ type, id: 'nowhere' }));
  const over = overlaidEngine(
    engine,
    {
      assignments: [
        ...nowhere.map(({ type }, index) => heldBy(`o${index}`, 'user nobody', `${type} nowhere`)),
        heldBy('o3', 'user bob', 'place hq', { role: 'nothing' }),
        heldBy('o4', 'user cyd', 'place hq', { role: 'nothing' }),
        heldBy('o5', 'user nobody', 'door shed'),
      ],
      lockdowns: nowhere.map((scope, index) => ({ id: `x${index}`, scope })),
      groups: [{ id: 'odd', stops: ['no-stop'], doors: ['no-door'] }],
    } as never,
    new Set(),
  );
  const { tables } = snapshotOf(over);
  expect(over.revision).toBe(engine.revision);
  for (const name of ['places', 'doors', 'stops', 'users'] as const) {
    expect(tables[name].size).toBe(snapshotOf(engine).tables[name].size);
  }
  expect(at(tables.users, 2)?.holdings.slice(3)).toEqual([1, -4, 10]);
  const facts = { time: '2026-11-23T09:00:00Z' };
  expect(over.access({ type: 'user', id: 'bob' }, facts)).toEqual(
    engine.access({ type: 'user', id: 'bob' }, facts),
  );
  expect(over.can('cyd', 'unlock', 'front', facts)).toBe(
    engine.can('cyd', 'unlock', 'front', facts),
  );
  expect(at(tables.doors, 2)?.holdings).toEqual([11]);
  expect(() => over.apply({})).toThrow('changes go to the engine that this one was laid over');
});
