/** Where each kind of resource lies (A2), by examples: what administers a place administers what lies in it, and no more. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { containersOf, containersOfScope } from '../../src/engine/location.js';
import { holdingManages, placeOfCode } from '../../src/engine/manage.js';
import type { AccessRequest, Entity } from '../../src/engine/request.js';
import { DOOR, GROUP, PLACE, scopeCode } from '../../src/engine/scope-code.js';
import { find } from '../../src/engine/table.js';
import { compilePolicy } from '../../src/index.js';
import { right, site, unlock } from '../helpers/builders.js';

const at = (type: string, id: string, role: string) => ({ role, scope: { type, id } });
const ROLES = ['organization', 'place', 'group', 'door'].map((level) => ({
  id: `of-${level}`,
  levels: [level],
  rank: 1,
  permissions: { door: ['unlock'] },
}));

// The first group is that of the second place: numbers of groups and places must not be taken for each other.
const s = snapshotOf(
  compilePolicy<unknown>(
    site({
      organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles: ROLES } },
      places: [{ id: 'hq' }, { id: 'lab' }, { id: 'yard' }],
      floors: [
        { id: 'ground', place: 'hq' },
        { id: 'attic', place: 'lab' },
      ],
      doors: [
        { id: 'front', place: 'hq', floor: 'ground' },
        { id: 'back', place: 'hq' },
        { id: 'hatch', place: 'lab', floor: 'attic' },
      ],
      elevators: [{ id: 'lift', place: 'lab', stops: [{ id: 'top', floor: 'attic' }] }],
      groups: [
        { id: 'local', place: 'lab', doors: ['hatch'] },
        { id: 'staff', doors: ['front'] },
        { id: 'rear', doors: ['back'] },
        { id: 'home', place: 'hq', doors: ['back'] },
        { id: 'riders', stops: ['top'] },
      ],
      users: ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gil'].map((id) => ({ id })),
      teams: [{ id: 'crew', users: ['fay'] }],
      links: [{ id: 'guest' }],
      credentials: [{ id: 'card', kind: 'card', user: 'bob', state: 'active' }],
      schedules: [{ id: 'hours', calendar: 'days' }, { id: 'idle' }],
      calendars: [{ id: 'days', days: [] }],
      lockdowns: [
        { id: 'all', scope: { type: 'organization', id: 'org' } },
        { id: 'house', scope: { type: 'place', id: 'hq' } },
        { id: 'one', scope: { type: 'door', id: 'back' } },
      ],
      assignments: [
        right('bob', 'bob', at('place', 'lab', 'of-place')),
        right('cyd', 'cyd', at('group', 'local', 'of-group')),
        right('dan', 'dan', at('group', 'staff', 'of-group')),
        right('eve', 'eve', at('door', 'front', 'of-door')),
        right('gil', 'gil', at('group', 'home', 'of-group')),
        right('crew', 'crew', {
          ...at('place', 'yard', 'of-place'),
          subject: { type: 'team', id: 'crew' },
          validity: { schedule: 'hours' },
        }),
        right('guest', 'guest', {
          ...at('group', 'local', 'of-group'),
          subject: { type: 'link', id: 'guest' },
        }),
      ],
    }),
  ),
);

const TABLES = ['places', 'groups', 'doors'] as const;

/** Scopes as text, in the order of their codes; `nowhere` for what does not exist. */
function shown(codes: readonly number[] | undefined): string {
  if (codes === undefined) return 'nowhere';
  expect([...codes].sort((a, b) => a - b)).toEqual(codes);
  const names = codes.map((code) => {
    const table = TABLES[(code & 3) - 1];
    if (table === undefined) return code === 0 ? 'org' : '?';
    return [...s.tables[table].numbering].find(([, number]) => number === code >> 2)?.[0] ?? '?';
  });
  return names.sort().join(' ');
}

/** Where a resource lies when an action is asked about. */
function around(type: string, id: string, action = 'update', scope?: unknown): string {
  const resource: Entity = scope === undefined ? { type, id } : { type, id, properties: { scope } };
  const request: AccessRequest = { ...unlock('ada', id), action: { name: action }, resource };
  return shown(containersOf(s, request));
}

