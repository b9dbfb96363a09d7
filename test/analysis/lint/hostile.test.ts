/** Lint of policies that are valid and laid out to be slow: ten seconds and more when every pair is looked at. */
import { expect, test } from 'vitest';
import type { LintOptions } from '../../../src/analysis/lint/finding.js';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import { compilePolicy, type Policy } from '../../../src/index.js';

const COUNT = 20_000;
/** Far above what it takes, a second, and far below what every pair takes. */
const MS_MAX = 8000;

const many = <T>(make: (index: number) => T): T[] =>
  Array.from({ length: COUNT }, (_, i) => make(i));
const users = many((index) => ({ id: `u${index}` }));
const doors = many((index) => ({ id: `d${index}`, place: 'hq' }));
const crew = { id: 'crew', users: users.map(({ id }) => id) };
const team = { type: 'team', id: 'crew' };
const atDoor = (index: number) => ({ type: 'door', id: `d${index}` });
const held = (id: string, subject: object, scope: object, more: object = {}) => ({
  id,
  subject,
  role: 'opener',
  scope,
  ...more,
});
const teamAtDoors = many((index) => held(`a${index}`, team, atDoor(index)));
const opener = {
  id: 'opener',
  levels: ['organization', 'place', 'group', 'door'],
  rank: 1,
  permissions: { door: ['unlock'] },
};

const SHAPES: Readonly<Record<string, readonly [parts: object, options?: LintOptions]>> = {
  'assignments of everybody at one door each': [
    { doors, users, teams: [crew], assignments: teamAtDoors },
  ],
  'doors for two persons, and inactive people at their place': [
    {
      places: [{ id: 'hq', restrictions: { twoPerson: true } }],
      doors,
      users: users.map((user) => ({ ...user, active: user.id === 'u0' })),
      assignments: users.map((user) =>
        held(`a-${user.id}`, { type: 'user', id: user.id }, { type: 'place', id: 'hq' }),
      ),
    },
  ],
  'a team with rights to all doors but the one that asks for a device': [
    {
      places: [{ id: 'hq' }, { id: 'annex' }],
      doors: [...doors, { id: 'x', place: 'annex', restrictions: { primaryDevice: true } }],
      users,
      teams: [crew],
      assignments: teamAtDoors,
    },
  ],
  'teams around one large team': [
    {
      doors,
      users,
      teams: [crew, ...many((index) => ({ id: `t${index}`, teams: ['crew'] }))],
      assignments: many((index) => held(`a${index}`, { type: 'team', id: `t${index}` }, atDoor(0))),
    },
  ],
  'duties of a large team by many assignments': [
    { doors, users, teams: [crew], assignments: teamAtDoors },
    { segregation: [{ first: { role: 'opener' }, second: { permission: 'door:unlock' } }] },
  ],
};

for (const [title, [parts, options]] of Object.entries(SHAPES)) {
  test(`${title}: the time grows with the policy, not with its square`, () => {
    const policy = {
      version: 1,
      organization: { id: 'org', timeZone: 'Europe/Berlin', roles: { id: 'm', roles: [opener] } },
      places: [{ id: 'hq' }],
      ...parts,
    } as unknown as Policy;
    const engine = compilePolicy(policy);
    const begin = performance.now();
    lintPolicy(engine, options);
    expect(performance.now() - begin).toBeLessThan(MS_MAX);
  });
}
