/** Explanations whole, by examples: what became of every clause and of every assignment. */
import { describe, expect, test } from 'vitest';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const LATER = { validity: { from: '2027-01-01T00:00:00Z' } };
const PAST = { validity: { until: '2026-01-01T00:00:00Z' } };
const held = (type: string, id: string, role: string) => ({ role, scope: { type, id } });

const policy = site({
  places: [{ id: 'hq' }, { id: 'lab' }],
  floors: [{ id: 'first', place: 'hq' }],
  doors: ['front', 'back', 'shut'].map((id) => ({ id, place: 'hq' })),
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'top', floor: 'first' }] }],
  groups: [
    { id: 'staff', doors: ['front', 'shut'] },
    { id: 'off', doors: ['front'], enabled: false },
    { id: 'slow', doors: ['front'] },
  ],
  users: [...['ada', 'bob', 'cyd'].map((id) => ({ id })), { id: 'gone', active: false }],
  teams: [{ id: 'crew', users: ['ada'] }],
  lockdowns: [{ id: 'drill', scope: { type: 'door', id: 'shut' } }],
  assignments: [
    right('f', 'ada', held('organization', 'org', 'observer')),
    right('e', 'crew', { subject: { type: 'team', id: 'crew' } }),
    right('d', 'ada', { ...held('group', 'off', 'door_access'), ...PAST }),
    right('c', 'ada', { ...held('group', 'slow', 'door_access'), ...LATER }),
    right('b', 'ada', held('place', 'lab', 'place_door_access')),
    right('a', 'ada'),
    right('boss', 'bob', held('place', 'hq', 'place_administrator')),
    right('seen', 'bob', held('organization', 'org', 'observer')),
    right('late', 'cyd', { ...held('place', 'hq', 'place_administrator'), ...LATER }),
  ],
});
const engine = compilePolicy<unknown>(policy);
const asks = (user: string, name: string, type: string, id: string): AccessRequest => ({
  ...unlock(user, id),
  action: { name },
  resource: { type, id },
});

const giving = (user: string, role: string): AccessRequest => ({
  ...asks(user, 'create', 'access_right', '*'),
  resource: {
    type: 'access_right',
    id: '*',
    properties: { role, scope: { type: 'place', id: 'hq' } },
  },
});

/** What became of each clause; those that merely passed or were not reached by their name alone. */
function clauses(request: AccessRequest): string {
  const told = engine.explain(request).clauses.map(({ clause, outcome, reasons }) => {
    const codes = reasons.map(({ code }) => code).join(' ');
    if (outcome === 'passed' || outcome === 'not_reached') expect(reasons).toEqual([]);
    return outcome === 'passed'
      ? clause
      : `${clause} ${outcome === 'not_reached' ? '–' : `${outcome}: ${codes}`}`;
  });
  return told.join(', ');
}

/** What became of each assignment. */
function assignments(request: AccessRequest, asked = engine): string[] {
  return asked.explain(request).assignments.map((each) => {
    const { assignment, role, scope, via, outcome, reasons } = each;
    const codes = reasons.map(({ code }) => code).join(' ');
    const through = 'via' in each ? ` via ${via}` : '';
    return `${assignment}: ${role} at ${scope.id}${through} ${outcome} ${codes}`.trim();
  });
}

