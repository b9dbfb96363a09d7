/**
 * Small worlds, every one of them: what goes wrong in a large policy mostly goes wrong in a tiny one,
 * and a finite space leaves nothing to chance. Each test enumerates its space completely.
 */
import { expect, test } from 'vitest';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Assignment, Policy } from '../../src/policy/document.js';
import { referenceDecide } from '../reference/decide.js';

const USERS = ['u', 'v'];
// A Monday at noon lies in the first window alone, at six in the evening in the second alone.
const NOON = '2026-03-02T12:00:00Z';
const EVENING = '2026-03-02T18:00:00Z';
const WINDOWS = [
  { id: 'day', windows: [{ days: ['mo'], from: '08:00', until: '17:00' }] },
  { id: 'evening', windows: [{ days: ['mo'], from: '17:00', until: '22:00' }] },
];
const BASE = {
  version: 1,
  organization: { id: 'o', timeZone: 'UTC', roles: 'kisi_organizations' },
  places: [{ id: 'p', location: { latitude: 50, longitude: 10 } }],
  users: USERS.map((id) => ({ id })),
  schedules: WINDOWS,
};

type Loose = Record<string, unknown>;

/** Every set of at most `most` elements of a list. */
function* subsets<T>(list: readonly T[], most: number, from = 0): Generator<T[]> {
  yield [];
  if (most === 0) return;
  for (let index = from; index < list.length; index++) {
    for (const rest of subsets(list, most - 1, index + 1)) yield [list[index]!, ...rest];
  }
}

function product<A, B>(one: readonly A[], other: readonly B[]): [A, B][] {
  return one.flatMap((a) => other.map((b): [A, B] => [a, b]));
}

/** Holds the engine against the oracle in every world for every request; how many of each there were. */
function compareAll(
  worlds: Iterable<Loose>,
  requests: readonly AccessRequest[],
): { worlds: number; answers: number; permits: number } {
  const count = { worlds: 0, answers: 0, permits: 0 };
  for (const world of worlds) {
    const policy = world as unknown as Policy;
    const engine = compilePolicy(policy);
    count.worlds += 1;
    for (const request of requests) {
      const answer = engine.decide(request);
      const expected = referenceDecide(policy, request);
      count.answers += 1;
      if (answer.decision) count.permits += 1;
      const same =
        JSON.stringify(answer) === JSON.stringify(expected) &&
        engine.check(request) === expected.decision;
      // Only where they differ, because an assertion costs more than the answer.
      if (!same) expect({ policy, request, answer }).toEqual({ policy, request, answer: expected });
    }
  }
  return count;
}

function* withAssignments(options: readonly Loose[], most: number, rest: Loose): Generator<Loose> {
  for (const chosen of subsets(options, most)) {
    yield {
      ...BASE,
      ...rest,
      assignments: chosen.map((each, index) => ({ id: `a${index}`, role: 'basic_user', ...each })),
    };
  }
}

function unlocks(
  doors: readonly string[],
  users: readonly string[],
  facts: readonly Loose[],
): AccessRequest[] {
  return product(product(doors, users), facts).map(([[door, user], context]) => ({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: context as never,
  }));
}

