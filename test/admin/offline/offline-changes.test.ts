import { describe, expect, test } from 'vitest';
import { doorRights, nothingKnown } from '../../../src/admin/offline/door-rights.js';
import {
  type OfflineChange,
  offlineChanges,
  pendingOf,
  withOfflineChanges,
  withoutOfflineChanges,
} from '../../../src/admin/offline/offline-changes.js';
import { touchedDoors } from '../../../src/admin/offline/touched-doors.js';
import { type Changes, compilePolicy } from '../../../src/index.js';

const house = {
  version: 1,
  organization: { id: 'house', timeZone: 'Europe/Berlin', roles: 'kiwi' },
  places: [{ id: 'block' }],
  doors: [
    { id: 'flat', place: 'block', lock: 'offline' },
    { id: 'gate', place: 'block' },
    { id: 'attic', place: 'block', lock: 'offline' },
  ],
  groups: [{ id: 'roof', doors: ['attic'] }],
  users: [{ id: 'ada' }, { id: 'bob' }],
  teams: [{ id: 'roofers', users: ['bob'] }],
  credentials: [
    { id: 'ada-phone', kind: 'phone', user: 'ada', state: 'active' },
    { id: 'ada-card', kind: 'card', user: 'ada', state: 'active' },
    { id: 'bob-phone', kind: 'phone', user: 'bob', state: 'active' },
  ],
  assignments: [
    {
      id: 'ada-flat',
      subject: { type: 'user', id: 'ada' },
      role: 'guest',
      scope: { type: 'door', id: 'flat' },
      validity: { until: '2027-01-01T00:00:00Z' },
    },
    {
      id: 'ada-gate',
      subject: { type: 'user', id: 'ada' },
      role: 'guest',
      scope: { type: 'door', id: 'gate' },
    },
    {
      id: 'roofers-roof',
      subject: { type: 'team', id: 'roofers' },
      role: 'guest',
      scope: { type: 'group', id: 'roof' },
    },
  ],
} as const;
const engine = compilePolicy(house);
const found = (changes: Changes) => offlineChanges(engine, engine.apply(changes), changes);
const flat = house.assignments[0];

describe('what a lock must hear of:', () => {
  const ROWS: readonly (readonly [string, Changes, Record<string, readonly OfflineChange[]>])[] = [
    ['nothing, of a new name', { put: { users: [{ id: 'ada', name: 'Ada' }] } }, {}],
    ['nothing, of a right at an online door', { remove: { assignments: ['ada-gate'] } }, {}],
    [
      'a right that ends',
      { remove: { assignments: ['ada-flat'] } },
      { flat: [{ kind: 'revoke', assignment: 'ada-flat' }] },
    ],
    [
      'a right switched off',
      { put: { assignments: [{ ...flat, enabled: false }] } },
      { flat: [{ kind: 'revoke', assignment: 'ada-flat' }] },
    ],
    [
      'an earlier end',
      { put: { assignments: [{ ...flat, validity: { until: '2026-12-24T00:00:00Z' } }] } },
      { flat: [{ kind: 'narrow', assignment: 'ada-flat' }] },
    ],
    [
      'a later end, for the phone alone',
      { put: { assignments: [{ ...flat, validity: { until: '2027-12-24T00:00:00Z' } }] } },
      { flat: [{ kind: 'widen', assignment: 'ada-flat' }] },
    ],
    [
      'hours',
      {
        put: {
          assignments: [
            {
              ...flat,
              validity: {
                ...flat.validity,
                schedule: { windows: [{ days: ['mo'], from: '08:00', until: '09:00' }] },
              },
            },
          ],
        },
      },
      { flat: [{ kind: 'narrow', assignment: 'ada-flat' }] },
    ],
    [
      'a lost phone',
      { put: { credentials: [{ id: 'ada-phone', kind: 'phone', user: 'ada', state: 'lost' }] } },
      { flat: [{ kind: 'narrow', assignment: 'ada-flat', devices: ['ada-phone'] }] },
    ],
    [
      'nothing, of a lost card',
      { put: { credentials: [{ id: 'ada-card', kind: 'card', user: 'ada', state: 'lost' }] } },
      {},
    ],
    [
      'somebody deactivated',
      { put: { users: [{ id: 'bob', active: false }] } },
      { attic: [{ kind: 'narrow', assignment: 'roofers-roof', devices: ['bob-phone'] }] },
    ],
    [
      'somebody who leaves a team',
      { put: { teams: [{ id: 'roofers', users: [] }] } },
      { attic: [{ kind: 'narrow', assignment: 'roofers-roof', devices: ['bob-phone'] }] },
    ],
    [
      'a door taken out of a group',
      { put: { groups: [{ id: 'roof', doors: [] }] } },
      { attic: [{ kind: 'revoke', assignment: 'roofers-roof' }] },
    ],
    [
      'a hand-over',
      {
        put: {
          doors: [
            {
              id: 'flat',
              place: 'block',
              lock: 'offline',
              tenant: { user: 'bob', since: '2026-12-01T00:00:00Z' },
            },
          ],
        },
      },
      { flat: [{ kind: 'narrow', assignment: 'ada-flat' }] },
    ],
    [
      'a lockdown of the place',
      { put: { lockdowns: [{ id: 'l', scope: { type: 'place', id: 'block' } }] } },
      {
        attic: [{ kind: 'narrow', assignment: 'roofers-roof' }],
        flat: [{ kind: 'narrow', assignment: 'ada-flat' }],
      },
    ],
  ];
  test.each(ROWS)('%s', (_, changes, expected) => {
    expect(Object.fromEntries(found(changes).map(({ door, changes }) => [door, changes]))).toEqual(
      expected,
    );
  });
});