describe('the clauses of an opening', () => {
  const upTo = (first: string, ...rest: string[]) =>
    [first, ...rest.map((clause) => `${clause} –`)].join(', ');

  test.each<[string, AccessRequest, string]>([
    [
      'that is permitted',
      unlock('ada', 'front'),
      'D1, D2, D3, D4, D5, D6, D7, D8, D10, D9 permitted: granted',
    ],
    [
      'of a door that is not there',
      unlock('ada', 'nowhere'),
      upTo('D1 refused: resource_unknown', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D10', 'D9'),
    ],
    [
      'in a lockdown',
      unlock('ada', 'shut'),
      upTo('D1, D2 refused: lockdown', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D10', 'D9'),
    ],
    [
      'by a stranger',
      unlock('nemo', 'front'),
      upTo('D1, D2, D3, D4 refused: subject_unknown', 'D5', 'D6', 'D7', 'D8', 'D10', 'D9'),
    ],
    [
      'with a right that waits',
      unlock('cyd', 'front'),
      upTo('D1, D2, D3, D4, D5, D6, D7, D8 refused: pending', 'D10', 'D9'),
    ],
    [
      'of a stop without a right',
      asks('ada', 'get_access', 'elevator_stop', 'top'),
      upTo('D1, D2, D3, D4, D5, D6, D7 refused: no_access_right', 'D8', 'D10', 'D9'),
    ],
  ])('%s', (_, request, expected) => {
    expect(clauses(request)).toBe(expected);
  });

  test('that no role of the model has stop at the first', () => {
    const role = { id: 'viewer', levels: ['group'], rank: 1, permissions: { door: ['view'] } };
    const roles = { id: 'own', roles: [role] };
    const viewing = ['ada', 'bob'].map((id) => right(id, id, { role: 'viewer' }));
    const own = compilePolicy<unknown>(
      site({
        organization: { id: 'org', timeZone: 'UTC', roles },
        doors: [{ id: 'front', place: 'hq', restrictions: { twoPerson: true } }],
        users: ['ada', 'bob'].map((id) => ({ id })),
        assignments: viewing,
      }),
    );
    const request = unlock('ada', 'front', { companions: ['bob'] });
    const { clauses: told, assignments: none } = own.explain(request);
    expect(told[0]).toMatchObject({ clause: 'D1', outcome: 'refused' });
    expect(told[0]?.reasons).toEqual([
      { code: 'action_unknown', at: { type: 'door', id: 'front' } },
    ]);
    expect(none).toEqual([]);
  });

  test('belong to one explanation: the next leaves them as they are', () => {
    const first = engine.explain(unlock('nemo', 'front'));
    const kept = JSON.stringify(first);
    engine.explain(unlock('nobody', 'front'));
    expect(JSON.stringify(first)).toBe(kept);
  });
});

describe('the clauses of anything else', () => {
  test.each<[string, AccessRequest, string]>([
    ['that is permitted', asks('bob', 'update', 'door', 'front'), 'D1, D4, A1 permitted: granted'],
    [
      'without a right',
      asks('ada', 'update', 'door', 'front'),
      'D1, D4, A1 refused: no_access_right',
    ],
    ['with one that waits', asks('cyd', 'update', 'door', 'front'), 'D1, D4, A1 refused: pending'],
    [
      'by a stranger',
      asks('nemo', 'update', 'door', 'front'),
      'D1, D4 refused: subject_unknown, A1 –',
    ],
    [
      'by who is not active',
      asks('gone', 'update', 'door', 'front'),
      'D1, D4 refused: subject_inactive, A1 –',
    ],
    [
      'of what nobody does',
      asks('bob', 'paint', 'door', 'front'),
      'D1 refused: action_unknown, D4 –, A1 –',
    ],
    [
      'of what is not there',
      asks('bob', 'update', 'door', 'x'),
      'D1 refused: resource_unknown, D4 –, A1 –',
    ],
    ['that gives a right', giving('bob', 'place_door_access'), 'D1, D4, A3 permitted: granted'],
    [
      'that gives too much',
      giving('bob', 'organization_owner'),
      'D1, D4, A3 refused: no_access_right',
    ],
    [
      'that gives, by a stranger',
      giving('nemo', 'place_door_access'),
      'D1, D4 refused: subject_unknown, A3 –',
    ],
  ])('%s', (_, request, expected) => {
    expect(clauses(request)).toBe(expected);
  });
});

describe('the assignments of the subject', () => {
  test('are told by id, with their teams and reasons, at a door', () => {
    expect(assignments(unlock('ada', 'front'))).toEqual([
      'a: door_access at staff counts',
      'b: place_door_access at lab elsewhere',
      'c: door_access at slow fails pending',
      'd: door_access at off fails disabled expired',
      'e: door_access at staff via crew counts',
      'f: observer at org no_permission',
    ]);
  });

  test('are told where anything else is asked', () => {
    expect(assignments(asks('ada', 'update', 'door', 'front'))).toEqual([
      'a: door_access at staff no_permission',
      'b: place_door_access at lab elsewhere',
      'c: door_access at slow no_permission',
      'd: door_access at off no_permission',
      'e: door_access at staff via crew no_permission',
      'f: observer at org no_permission',
    ]);
    for (const request of [asks('bob', 'update', 'door', 'front'), giving('bob', 'observer')]) {
      expect(assignments(request)).toEqual([
        `boss: place_administrator at hq ${request.action.name === 'update' ? 'counts' : 'fails'}`,
        'seen: observer at org no_permission',
      ]);
    }
    expect(assignments(asks('cyd', 'update', 'door', 'front'))).toEqual([
      'late: place_administrator at hq fails pending',
    ]);
  });

  test('are all elsewhere where the resource is not there', () => {
    expect(assignments(unlock('bob', 'nowhere'))).toEqual([
      'boss: place_administrator at hq elsewhere',
      'seen: observer at org elsewhere',
    ]);
  });

  test('are none of a stranger, nor for what nobody does', () => {
    expect(assignments(unlock('nemo', 'front'))).toEqual([]);
    expect(assignments(asks('ada', 'paint', 'door', 'front'))).toEqual([]);
  });

  test('are excluded from the hour a door is handed over, but for the tenant and his', () => {
    const people = ['tom', 'ada', 'bob'];
    const handed = (since: string, user: string) =>
      compilePolicy<unknown>(
        site({
          users: people.map((id) => ({ id })),
          doors: [{ id: 'front', place: 'hq', tenant: { user, since } }],
          groups: ['staff', 'slow'].map((id) => ({ id, doors: ['front'] })),
          assignments: [
            right('own', 'tom'),
            right('his', 'ada', { grantedBy: 'tom' }),
            right('other', 'bob'),
            right('dead', 'bob', { ...held('group', 'slow', 'door_access'), ...LATER }),
          ],
        }),
      );
    const told = (since: string, user = 'tom') =>
      people.flatMap((id) => assignments(unlock(id, 'front'), handed(since, user)));
    const free = (id: string, outcome = 'counts') =>
      `${id}: door_access at ${id === 'dead' ? 'slow' : 'staff'} ${outcome}`;
    expect(told(MONDAY_NOON)).toEqual([
      free('own'),
      free('his'),
      free('dead', 'excluded pending'),
      free('other', 'excluded'),
    ]);
    expect(told('2026-03-02T12:00:01Z')).toEqual([
      free('own'),
      free('his'),
      free('dead', 'fails pending'),
      free('other'),
    ]);
    expect(told(MONDAY_NOON, 'ada')).toEqual([
      free('own', 'excluded'),
      free('his'),
      free('dead', 'excluded pending'),
      free('other', 'excluded'),
    ]);
  });
});