test('two users, two groups, two doors, three assignments, two restrictions and two windows', () => {
  const scopes = [
    { type: 'group', id: 'g' },
    { type: 'group', id: 'h' },
  ];
  const validities = [{}, { validity: { schedule: 'evening' } }];
  const options = product(product(USERS, scopes), validities).map(([[id, scope], validity]) => ({
    subject: { type: 'user', id },
    scope,
    ...validity,
  }));
  const restrictions = product(
    ['d', 'g', 'h'],
    [{ reader: true }, { schedule: 'day' }, { schedule: 'evening' }],
  );
  function* worlds(): Generator<Loose> {
    for (const chosen of subsets(restrictions, 2)) {
      // Two of one kind at one place are the later one; such a set repeats a smaller world.
      const on = (id: string) => ({
        restrictions: Object.assign(
          {},
          ...chosen.filter(([at]) => at === id).map(([, each]) => each),
        ) as Loose,
      });
      const doors = [
        { id: 'd', place: 'p', readers: [{ id: 'r' }], ...on('d') },
        { id: 'e', place: 'p', readers: [{ id: 's' }] },
      ];
      const groups = [
        { id: 'g', doors: ['d', 'e'], ...on('g') },
        { id: 'h', doors: ['d'], ...on('h') },
      ];
      yield* withAssignments(options, 3, { doors, groups });
    }
  }
  const facts = product([NOON, EVENING], [{ method: 'tap', reader: 'r' }, {}]).map(
    ([time, rest]) => ({ time, ...rest }),
  );
  const count = compareAll(worlds(), unlocks(['d', 'e'], USERS, facts));
  expect(count).toMatchObject({ worlds: 46 * 93, answers: 46 * 93 * 16 });
  expect(count.permits).toBeGreaterThan(10_000);
});

test('every chain of three grants around a tenant', () => {
  const people = ['t', 'u', 'v'];
  const scopes = [
    { type: 'door', id: 'd' },
    { type: 'place', id: 'p' },
  ];
  const grantors = [{}, ...people.map((grantedBy) => ({ grantedBy }))];
  const validities = [{}, { validity: { schedule: 'day' } }];
  const combined = product(product(product(people, scopes), grantors), validities);
  const options = combined
    .filter(([[[, scope]], validity]) => scope.type === 'door' || validity === validities[0])
    .map(([[[id, scope], granted], validity]) => ({
      subject: { type: 'user', id },
      scope,
      role: 'guest',
      ...granted,
      ...validity,
    }));
  const doors = [{ id: 'd', place: 'p', tenant: { user: 't', since: NOON } }];
  const rest = {
    doors,
    users: people.map((id) => ({ id })),
    organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' },
  };
  function* worlds(): Generator<Loose> {
    for (const world of withAssignments(options, 3, rest)) {
      const keys = (world['assignments'] as Assignment[]).map(
        ({ subject, scope }) => `${subject.id} ${scope.type}`,
      );
      // The model forbids two assignments of one subject at one scope.
      if (new Set(keys).size === keys.length) yield world;
    }
  }
  const facts = [{ time: '2026-03-02T11:59:59.999Z' }, { time: NOON }, { time: EVENING }];
  const count = compareAll(worlds(), unlocks(['d'], people, facts));
  // Of each person at most one assignment at the door (eight options) and one at the place (four).
  expect(count.worlds).toBe(1 + (24 + 12) + (192 + 48 + 288) + (512 + 64 + 2304 + 1152));
  expect(count.permits).toBeGreaterThan(10_000);
});

test('every lockdown of every scope, with exemption, exit and unlock schedule', () => {
  const assignments = [
    { subject: { type: 'user', id: 'u' }, scope: { type: 'door', id: 'd' } },
    { subject: { type: 'user', id: 'u' }, scope: { type: 'group', id: 'g' } },
    { subject: { type: 'user', id: 'u' }, scope: { type: 'place', id: 'p' }, role: 'host' },
    {
      subject: { type: 'user', id: 'v' },
      scope: { type: 'place', id: 'p' },
      validity: { schedule: 'evening' },
    },
  ].map((each) => ({ role: 'guest', ...each }));
  const scopes = [
    { type: 'organization', id: 'o' },
    { type: 'place', id: 'p' },
    { type: 'door', id: 'd' },
    { type: 'door', id: 'e' },
  ];
  const exempts = [[], ['guest'], ['host']];
  const spans = [{}, { since: NOON }, { until: NOON }, { since: NOON, until: EVENING }];
  const combined = product(product(product(scopes, exempts), spans), [false, true]);
  const options = combined.map(([[[scope, exempt], span], blocksExit]) => ({
    scope,
    exempt,
    blocksExit,
    ...span,
  }));
  const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];
  const organization = { id: 'o', timeZone: 'UTC', roles: 'kiwi' };
  function* worlds(): Generator<Loose> {
    for (const [unlock, lockdown] of product([[], [{ schedule: 'day' }]], options)) {
      const doors = [
        { id: 'd', place: 'p', readers, unlock },
        { id: 'e', place: 'p' },
      ];
      yield* withAssignments(assignments, 4, {
        organization,
        doors,
        groups: [{ id: 'g', doors: ['d'] }],
        lockdowns: [{ id: 'l', ...lockdown }],
      });
    }
  }
  const facts = product(
    ['2026-03-02T11:59:59Z', NOON, EVENING],
    [{}, { method: 'tap', reader: 'in' }, { method: 'tap', reader: 'out' }],
  );
  const count = compareAll(
    worlds(),
    unlocks(
      ['d', 'e'],
      USERS,
      facts.map(([time, rest]) => ({ time, ...rest })),
    ),
  );
  expect(count.worlds).toBe(2 * 96 * 16);
  expect(count.permits).toBeGreaterThan(1000);
});

