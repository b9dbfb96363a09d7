/** The short way of `check` and of lists: the same answers as `decide`, and really short where it may be. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { permittedUsers } from '../../src/engine/quick-check.js';
import type { AccessRequest, Facts } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const LATER = { validity: { from: '2027-01-01T00:00:00Z' } };
const held = (type: string, id: string, role = 'door_access') => ({ role, scope: { type, id } });

/** A site with `count` groups of one door each, all held by ada; `parts` replaces members. */
function many(count: number, parts: object = {}) {
  const ids = Array.from({ length: count }, (_, index) => `${index}`);
  return site({
    doors: [{ id: 'front', place: 'hq' }, ...ids.map((id) => ({ id, place: 'hq' }))],
    groups: [{ id: 'staff', doors: ['front'] }, ...ids.map((id) => ({ id, doors: [id] }))],
    users: ['ada', 'bob'].map((id) => ({ id })),
    assignments: ids.map((id) => right(`r${id}`, 'ada', held('group', id))),
    ...parts,
  });
}

/** `check`, and whether it read a fact that only the clauses read. */
function asked(policy: object, request: AccessRequest): string {
  const engine = compilePolicy<unknown>(policy);
  let read = false;
  const context = Object.defineProperty({ ...request.context }, 'reader', {
    enumerable: true,
    get() {
      read = true;
      return undefined;
    },
  }) as Facts;
  const permitted = engine.check({ ...request, context });
  expect(permitted).toBe(engine.decide(request).decision);
  return `${permitted ? 'permitted' : 'refused'}, ${read ? 'by the clauses' : 'the short way'}`;
}

describe('the short way', () => {
  const plain = { assignments: [right('r', 'ada')] };

  test.each<[string, object, AccessRequest, string]>([
    ['permits by a group', plain, unlock('ada', 'front'), 'permitted, the short way'],
    ['refuses who holds nothing', plain, unlock('bob', 'front'), 'refused, the short way'],
    ['refuses a stranger', plain, unlock('nemo', 'front'), 'refused, the short way'],
    [
      'permits by the place',
      { groups: [], assignments: [right('r', 'ada', held('place', 'hq', 'place_door_access'))] },
      unlock('ada', 'front'),
      'permitted, the short way',
    ],
    [
      'permits by the organisation',
      { assignments: [right('r', 'ada', held('organization', 'org', 'organization_owner'))] },
      unlock('ada', 'front'),
      'permitted, the short way',
    ],
    [
      'refuses who holds a role that opens nothing',
      { assignments: [right('r', 'ada', held('organization', 'org', 'observer'))] },
      unlock('ada', 'front'),
      'refused, the short way',
    ],
    [
      'refuses who holds what is switched off',
      { assignments: [right('r', 'ada', { enabled: false })] },
      unlock('ada', 'front'),
      'refused, the short way',
    ],
    [
      'permits by the second of two rights whose first has its hours',
      {
        assignments: [
          right('r', 'ada', { ...held('place', 'hq', 'place_door_access'), ...LATER }),
          right('s', 'ada'),
        ],
      },
      unlock('ada', 'front'),
      'permitted, the short way',
    ],
    [
      'minds no device that is null',
      plain,
      unlock('ada', 'front', { device: null }),
      'permitted, the short way',
    ],
  ])('%s', (_, parts, request, expected) => {
    expect(asked(many(2, parts), request)).toBe(expected);
  });

  test.each<[string, object, AccessRequest, string]>([
    [
      'a right with hours',
      { assignments: [right('r', 'ada', LATER)] },
      unlock('ada', 'front'),
      'refused, by the clauses',
    ],
    [
      'a group with restrictions',
      {
        groups: [{ id: 'staff', doors: ['front'], restrictions: { secondFactor: true } }],
        ...plain,
      },
      unlock('ada', 'front', { secondFactor: true }),
      'permitted, by the clauses',
    ],
    [
      'a place with restrictions',
      { places: [{ id: 'hq', restrictions: { secondFactor: true } }], ...plain },
      unlock('ada', 'front'),
      'refused, by the clauses',
    ],
    [
      'a door with restrictions',
      {
        doors: [{ id: 'front', place: 'hq', restrictions: { secondFactor: true } }],
        groups: [{ id: 'staff', doors: ['front'] }],
        ...plain,
      },
      unlock('ada', 'front'),
      'refused, by the clauses',
    ],
    [
      'a lockdown of everything',
      { lockdowns: [{ id: 'l', scope: { type: 'organization', id: 'org' } }], ...plain },
      unlock('ada', 'front'),
      'refused, by the clauses',
    ],
    [
      'a user with a team',
      {
        teams: [{ id: 'crew', users: ['ada'] }],
        assignments: [right('r', 'crew', { subject: { type: 'team', id: 'crew' } })],
      },
      unlock('ada', 'front'),
      'permitted, by the clauses',
    ],
    [
      'a user who is not active',
      { users: [{ id: 'ada', active: false }], ...plain },
      unlock('ada', 'front'),
      'refused, by the clauses',
    ],
    ['a card', plain, unlock('ada', 'front', { method: 'card' }), 'refused, by the clauses'],
    ['a device', plain, unlock('ada', 'front', { device: 'x' }), 'permitted, by the clauses'],
    [
      'a link',
      {
        links: [{ id: 'ada' }],
        assignments: [right('r', 'ada', { subject: { type: 'link', id: 'ada' } })],
      },
      { ...unlock('ada', 'front'), subject: { type: 'link', id: 'ada' } },
      'permitted, by the clauses',
    ],
  ])('is not for %s', (_, parts, request, expected) => {
    expect(asked(many(2, parts), request)).toBe(expected);
  });

  test('is not for what is no door, though it has the id of one', () => {
    const request = { ...unlock('ada', 'front'), resource: { type: 'gate', id: 'front' } };
    expect(asked(many(2, plain), request)).toMatch(/^refused/u);
  });

  test('is not for the door `*`, nor for one that is not there', () => {
    for (const id of ['*', 'nowhere']) {
      expect(asked(many(2, plain), unlock('ada', id))).toMatch(/^refused/u);
    }
  });
});

