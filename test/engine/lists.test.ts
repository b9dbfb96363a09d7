/** Lists of what a question permits, over each way in which a right reaches a door or stop. */
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { MONDAY_NOON, right, site } from '../helpers/builders.js';

const at = (type: string, id: string, role = 'place_door_access') => ({
  role,
  scope: { type, id },
});
const link = { subject: { type: 'link', id: 'zip' } };
const engine = compilePolicy<unknown>(
  site({
    places: [{ id: 'hq' }, { id: 'annex' }],
    floors: [{ id: 'f', place: 'hq' }],
    doors: [
      ...['zeta', 'front'].map((id) => ({ id, place: 'hq' })),
      { id: 'shed', place: 'annex' },
      { id: 'lobby', place: 'annex', unlock: [{ schedule: 'always' }] },
    ],
    elevators: [{ id: 'lift', place: 'hq', stops: ['s1', 's0'].map((id) => ({ id, floor: 'f' })) }],
    schedules: [{ id: 'always' }],
    groups: [{ id: 'staff', doors: ['front'], stops: ['s0'] }],
    users: ['zoe', 'ada', 'bob', 'eve'].map((id) => ({ id })),
    links: [{ id: 'zip' }, { id: 'bag' }],
    teams: [{ id: 'crew', users: ['bob', 'ada'] }],
    assignments: [
      right('a', 'ada'),
      right('z', 'zoe', at('place', 'hq')),
      right('t', '', { subject: { type: 'team', id: 'crew' } }),
      right('o', 'eve', at('organization', 'org', 'organization_owner')),
      right('l', '', link),
      right('m', '', { subject: { type: 'link', id: 'bag' }, ...at('place', 'hq') }),
    ],
  }),
);

const context = { time: MONDAY_NOON };
const resources = (user: string, type = 'door', name = 'unlock') =>
  engine
    .searchResources({
      subject: { type: 'user', id: user },
      action: { name },
      resource: { type },
      context,
    })
    .results.map(({ id }) => id);
const subjects = (type: string, resource: string, kind = 'door', name = 'unlock') =>
  engine
    .searchSubjects({
      subject: { type },
      action: { name },
      resource: { type: kind, id: resource },
      context,
    })
    .results.map(({ id }) => id);

test('doors and stops are listed by group, place and organisation, and those that stand open', () => {
  expect(resources('ada')).toEqual(['front', 'lobby']);
  expect(resources('zoe')).toEqual(['front', 'lobby', 'zeta']);
  expect(resources('eve')).toEqual(['front', 'lobby', 'shed', 'zeta']);
  expect(resources('ada', 'elevator_stop', 'get_access')).toEqual(['s0']);
  expect(resources('zoe', 'elevator_stop', 'get_access')).toEqual(['s0', 's1']);
  expect(resources('eve', 'elevator_stop', 'get_access')).toEqual(['s0', 's1']);
});

test('other things are listed of every kind that is held, and of no other', () => {
  expect(resources('eve', 'door', 'view')).toEqual(['front', 'lobby', 'shed', 'zeta']);
  expect(resources('eve', 'user', 'view')).toEqual(['ada', 'bob', 'eve', 'zoe']);
  expect(resources('eve', 'spaceship', 'view')).toEqual([]);
});

test('those who may open are listed by themselves and by their teams', () => {
  expect(subjects('user', 'front')).toEqual(['ada', 'bob', 'eve', 'zoe']);
  expect(subjects('user', 'zeta')).toEqual(['eve', 'zoe']);
  expect(subjects('user', 'lobby')).toEqual(['ada', 'bob', 'eve', 'zoe']);
  expect(subjects('link', 'front')).toEqual(['bag', 'zip']);
  expect(subjects('link', 'zeta')).toEqual(['bag']);
  expect(subjects('link', 's0', 'elevator_stop', 'get_access')).toEqual(['bag', 'zip']);
  expect(subjects('team', 'front')).toEqual([]);
  expect(subjects('user', 'nowhere')).toEqual([]);
  expect(subjects('user', 'front', 'door', 'view')).toContain('eve');
});

describe('a question that lacks something is told what', () => {
  const whole = {
    subject: { type: 'user', id: 'ada' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context,
  };
  test.each([
    ['searchResources', { ...whole, subject: { type: 'user' } }, '/subject/id'],
    ['searchResources', { ...whole, subject: {} }, '/subject/type'],
    ['searchResources', { ...whole, resource: {} }, '/resource/type'],
    ['searchSubjects', { ...whole, subject: {} }, '/subject/type'],
    ['searchSubjects', { ...whole, resource: { type: 'door' } }, '/resource/id'],
    ['searchActions', { ...whole, subject: { type: 'user' } }, '/subject/id'],
    ['searchActions', { ...whole, resource: { type: 'door' } }, '/resource/id'],
  ] as const)('%s %j', (search, query, pointer) => {
    expect(() => engine[search](query as never)).toThrow(expect.objectContaining({ pointer }));
  });
});