test('every two demands of presence at a door, its place and a group, with every fact about them', () => {
  const hard = { antiPassback: { mode: 'hard' } };
  const reset = { antiPassback: { mode: 'hard', resetMinutes: 60 } };
  const demands = [{ occupancyLimit: 2 }, hard, reset, { twoPerson: true }];
  // A group is no border: it has no anti-passback.
  const options = product(['d', 'p', 'g'], demands).filter(
    ([at, demand]) => at !== 'g' || !('antiPassback' in demand),
  );
  const scopes = [
    { type: 'group', id: 'g' },
    { type: 'place', id: 'p' },
  ];
  const held = (id: string, scope: Loose, rest: Loose = {}) => ({
    ...{ id, subject: { type: 'user', id }, role: 'guest', scope },
    ...rest,
  });
  const others = [
    [],
    ...scopes.map((scope) => [held('v', scope)]),
    [held('v', scopes[1]!, { validity: { schedule: 'evening' } })],
  ];
  function* worlds(): Generator<Loose> {
    for (const chosen of subsets(options, 2)) {
      const on = (id: string) => ({
        restrictions: Object.assign(
          {},
          ...chosen.filter(([at]) => at === id).map(([, each]) => each),
        ) as Loose,
      });
      const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];
      for (const [strictExit, own] of product([false, true], scopes)) {
        for (const other of others) {
          yield {
            ...BASE,
            organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' },
            places: [{ id: 'p', ...on('p') }],
            doors: [{ id: 'd', place: 'p', readers, strictExit, ...on('d') }],
            groups: [{ id: 'g', doors: ['d'], ...on('g') }],
            assignments: [held('u', own), ...other],
          };
        }
      }
    }
  }
  const ways = [{}, { method: 'tap', reader: 'in' }, { method: 'tap', reader: 'out' }];
  const occupancies = [{ occupancy: 1 }, { occupancy: 2 }];
  const presences = [
    {},
    { presence: { state: 'outside' } },
    { presence: { state: 'inside', since: '2026-03-02T11:00:00Z' } },
    { presence: { state: 'inside', since: '2026-03-02T11:00:00.001Z' } },
  ];
  const companies = [{}, { companions: ['u'] }, { companions: ['u', 'v'] }];
  const facts = product(product(ways, occupancies), product(presences, companies)).map(
    ([[way, occupancy], [presence, company]]) => ({
      ...{ time: NOON, ...way },
      ...{ ...occupancy, ...presence, ...company },
    }),
  );
  const count = compareAll(worlds(), unlocks(['d'], ['u'], facts));
  expect(count.worlds).toBe((1 + 10 + 45) * 2 * 2 * 4);
  expect(count.answers).toBe(count.worlds * 72);
  expect(count.permits).toBeGreaterThan(10_000);
  expect(count.answers - count.permits).toBeGreaterThan(10_000);
});