describe('who holds much', () => {
  // Halving begins beyond 64 scopes: on either side of it, and far beyond.
  test.each([63, 64, 65, 130, 300])('opens each of %i doors and no other', (count) => {
    const ids = Array.from({ length: count }, (_, index) => `${index}`);
    const odd = ids.map((id) => `${2 * Number(id) + 1}`);
    const policy = many(2 * count, {
      assignments: [
        ...ids.map((id) => right(`r${id}`, 'ada', held('group', `${2 * Number(id)}`))),
        ...odd.map((id) => right(`s${id}`, 'bob', held('group', id))),
      ],
    });
    const engine = compilePolicy<unknown>(policy);
    const open = (user: string) =>
      Array.from({ length: 2 * count }, (_, index) => `${index}`).filter((id) =>
        engine.check(unlock(user, id)),
      );
    expect(open('ada')).toEqual(ids.map((id) => `${2 * Number(id)}`));
    expect(open('bob')).toEqual(odd);
    expect(engine.check(unlock('ada', 'front'))).toBe(false);
  });

  test('may hold the last of many scopes with hours and another without', () => {
    const groups = ['a', 'b'].map((id) => ({ id, doors: ['front'] }));
    const policy = many(70);
    const two = {
      ...policy,
      groups: [...policy.groups, ...groups],
      assignments: [
        ...policy.assignments,
        right('a', 'ada', { ...held('group', 'a'), ...LATER }),
        right('b', 'ada', held('group', 'b')),
      ],
    };
    expect(asked(two, unlock('ada', 'front'))).toBe('permitted, the short way');
    const late = { ...two, assignments: two.assignments.slice(0, -1) };
    expect(asked(late, unlock('ada', 'front'))).toBe('refused, by the clauses');
  });
});

