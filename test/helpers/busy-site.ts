/** A site small enough to count by hand, in which every collection names and is named. */
import { compilePolicy } from '../../src/index.js';

const INLINE = { calendar: 'holidays', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }] };
const places = [{ id: 'hq', restrictions: { schedule: 'hours' } }, { id: 'annex' }];
const floors = [
  { id: 'ground', place: 'hq' },
  { id: 'attic', place: 'hq' },
];
const doors = [
  {
    ...{ id: 'front', place: 'hq', floor: 'ground', readers: [{ id: 'r1' }] },
    unlock: [{ schedule: 'hours', firstToArrive: 'first' }, { schedule: 'hours' }],
    tenant: { user: 'ada', since: '2026-01-01T00:00:00Z' },
  },
  { id: 'back', place: 'hq', floor: 'ground', restrictions: { schedule: 'hours' } },
  { id: 'shed', place: 'annex' },
];
/** Its elevator. */
export const LIFT = {
  ...{ id: 'lift', place: 'hq', readers: [{ id: 'r2' }] },
  stops: [
    { id: 'lift-0', floor: 'ground', unlock: [{ schedule: 'first' }] },
    { id: 'lift-1', floor: 'attic', restrictions: { schedule: 'hours' } },
  ],
};
const elevators = [LIFT, { id: 'ramp', place: 'annex', stops: [] }];
const groups = [
  { id: 'staff', place: 'hq', doors: ['back', 'front'], stops: ['lift-1'] },
  {
    id: 'all',
    doors: ['shed', 'front'],
    stops: ['lift-0', 'lift-1'],
    restrictions: { schedule: 'hours' },
  },
];
const users = [{ id: 'ada' }, { id: 'bob', active: false }, { id: 'cyd', active: true }];
const links = [{ id: 'parcel' }];
const teams = [
  { id: 'crew', users: ['bob', 'ada'] },
  { id: 'night', teams: ['crew'], users: ['cyd'] },
];
const credentials = [
  { id: 'card', kind: 'card', user: 'ada', state: 'active' },
  { id: 'fob', kind: 'card', user: 'ada', state: 'active' },
];
/** An assignment; `subject` and `scope` are a kind and an id with a space between. */
export const heldBy = (id: string, subject: string, scope: string, parts: object = {}) => {
  const [type, held] = subject.split(' ');
  const [level, where] = scope.split(' ');
  return {
    ...{ id, subject: { type, id: held }, scope: { type: level, id: where } },
    ...{ role: level === 'place' ? 'place_door_access' : 'door_access' },
    ...parts,
  };
};
/** What the owner's assignment has. */
export const OWNER = { role: 'organization_owner' };
const assignments = [
  heldBy('a0', 'user ada', 'group all', { grantedBy: 'cyd', enabled: false }),
  heldBy('a1', 'user ada', 'place hq', { validity: { schedule: 'hours' } }),
  heldBy('a2', 'user ada', 'group staff', { validity: { schedule: INLINE }, grantedBy: 'cyd' }),
  heldBy('a3', 'team crew', 'group staff'),
  heldBy('a4', 'link parcel', 'place annex', { validity: {} }),
  heldBy('owner', 'user cyd', 'organization acme', OWNER),
];
const schedules = [{ id: 'hours', calendar: 'holidays' }, { id: 'first' }, { id: 'spare' }];
const calendars = [{ id: 'holidays', days: [] }];
const lockdowns = [
  { id: 'l0', scope: { type: 'organization', id: 'acme' }, until: '2026-01-01T00:00:00Z' },
  { id: 'l1', scope: { type: 'place', id: 'annex' }, exempt: ['organization_owner'] },
  { id: 'l2', scope: { type: 'door', id: 'shed' } },
];
/** Every collection of it, each kind of list and count in use. */
export const BUSY = {
  ...{ calendars, schedules, places, floors, elevators, doors, groups, users, links, teams },
  ...{ credentials, assignments, lockdowns },
};
/** Its organisation. */
export const ORGANIZATION = { id: 'acme', timeZone: 'UTC', roles: 'kisi' };
/** Anew for each test: ids are remembered by all versions that came of one engine. */
export const compiled = () =>
  compilePolicy<unknown>({ version: 1, organization: ORGANIZATION, ...BUSY });