describe('a resource lies', () => {
  test.each([
    ['organization', 'org', 'org'],
    ['place', 'hq', 'hq org'],
    ['floor', 'attic', 'lab org'],
    ['door', 'front', 'front hq org staff'],
    ['elevator_stop', 'top', 'lab org riders'],
    ['elevator', 'lift', 'lab org'],
    ['group', 'staff', 'org staff'],
    ['group', 'local', 'lab local org'],
    ['user', 'ada', 'org'],
    ['user', 'bob', 'lab org'],
    ['user', 'cyd', 'lab local org'],
    ['user', 'dan', 'org staff'],
    // Whoever holds something at a door alone is administered at the organisation alone.
    ['user', 'eve', 'org'],
    ['user', 'fay', 'org yard'],
    ['user', 'gil', 'home hq org'],
    ['team', 'crew', 'org yard'],
    ['link', 'guest', 'lab local org'],
    ['access_link', 'guest', 'lab local org'],
    ['card', 'card', 'lab org'],
    ['credential', 'card', 'lab org'],
    ['assignment', 'dan', 'org staff'],
    ['access_right', 'eve', 'front hq org staff'],
    ['schedule', 'hours', 'org yard'],
    ['unlock_schedule', 'idle', 'org'],
    ['calendar', 'days', 'org yard'],
    ['lockdown', 'one', 'back home hq org rear'],
    ['door_lockdown', 'one', 'back home hq org rear'],
    ['place_lockdown', 'one', 'nowhere'],
    ['lockdown', 'house', 'hq org'],
    ['place_lockdown', 'house', 'hq org'],
    ['door_lockdown', 'house', 'nowhere'],
    ['lockdown', 'all', 'org'],
    ['door_lockdown', 'all', 'org'],
    ['place_lockdown', 'all', 'org'],
  ])('%s %s in: %s', (type, id, expected) => {
    expect(around(type, id)).toBe(expected);
  });

  test.each([
    ...['organization', 'place', 'floor', 'door', 'elevator_stop', 'elevator', 'group', 'user'],
    ...['team', 'link', 'credential', 'assignment', 'schedule', 'calendar', 'lockdown'],
  ])('nowhere, where no %s has its id', (type) => {
    expect(around(type, 'nothing')).toBe('nowhere');
    expect(around(type, 'nothing', 'view')).toBe('nowhere');
  });

  test('where it says, if the document does not hold its kind', () => {
    expect(around('camera', 'c')).toBe('org');
    expect(around('camera', 'c', 'view', { type: 'place', id: 'hq' })).toBe('hq org');
    expect(around('camera', 'c', 'view', { type: 'group', id: 'local' })).toBe('lab local org');
    expect(around('camera', 'c', 'view', { type: 'door', id: 'back' })).toBe(
      'back home hq org rear',
    );
    expect(around('door', '*', 'create', { type: 'place', id: 'hq' })).toBe('hq org');
    expect(around('door', '*', 'create')).toBe('org');
  });

  test.each<[unknown]>([
    [null],
    ['hq'],
    [7],
    [{}],
    [{ type: 'place' }],
    [{ id: 'hq' }],
    [{ type: ['place'], id: 'hq' }],
    [{ type: 'place', id: ['hq'] }],
    [{ type: 'place', id: 'nothing' }],
    [{ type: 'group', id: 'nothing' }],
    [{ type: 'door', id: 'nothing' }],
    [{ type: 'organization', id: 'hq' }],
    [{ type: 'elevator_stop', id: 'top' }],
    [Object.assign(() => 'hq', { type: 'place', id: 'hq' })],
  ])('nowhere, where it says what is no scope: %j', (scope) => {
    expect(around('camera', 'c', 'view', scope)).toBe('nowhere');
  });

  test('where it is, whatever it says, if the document holds it', () => {
    expect(around('door', 'front', 'update', { type: 'place', id: 'yard' })).toBe(
      'front hq org staff',
    );
    expect(around('user', 'bob', 'update', { type: 'place', id: 'yard' })).toBe('lab org');
  });

  test('at the place group it is added to or taken from, a user who exists', () => {
    const scope = { type: 'group', id: 'local' };
    for (const action of ['add_to_place_group', 'remove_from_place_group']) {
      expect(around('user', 'bob', action, scope)).toBe('lab local org');
      expect(around('user', 'bob', action)).toBe('lab org');
      expect(around('user', 'nothing', action, scope)).toBe('nowhere');
      expect(around('door', 'front', action, scope)).toBe('front hq org staff');
    }
  });

  test('for those who only look, a room also in every group with a door or stop there', () => {
    expect(around('place', 'hq', 'view')).toBe('home hq org rear staff');
    expect(around('place', 'lab', 'view')).toBe('lab local org riders');
    expect(around('place', 'yard', 'view')).toBe('org yard');
    expect(around('floor', 'ground', 'view')).toBe('hq org staff');
    expect(around('floor', 'attic', 'view')).toBe('lab local org riders');
  });
});

