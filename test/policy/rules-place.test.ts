import { describe, expect, test } from 'vitest';
import { documentWith, issuesOf } from '../helpers/policies.js';

/** A fault, what is told of it, and the nearest document without it. */
type Row = [
  rule: string,
  told: string[],
  fault: Record<string, unknown>,
  sound: Record<string, unknown>,
];

const door = (members: object = {}) => ({ id: 'front', place: 'hq', ...members });
const lift = (members: object = {}, stop: object = {}) => ({
  id: 'lift',
  place: 'hq',
  stops: [{ id: 'l0', floor: 'f0', ...stop }],
  ...members,
});
const floors = [
  { id: 'f0', place: 'hq' },
  { id: 'f1', place: 'annex' },
];
const office = [{ id: 'office' }];

const REFERENCES: Row[] = [
  [
    'a floor names a place',
    ['reference /floors/0/place'],
    { floors: [{ id: 'f', place: 'nowhere' }] },
    { floors: [{ id: 'f', place: 'hq' }] },
  ],
  [
    'a door names a place',
    ['reference /doors/0/place'],
    { doors: [door({ place: 'nowhere' })] },
    { doors: [door()] },
  ],
  [
    'a door names a floor',
    ['reference /doors/0/floor'],
    { doors: [door({ floor: 'f9' })], floors },
    { doors: [door({ floor: 'f0' })], floors },
  ],
  [
    'a door lies on a floor of its place',
    ['place_mismatch /doors/0/floor'],
    { doors: [door({ floor: 'f1' })], floors },
    { doors: [door({ floor: 'f1', place: 'annex' })], floors },
  ],
  [
    'a tenant is a user',
    ['reference /doors/0/tenant/user'],
    { doors: [door({ tenant: { user: 'carl', since: '2026-01-01T00:00:00Z' } })] },
    { doors: [door({ tenant: { user: 'ada', since: '2026-01-01T00:00:00Z' } })] },
  ],
  [
    'an elevator names a place',
    ['reference /elevators/0/place'],
    { elevators: [lift({ place: 'nowhere', stops: [] })] },
    { elevators: [lift({ stops: [] })] },
  ],
  [
    'a stop names a floor',
    ['reference /elevators/0/stops/0/floor'],
    { elevators: [lift({}, { floor: 'f9' })], floors },
    { elevators: [lift()], floors },
  ],
  [
    "a stop lies on a floor of the elevator's place",
    ['place_mismatch /elevators/0/stops/0/floor'],
    { elevators: [lift({}, { floor: 'f1' })], floors },
    { elevators: [lift({ place: 'annex' }, { floor: 'f1' })], floors },
  ],
  [
    'a group names a place',
    ['reference /groups/0/place'],
    { groups: [{ id: 'g', place: 'nowhere' }] },
    { groups: [{ id: 'g', place: 'hq' }] },
  ],
  [
    'a group names doors',
    ['reference /groups/0/doors/1'],
    { doors: [door()], groups: [{ id: 'g', doors: ['front', 'back'] }] },
    { doors: [door()], groups: [{ id: 'g', doors: ['front', 'front'] }] },
  ],
  [
    'a group names stops',
    ['reference /groups/0/stops/0'],
    { elevators: [lift()], floors, groups: [{ id: 'g', stops: ['lift'] }] },
    { elevators: [lift()], floors, groups: [{ id: 'g', stops: ['l0'] }] },
  ],
  [
    'a place group has doors of its place',
    ['place_mismatch /groups/0/doors/0'],
    { doors: [door()], groups: [{ id: 'g', place: 'annex', doors: ['front'] }] },
    { doors: [door()], groups: [{ id: 'g', doors: ['front'] }] },
  ],
  [
    'a place group has stops of its place',
    ['place_mismatch /groups/0/stops/0'],
    { elevators: [lift()], floors, groups: [{ id: 'g', place: 'annex', stops: ['l0'] }] },
    { elevators: [lift()], floors, groups: [{ id: 'g', place: 'hq', stops: ['l0'] }] },
  ],
  [
    'a lockdown of a door names one',
    ['reference /lockdowns/0/scope/id'],
    { lockdowns: [{ id: 'l', scope: { type: 'door', id: 'back' } }] },
    { doors: [door()], lockdowns: [{ id: 'l', scope: { type: 'door', id: 'front' } }] },
  ],
  [
    'a lockdown of the organisation names its id',
    ['reference /lockdowns/0/scope/id'],
    { lockdowns: [{ id: 'l', scope: { type: 'organization', id: 'acne' } }] },
    { lockdowns: [{ id: 'l', scope: { type: 'organization', id: 'acme' } }] },
  ],
  [
    'a lockdown exempts roles of the model',
    ['reference /lockdowns/0/exempt/1'],
    {
      lockdowns: [
        { id: 'l', scope: { type: 'place', id: 'hq' }, exempt: ['door_access', 'porter'] },
      ],
    },
    { lockdowns: [{ id: 'l', scope: { type: 'place', id: 'hq' }, exempt: ['door_access'] }] },
  ],
  [
    'a lockdown ends after it began',
    ['span /lockdowns/0/until'],
    {
      lockdowns: [
        {
          id: 'l',
          scope: { type: 'place', id: 'hq' },
          since: '2026-01-01T01:00:00+01:00',
          until: '2026-01-01T00:00:00Z',
        },
      ],
    },
    {
      lockdowns: [
        {
          id: 'l',
          scope: { type: 'place', id: 'hq' },
          since: '2026-01-01T01:00:00+01:00',
          until: '2026-01-01T00:00:01Z',
        },
      ],
    },
  ],
];

