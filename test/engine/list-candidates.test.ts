/** Who and what is asked about for a list: every kind that is held, what has gone, what never was, doors that stand open. */
import { describe, expect, test } from 'vitest';
import { overlaidEngine, snapshotOf } from '../../src/engine/compile.js';
import { usersWithin } from '../../src/engine/lists.js';
import { find } from '../../src/engine/table.js';
import { compilePolicy, type Engine } from '../../src/index.js';
import { MONDAY_NOON, right, site } from '../helpers/builders.js';

const role = (id: string, permissions: object) => ({
  id,
  levels: ['door', 'group', 'place', 'organization'],
  rank: 1,
  permissions,
});
const held = (id: string, type: string, within: string) => ({
  subject: { type: 'user', id },
  role: 'opener',
  scope: { type, id: within },
});

const engine: Engine = compilePolicy<unknown>(
  site({
    organization: {
      id: 'org',
      timeZone: 'UTC',
      roles: {
        id: 'odd',
        roles: [
          role('opener', {
            door: ['unlock', 'get_access', 'view'],
            elevator_stop: ['get_access', 'unlock', 'view'],
            place: ['unlock', 'get_access'],
            organization: ['view'],
            camera: ['view'],
          }),
        ],
      },
    },
    floors: [{ id: 'f', place: 'hq' }],
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'lobby', place: 'hq', unlock: [{ schedule: 'always' }] },
    ],
    schedules: [{ id: 'always' }],
    elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 's', floor: 'f' }] }],
    users: ['amy', 'ada', 'bob'].map((id) => ({ id })),
    links: [{ id: 'zip' }, { id: 'bag' }],
    teams: [{ id: 'crew', users: ['amy'] }],
    credentials: [
      { id: 'card', kind: 'card', user: 'ada', state: 'active' },
      { id: 'old', kind: 'card', user: 'bob', state: 'active' },
    ],
    assignments: [
      right('a', 'ada', held('ada', 'organization', 'org')),
      right('b', 'bob', held('bob', 'door', 'front')),
      right('z', '', { ...held('', 'door', 'front'), subject: { type: 'link', id: 'zip' } }),
    ],
  }),
);

const context = { time: MONDAY_NOON };
const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id);
const resources = (type: string, name: string, user = 'ada', by: Engine = engine) =>
  ids(
    by.searchResources({
      subject: { type: 'user', id: user },
      action: { name },
      resource: { type },
      context,
    }).results,
  );
const subjects = (type: string, door: string, by: Engine = engine) =>
  ids(
    by.searchSubjects({
      subject: { type },
      action: { name: 'unlock' },
      resource: { type: 'door', id: door },
      context,
    }).results,
  );

describe('what is called as opening is, of other kinds of things, is listed of those kinds', () => {
  test.each([
    ['place', 'unlock', ['hq']],
    ['place', 'get_access', ['hq']],
    ['door', 'get_access', ['front', 'lobby']],
    ['elevator_stop', 'unlock', ['s']],
    ['elevator_stop', 'get_access', ['s']],
    ['door', 'unlock', ['front', 'lobby']],
  ])('%s: %s', (type, name, expected) => {
    expect(resources(type, name)).toEqual(expected);
  });
});

test('the actions that somebody may take on a thing are listed, each once, and no others', () => {
  const actions = (user: string, type: string, id: string) =>
    engine
      .searchActions({
        subject: { type: 'user', id: user },
        action: undefined,
        resource: { type, id },
        context,
      })
      .results.map(({ name }) => name);
  expect(actions('ada', 'door', 'front').sort()).toEqual(['get_access', 'unlock', 'view']);
  expect(actions('amy', 'door', 'lobby')).toEqual(['unlock']);
  expect(actions('amy', 'door', 'front')).toEqual([]);
  expect(actions('ada', 'robot', 'r')).toEqual([]);
});

test('the organisation is listed, and of what the policy does not hold nothing is', () => {
  expect(resources('organization', 'view')).toEqual(['org']);
  expect(resources('camera', 'view')).toEqual([]);
});

test('somebody nobody knows is listed the doors that stand open', () => {
  expect(resources('door', 'unlock', 'nobody')).toEqual(['lobby']);
});

test('credentials are listed at the doors of their users', () => {
  expect(subjects('credential', 'front')).toEqual(['card', 'old']);
});

test('whoever is asked about and refused is not listed', () => {
  const asleep = engine.apply({ put: { users: [{ id: 'bob', active: false }] } } as never);
  expect(resources('door', 'unlock', 'bob')).toEqual(['front', 'lobby']);
  expect(resources('door', 'unlock', 'bob', asleep)).toEqual(['lobby']);
  expect(subjects('credential', 'front', asleep)).toEqual(['card']);
});

test('what has gone is not listed, not even at a door that stands open for everybody', () => {
  expect(subjects('credential', 'lobby')).toEqual(['card', 'old']);
  const without = engine.apply({ remove: { credentials: ['old'], links: ['bag'] } });
  expect(subjects('credential', 'lobby', without)).toEqual(['card']);
  expect(subjects('link', 'lobby')).toEqual(['bag', 'zip']);
  expect(subjects('link', 'lobby', without)).toEqual(['zip']);
});

test('of a kind that opens nothing nobody is listed, not even at a door that stands open', () => {
  expect(subjects('team', 'lobby')).toEqual([]);
  expect(subjects('robot', 'lobby')).toEqual([]);
});

test('those within a door are the users that hold it and nobody else', () => {
  const s = snapshotOf(engine);
  const door = find(s.tables.doors, 'front');
  expect(door && [...usersWithin(s, door)]).toEqual([1, 2]);
  const over = overlaidEngine(
    engine,
    {
      assignments: [
        right('t', '', { ...held('', 'door', 'front'), subject: { type: 'team', id: 'none' } }),
      ],
    } as never,
    new Set(),
  );
  const laid = snapshotOf(over);
  const same = find(laid.tables.doors, 'front');
  expect(same && [...usersWithin(laid, same)]).toEqual([1, 2]);
});

test('a right laid over at what nobody has lists nothing more', () => {
  const nowhere = ['door', 'group', 'place'].map((type) =>
    right(`o-${type}`, '', held('bob', type, 'nowhere')),
  );
  const over = overlaidEngine(engine, { assignments: nowhere } as never, new Set());
  expect(resources('door', 'unlock', 'bob', over)).toEqual(['front', 'lobby']);
  expect(resources('elevator_stop', 'get_access', 'bob', over)).toEqual([]);
});
