import { expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { holdingsAt, usersWithin } from '../../src/engine/lists.js';
import { at } from '../../src/engine/table.js';
import { portalsOf, portalsWithin, usersOfTeams, writtenScope } from '../../src/engine/within.js';
import { compiled } from '../helpers/busy-site.js';

const s = snapshotOf(compiled());
const within = (type: string, id: string) =>
  [...portalsWithin(s, writtenScope(s, { type, id }))].map((portal) => portal.id);

test.each([
  ['organization', 'acme', ['front', 'back', 'shed', 'lift-0', 'lift-1']],
  ['place', 'hq', ['front', 'back', 'lift-0', 'lift-1']],
  ['place', 'annex', ['shed']],
  ['group', 'staff', ['front', 'back', 'lift-1']],
  ['door', 'back', ['back']],
  ['door', 'nowhere', []],
  ['group', 'nowhere', []],
  ['place', 'nowhere', []],
])('within the %s `%s` lie %j', (type, id, portals) => {
  expect(within(type, id)).toEqual(portals);
});

test('the organisation is the scope 0', () => {
  expect(writtenScope(s, { type: 'organization', id: 'acme' })).toBe(0);
});

test('nothing lies in no place, and no number without a door is one', () => {
  expect([...portalsOf(s.tables, undefined)]).toEqual([]);
  expect([...portalsOf(s.tables, { doors: [99], stops: [99] })]).toEqual([]);
});

test('to teams belong their users and those of the teams in them', () => {
  expect([...usersOfTeams(s, ['night'])].sort()).toEqual(['ada', 'bob', 'cyd']);
  expect([...usersOfTeams(s, ['crew'])].sort()).toEqual(['ada', 'bob']);
  expect([...usersOfTeams(s, ['nobody'])]).toEqual([]);
});

test('at a door are held the rights of all its scopes, by users and by those of teams', () => {
  const door = (number: number) => at(s.tables.doors, number) as never;
  expect(holdingsAt(s, door(0))).toEqual([[5], [1], [2, 3], [0], []]);
  expect([...usersWithin(s, door(0))]).toEqual([0, 1, 2]);
  expect([...usersWithin(s, door(2))]).toEqual([0, 2]);
});