describe('a scope', () => {
  const code = (kind: number, table: (typeof TABLES)[number], id: string) =>
    scopeCode(kind, s.tables[table].numbering.get(id) as number);

  test('of no known kind contains nothing', () => {
    expect(containersOfScope(s, { type: 'floor', id: 'attic' })).toBeUndefined();
    expect(containersOfScope(s, { type: 'organization', id: 'other' })).toBeUndefined();
  });

  test('lies in the place of its door or group, or in none', () => {
    const place = (id: string) => s.tables.places.numbering.get(id);
    expect(placeOfCode(s, code(PLACE, 'places', 'yard'))).toBe(place('yard'));
    expect(placeOfCode(s, code(GROUP, 'groups', 'local'))).toBe(place('lab'));
    expect(placeOfCode(s, code(GROUP, 'groups', 'staff'))).toBe(-1);
    expect(placeOfCode(s, code(DOOR, 'doors', 'hatch'))).toBe(place('lab'));
    expect(placeOfCode(s, 0)).toBe(-1);
  });
});

describe('what is administered', () => {
  const MANAGER = {
    id: 'manager',
    levels: ['place', 'group'],
    rank: 1,
    permissions: { door: ['update'] },
  };
  const always = { windows: [{ days: ['mo'], from: '09:00', until: '13:00' }] };
  const engine = (assignments: object[], parts: object = {}) =>
    compilePolicy<unknown>(
      site({
        organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles: [MANAGER] } },
        assignments,
        ...parts,
      }),
    );
  const update = { ...unlock('ada', 'front'), action: { name: 'update' } };
  const manager = (id: string, type: string, scope: string, parts: object = {}) =>
    right(id, 'ada', { ...at(type, scope, 'manager'), ...parts });

  test('is permitted by the right that counts, without the reasons of one that does not', () => {
    const late = { validity: { from: '2027-01-01T00:00:00Z' } };
    const two = engine([manager('a', 'place', 'hq', late), manager('b', 'group', 'staff')]);
    const granted = { code: 'granted', at: { type: 'door', id: 'front' } };
    expect(two.decide(update).context).toMatchObject({ reasons: [granted], grants: ['b'] });
    const one = engine([manager('a', 'place', 'hq', late)]);
    expect(one.decide(update).context.reasons).toEqual([
      { code: 'pending', at: { type: 'access_right', id: 'a' } },
    ]);
  });

  test('has its hours by the clock of the place where the right is held', () => {
    const parts = {
      places: [{ id: 'hq', timeZone: 'Asia/Tokyo' }],
      groups: [
        { id: 'staff', doors: ['front'] },
        { id: 'local', place: 'hq', doors: ['front'] },
      ],
    };
    const hours = { validity: { schedule: always } };
    // Noon in UTC is nine in the evening in Tokyo.
    const allowed = (type: string, id: string) =>
      engine([manager('a', type, id, hours)], parts).check(update);
    expect([allowed('place', 'hq'), allowed('group', 'local'), allowed('group', 'staff')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('ends with its group', () => {
    const group = { id: 'staff', doors: ['front'], enabled: false };
    const off = engine([manager('a', 'group', 'staff')], { groups: [group] });
    expect(off.check(update)).toBe(false);
    expect(off.decide(update).context.reasons).toEqual([
      { code: 'disabled', at: { type: 'group', id: 'staff' } },
    ]);
    const own = snapshotOf(off);
    const held = { scope: scopeCode(GROUP, 0), role: 0, flags: 0, assignment: 0, via: undefined };
    expect(find(own.tables.groups, 'staff')?.number).toBe(0);
    expect(holdingManages(own, held, 0, undefined)).toBe(false);
  });
});