test('phones are looked up once for all doors, and for a new name at none', () => {
  const everywhere = engine.apply({
    put: {
      assignments: [
        {
          id: 'roofers-block',
          subject: { type: 'team', id: 'roofers' },
          role: 'guest',
          scope: { type: 'place', id: 'block' },
        },
      ],
    },
  });
  const known = nothingKnown();
  const phonesAt = (door: string) =>
    doorRights(everywhere, door, known).get('roofers-block')?.devices;
  expect(phonesAt('flat')?.size).toBe(1);
  expect(phonesAt('attic')).toBe(phonesAt('flat'));
  const touched = (user: object) => {
    const changes = { put: { users: [{ id: 'bob', ...user }] } };
    return touchedDoors(everywhere, everywhere.apply(changes), changes);
  };
  expect(touched({ name: 'Bob', email: 'bob@example.com', segment: 'staff' })).toEqual([]);
  expect(touched({ active: false })).toEqual(['attic', 'flat']);
  expect(touched({ primaryDevice: 'bob-phone' })).toEqual(['attic', 'flat']);
});

describe('what waits at a door', () => {
  const door = (...changes: OfflineChange[]) => ({ door: 'flat', changes });
  const narrowed = { kind: 'narrow', assignment: 'a', devices: ['x'] } as const;

  test('grows by what is new, and a later change takes the place of what it covers', () => {
    const first = withOfflineChanges(
      undefined,
      door(narrowed, { kind: 'widen', assignment: 'b' }),
      3,
    );
    const second = withOfflineChanges(first, door({ kind: 'narrow', assignment: 'a' }), 4);
    expect(pendingOf(second)).toEqual([
      { kind: 'widen', assignment: 'b', revision: 3 },
      { kind: 'narrow', assignment: 'a', revision: 4 },
    ]);
    const third = withOfflineChanges(second, door({ kind: 'widen', assignment: 'a' }), 5);
    expect(pendingOf(third)).toHaveLength(3);
    const last = withOfflineChanges(third, door({ kind: 'revoke', assignment: 'a' }), 6);
    expect(pendingOf(last).map(({ kind }) => kind)).toEqual(['widen', 'revoke']);
  });

  test('a revocation stays when somebody is given the right anew', () => {
    const taken = withOfflineChanges(undefined, door({ kind: 'revoke', assignment: 'a' }), 1);
    const given = withOfflineChanges(taken, door({ kind: 'narrow', assignment: 'a' }), 2);
    expect(pendingOf(given).map(({ kind }) => kind)).toEqual(['revoke', 'narrow']);
  });

  test('what came after the revision taken up stays', () => {
    const both = withOfflineChanges(
      withOfflineChanges(undefined, door(narrowed), 1),
      door({ kind: 'revoke', assignment: 'b' }),
      2,
    );
    expect(pendingOf(withoutOfflineChanges(both, 1))).toEqual([
      { kind: 'revoke', assignment: 'b', revision: 2 },
    ]);
    expect(withoutOfflineChanges(both, 2)).toBeUndefined();
  });

  test.each([
    {},
    { pending: null },
    { pending: {} },
    { pending: [{ kind: 'revoke', assignment: 'a' }] },
    { pending: [{ kind: 'revoke', revision: 1 }] },
    { pending: [{ kind: 'gone', assignment: 'a', revision: 1 }] },
    { pending: [{ kind: 'narrow', assignment: 'a', devices: 'all', revision: 1 }] },
  ])('is not read as less than it was where it is damaged: %j', (body) => {
    const record = { kind: 'offline_change', id: 'flat', body } as never;
    expect(() => pendingOf(record)).toThrow(TypeError);
    expect(() => withOfflineChanges(record, door(narrowed), 9)).toThrow(TypeError);
    expect(() => withoutOfflineChanges(record, 9)).toThrow(TypeError);
  });
});
