/** Every list and count a snapshot keeps, before a change and after that change was taken back. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { at, type Table } from '../../src/engine/table.js';
import type { Changes } from '../../src/index.js';
import { BUSY, compiled, heldBy, LIFT, ORGANIZATION, OWNER } from '../helpers/busy-site.js';

type Built = ReturnType<typeof compiled>;

const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);

/** All that is kept, by number; lists in no particular order are sorted. */
function kept(of: Built) {
  const { tables, references, holdings, lockdowns, uniqueHoldings } = snapshotOf(of);
  const shown = (table: Table<unknown>) =>
    [...table.numbering].map(([id, number]) => {
      const value = at(table, number);
      if (typeof value !== 'object' || value === null) return [id, number, value];
      const lists = Object.entries(value).map(([name, list]) =>
        ['doors', 'stops', 'holdings', 'teams', 'credentials'].includes(name) &&
        !('kind' in value && name === 'holdings')
          ? [name, ascending(list as number[])]
          : [name, list],
      );
      return [id, number, Object.fromEntries(lists)];
    });
  const each = (all: object) =>
    Object.entries(all).map(([name, table]) => [
      name,
      (table as Table<unknown>).size,
      shown(table as Table<unknown>),
    ]);
  return {
    ...{
      tables: each(tables),
      references: each(references),
      holdings: ascending(holdings),
      lockdowns,
    },
    unique: [...uniqueHoldings].map(([role, held]) => [role, ascending(held)]),
  };
}

const before = kept(compiled());
const changed = (changes: unknown, by = compiled()) => by.apply(changes as Changes);

describe('nothing is left of a change that was taken back:', () => {
  test.each([
    ['places', { id: 'hq' }],
    ['doors', { id: 'front', place: 'hq' }],
    ['doors', { id: 'front', place: 'hq', floor: 'attic', unlock: [{ schedule: 'spare' }] }],
    ['doors', { id: 'back', place: 'hq', tenant: { user: 'bob', since: '2026-01-01T00:00:00Z' } }],
    ['doors', { id: 'shed', place: 'annex', readers: [{ id: 'r3' }] }],
    [
      'elevators',
      { ...LIFT, readers: [], stops: LIFT.stops.map(({ id }) => ({ id, floor: 'ground' })) },
    ],
    ['elevators', { ...LIFT, stops: [...LIFT.stops, { id: 'lift-2', floor: 'ground' }] }],
    ['groups', { id: 'staff', place: 'hq', doors: ['front'] }],
    ['groups', { id: 'all', stops: ['lift-0'] }],
    ['users', { id: 'ada', active: false }],
    ['links', { id: 'parcel', active: false }],
    ['teams', { id: 'crew', users: ['cyd'] }],
    ['teams', { id: 'night', users: ['cyd', 'ada'] }],
    ['credentials', { ...BUSY.credentials[0], user: 'bob' }],
    ['assignments', heldBy('a0', 'user bob', 'place hq')],
    ['assignments', heldBy('a1', 'team crew', 'place annex')],
    ['assignments', heldBy('a1', 'user ada', 'place hq', { validity: { schedule: 'first' } })],
    ['assignments', heldBy('a2', 'user ada', 'group staff', { grantedBy: 'bob' })],
    ['assignments', heldBy('a3', 'team night', 'group staff', { validity: { schedule: 'hours' } })],
    ['assignments', heldBy('a4', 'link parcel', 'place hq')],
    ['assignments', heldBy('owner', 'user ada', 'organization acme', OWNER)],
    ['assignments', heldBy('owner', 'user cyd', 'organization acme', { role: 'observer' })],
    ['schedules', { id: 'hours' }],
    ['schedules', { id: 'spare', calendar: 'holidays' }],
    ['lockdowns', { id: 'l0', scope: { type: 'place', id: 'annex' } }],
    ['lockdowns', { id: 'l1', scope: { type: 'door', id: 'shed' } }],
    ['lockdowns', { id: 'l2', scope: { type: 'organization', id: 'acme' } }],
  ] as const)('%s put as %j', (collection, element) => {
    const mine = BUSY[collection].find(({ id }) => id === element.id);
    const there = changed({ put: { [collection]: [element] } });
    expect(kept(there)).not.toEqual(before);
    const back = kept(changed({ put: { [collection]: [mine] } }, there));
    // Numbers of new ids stay given.
    expect(withoutNew(back)).toEqual(before);
  });

  const lastOf = (...names: (keyof typeof BUSY)[]) => ({
    remove: Object.fromEntries(names.map((name) => [name, [BUSY[name].at(-1)?.id]])),
    back: Object.fromEntries(names.map((name) => [name, BUSY[name].slice(-1)])),
  });
  test.each([
    [lastOf('teams'), {}],
    [lastOf('credentials'), {}],
    [lastOf('assignments'), {}],
    [lastOf('lockdowns'), {}],
    [lastOf('schedules'), {}],
    [lastOf('doors', 'lockdowns'), { groups: [{ id: 'all', stops: ['lift-0', 'lift-1'] }] }],
  ] as const)('%j that went and came back', ({ remove, back }, put) => {
    const gone = changed({ remove, put });
    expect(kept(gone)).not.toEqual(before);
    const groups = 'groups' in put ? { groups: [BUSY.groups[1]] } : {};
    expect(kept(changed({ put: { ...back, ...groups } }, gone))).toEqual(before);
  });

  test('all that went and came back, to an organisation that was empty for a while', () => {
    const ids = Object.entries(BUSY).map(([name, list]) => [name, list.map(({ id }) => id)]);
    const gone = changed({ remove: Object.fromEntries(ids) });
    expect(gone.policy).toEqual({ version: 1, revision: 1, organization: ORGANIZATION });
    for (const [, size] of [...kept(gone).tables, ...kept(gone).references]) expect(size).toBe(0);
    expect(kept(gone)).toMatchObject({ holdings: [], lockdowns: [] });
    expect(kept(changed({ put: BUSY }, gone))).toEqual(before);
  });
});

/** Without the stop and the reader that only changes have. */
function withoutNew(state: ReturnType<typeof kept>) {
  const tables = state.tables.map(([name, size, rows]) => [
    name,
    size,
    (rows as unknown[][]).filter(([id]) => id !== 'lift-2' && id !== 'r3'),
  ]);
  return { ...state, tables };
}
