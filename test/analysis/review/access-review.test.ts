/** The rows of a review against a slow definition of them, in both orders. */
import { expect, test } from 'vitest';
import {
  accessReview,
  type ReviewOptions,
  type ReviewRow,
} from '../../../src/analysis/review/access-review.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { openingsOf, reaches } from '../../helpers/openings.js';
import { shuffled } from '../../helpers/variants.js';
import { overWorlds } from '../../helpers/worlds.js';
import { may } from '../../reference/roles.js';
import { holds } from '../../reference/scopes.js';

const keyOf = ({ assignment, person, resource }: ReviewRow) =>
  JSON.stringify([resource.type, resource.id, person.type, person.id, assignment.id]);

/** Every (assignment, person, door or stop), by going through all of each. */
function defined(policy: Policy): string[] {
  const people = [
    ...(policy.users ?? []).map(({ id }) => ({ type: 'user', id })),
    ...(policy.links ?? []).map(({ id }) => ({ type: 'link', id })),
  ];
  return (policy.assignments ?? []).flatMap((assignment) =>
    openingsOf(policy)
      .filter((opening) => {
        const action = opening.type === 'door' ? 'unlock' : 'get_access';
        return reaches(assignment, opening) && may(policy, assignment.role, opening.type, action);
      })
      .flatMap(({ type, id }) =>
        people
          .filter((person) => holds(policy, person, assignment.subject))
          .map((person) => JSON.stringify([type, id, person.type, person.id, assignment.id])),
      ),
  );
}

test('the rows are every right of every person at every door, once, in both orders', () => {
  let rows = 0;
  overWorlds(80, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    const expected = defined(policy).sort();
    for (const by of ['door', 'person'] as const) {
      const review = [...accessReview(engine, { at: anchor, by })];
      expect(review.map(keyOf).sort()).toEqual(expected);
      const other = compilePolicy(shuffled(policy, draw));
      // Assignments of a shuffled policy are equal, not the same; order and content must be.
      expect([...accessReview(other, { at: anchor, by })].map(keyOf)).toEqual(review.map(keyOf));
      rows += review.length;
    }
  });
  expect(rows).toBeGreaterThan(500);
});

test('status and enabled are those of engine.access, for every person and every door', () => {
  overWorlds(50, 0, ({ policy, anchor }) => {
    const engine = compilePolicy(policy);
    const review = [...accessReview(engine, { at: anchor, by: 'person' })];
    for (const type of ['user', 'link'] as const) {
      for (const { id } of policy[`${type}s`] ?? []) {
        const own = review.filter(({ person }) => person.type === type && person.id === id);
        const seen = own.map(({ assignment, resource, status, enabled }) => ({
          assignment: assignment.id,
          subject: { type: assignment.subject.type, id: assignment.subject.id },
          role: assignment.role,
          resource: { type: resource.type, id: resource.id },
          status,
          enabled,
        }));
        expect(seen).toEqual(engine.access({ type, id }, { time: anchor }));
      }
    }
  });
});

const SMALL = {
  version: 1,
  organization: { id: 'o', timeZone: 'UTC' },
  places: [{ id: 'p', restrictions: { secondFactor: true } }],
  doors: [
    { id: 'b', place: 'p', name: 'Back', readers: [{ id: 'r' }], restrictions: { reader: true } },
    { id: 'a', place: 'p' },
  ],
  groups: [{ id: 'g', doors: ['a', 'b'], restrictions: { schedule: 's' } }],
  users: [{ id: 'zoe', name: 'Zoe', active: false }, { id: 'ada' }],
  links: [{ id: 'post' }],
  teams: [
    { id: 'crew', teams: ['night'] },
    { id: 'night', users: ['zoe', 'ada'] },
  ],
  schedules: [{ id: 's', windows: [{ days: ['mo'], from: '08:00', until: '17:00' }] }],
  assignments: [
    {
      id: 'a1',
      subject: { type: 'team', id: 'crew' },
      role: 'door_access',
      scope: { type: 'group', id: 'g' },
    },
    {
      id: 'a2',
      subject: { type: 'link', id: 'post' },
      role: 'door_access',
      scope: { type: 'group', id: 'g' },
      validity: { from: '2027-01-01T00:00:00Z' },
    },
  ],
} as const;

const review = (by: ReviewOptions['by']) =>
  [...accessReview(compilePolicy(SMALL), { at: '2026-11-23T09:00:00Z', by })].map((row) =>
    [row.resource.id, row.person.id, row.assignment.id, row.status].join(' '),
  );

test('doors by id, people by id, members for their teams; a link after the users', () => {
  expect(review('door')).toEqual([
    'a ada a1 active',
    'a zoe a1 active',
    'a post a2 pending',
    'b ada a1 active',
    'b zoe a1 active',
    'b post a2 pending',
  ]);
  expect(review('person')).toEqual([
    'a ada a1 active',
    'b ada a1 active',
    'a zoe a1 active',
    'b zoe a1 active',
    'a post a2 pending',
    'b post a2 pending',
  ]);
});

test('a row tells what else is asked, of a link only what binds links', () => {
  const rows = [...accessReview(compilePolicy(SMALL), { at: 0, by: 'door' })];
  const asked = (door: string, person: string) =>
    rows.find((row) => row.resource.id === door && row.person.id === person)?.restrictions;
  expect(asked('b', 'ada')).toEqual(['reader@door b', 'second_factor@place p', 'schedule@group g']);
  expect(asked('b', 'post')).toEqual(['second_factor@place p', 'schedule@group g']);
  expect(asked('a', 'zoe')).toEqual(['second_factor@place p', 'schedule@group g']);
});

test('a time that is none, and an order that is none, are refused at once', () => {
  const engine = compilePolicy(SMALL);
  expect(() => accessReview(engine, { at: 'noon', by: 'door' })).toThrow(/\/context\/time/u);
  expect(() => accessReview(engine, { at: 0, by: 'floor' as never })).toThrow(TypeError);
});