describe('the list of who may open', () => {
  const who = (policy: object, door = 'front', facts: object = {}) =>
    compilePolicy<unknown>(policy)
      .searchSubjects({
        subject: { type: 'user' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: door },
        context: { time: MONDAY_NOON, ...facts },
      })
      .results.map(({ id }) => id);

  test('has each user once, by whatever he may, and nobody who may not', () => {
    const users = ['zoe', 'ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus'].map((id) => ({ id }));
    const policy = many(3, {
      users: [...users, { id: 'off', active: false }],
      teams: [{ id: 'crew', users: ['dan', 'ada'] }],
      groups: [
        { id: 'staff', doors: ['front', '0'] },
        { id: 'strict', doors: ['front'], restrictions: { secondFactor: true } },
      ],
      assignments: [
        right('1', 'ada'),
        right('2', 'bob', LATER),
        right('3', 'cyd', held('group', 'strict')),
        right('4', 'crew', { subject: { type: 'team', id: 'crew' } }),
        right('5', 'off'),
        right('6', 'eve', held('organization', 'org', 'observer')),
        right('7', 'fay', held('place', 'hq', 'place_door_access')),
        right('8', 'zoe', held('organization', 'org', 'organization_owner')),
      ],
    });
    expect(who(policy)).toEqual(['ada', 'dan', 'fay', 'zoe']);
    expect(who(policy, 'front', { secondFactor: true })).toEqual([
      'ada',
      'cyd',
      'dan',
      'fay',
      'zoe',
    ]);
    expect(who(policy, '1')).toEqual(['fay', 'zoe']);
    expect(who(policy, 'front', { method: 'card' })).toEqual([]);
    expect(who(policy, 'nowhere')).toEqual([]);
  });

  test('has nobody who holds only another place, whatever lies beside the door', () => {
    const policy = many(0, {
      places: [{ id: 'hq' }, { id: 'lab' }],
      doors: ['back', 'front', 'next'].map((id) => ({ id, place: id === 'back' ? 'hq' : 'lab' })),
      floors: [{ id: 'attic', place: 'hq' }],
      elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'front', floor: 'attic' }] }],
      assignments: [
        right('1', 'ada', held('place', 'hq', 'place_door_access')),
        right('2', 'bob', held('place', 'lab', 'place_door_access')),
        // What opens nothing has them looked at, everywhere.
        right('3', 'ada', held('organization', 'org', 'observer')),
        right('4', 'bob', held('organization', 'org', 'observer')),
      ],
    });
    expect(['back', 'front', 'next'].map((id) => who(policy, id))).toEqual([
      ['ada'],
      ['bob'],
      ['bob'],
    ]);
    const rides = compilePolicy<unknown>(policy).searchSubjects({
      subject: { type: 'user' },
      action: { name: 'get_access' },
      resource: { type: 'elevator_stop', id: 'front' },
      context: { time: MONDAY_NOON },
    });
    expect(rides.results.map(({ id }) => id)).toEqual(['ada']);
  });

  test('decides as a check does about anything else, and skips who is not there', () => {
    const s = snapshotOf(compilePolicy<unknown>(many(0, { assignments: [right('1', 'ada')] })));
    const permitted = (request: AccessRequest) =>
      permittedUsers(s, request, [0, 1, 99], Date.parse(MONDAY_NOON));
    const open = unlock('', 'front');
    expect(permitted(open)).toEqual(['ada']);
    expect(permitted({ ...open, action: { name: 'update' } })).toEqual([]);
    expect(permitted({ ...open, resource: { type: 'gate', id: 'front' } })).toEqual([]);
  });

  test('is found the short way, user by user', () => {
    let read = 0;
    const facts = {
      get reader() {
        read += 1;
        return undefined;
      },
    };
    const policy = many(3, { assignments: [right('1', 'ada'), right('2', 'bob')] });
    const engine = compilePolicy<unknown>(policy);
    const context = Object.defineProperties(
      { time: MONDAY_NOON },
      Object.getOwnPropertyDescriptors(facts),
    );
    const { results } = engine.searchSubjects({
      subject: { type: 'user' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: 'front' },
      context,
    });
    expect(results.map(({ id }) => id)).toEqual(['ada', 'bob']);
    // Once for the door, which might stand unlocked; for no user.
    expect(read).toBeLessThan(3);
  });
});