const SCHEDULES: Row[] = [
  [
    'a place restricts by a schedule that exists',
    ['reference /places/0/restrictions/schedule'],
    { places: [{ id: 'hq', restrictions: { schedule: 'office' } }] },
    { places: [{ id: 'hq', restrictions: { schedule: 'office' } }], schedules: office },
  ],
  [
    'a door restricts by a schedule that exists',
    ['reference /doors/0/restrictions/schedule'],
    { doors: [door({ restrictions: { schedule: 'office' } })] },
    { doors: [door({ restrictions: { schedule: 'office' } })], schedules: office },
  ],
  [
    'a stop restricts by a schedule that exists',
    ['reference /elevators/0/stops/0/restrictions/schedule'],
    { floors, elevators: [lift({}, { restrictions: { schedule: 'office' } })] },
    { floors, elevators: [lift({}, { restrictions: { schedule: 'office' } })], schedules: office },
  ],
  [
    'a group restricts by a schedule that exists',
    ['reference /groups/0/restrictions/schedule'],
    { groups: [{ id: 'g', restrictions: { schedule: 'office' } }] },
    { groups: [{ id: 'g', restrictions: { schedule: 'office' } }], schedules: office },
  ],
  [
    'a door unlocks by schedules that exist',
    ['reference /doors/0/unlock/0/schedule', 'reference /doors/0/unlock/0/firstToArrive'],
    { doors: [door({ unlock: [{ schedule: 'a', firstToArrive: 'b' }] })], schedules: office },
    {
      doors: [door({ unlock: [{ schedule: 'office', firstToArrive: 'office' }] })],
      schedules: office,
    },
  ],
  [
    'a stop unlocks by schedules that exist',
    ['reference /elevators/0/stops/0/unlock/0/schedule'],
    { floors, elevators: [lift({}, { unlock: [{ schedule: 'a' }] })] },
    { floors, elevators: [lift({}, { unlock: [{ schedule: 'office' }] })], schedules: office },
  ],
  [
    'an offline door has no unlock',
    ['offline_unlock /doors/0/unlock'],
    { doors: [door({ lock: 'offline', unlock: [{ schedule: 'office' }] })], schedules: office },
    { doors: [door({ lock: 'online', unlock: [{ schedule: 'office' }] })], schedules: office },
  ],
  [
    'an offline door has no empty unlock either',
    ['offline_unlock /doors/0/unlock'],
    { doors: [door({ lock: 'offline', unlock: [] })] },
    { doors: [door({ lock: 'offline' })] },
  ],
];

describe.each([
  ['references', REFERENCES],
  ['schedules at doors', SCHEDULES],
])('%s', (_name, rows) => {
  test.each(rows)('%s', (_rule, told, fault, sound) => {
    expect(issuesOf(documentWith(fault))).toEqual(told);
    expect(issuesOf(documentWith(sound))).toEqual([]);
  });
});
