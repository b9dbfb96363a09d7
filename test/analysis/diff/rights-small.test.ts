/**
 * Small worlds, every pair of them: a finite family of policies, every request about it, the oracle as the judge of both
 * sides. A request is covered by a line if and only if the oracle answers it differently; any line too wide, too narrow
 * or missing shows here, since nothing is left to chance.
 */
import { expect, test } from 'vitest';
import { rightChanges } from '../../../src/analysis/diff/right-changes.js';
import { coveringRight } from '../../../src/analysis/diff/right-covers.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { referenceDecide } from '../../reference/decide.js';

type Loose = Record<string, unknown>;

// A Monday: at noon the window is open, in the evening it is closed.
const NOON = Date.parse('2026-03-02T12:00:00Z');
const EVENING = Date.parse('2026-03-02T20:00:00Z');
const SPAN = {
  from: Date.parse('2026-03-02T00:00:00Z'),
  until: Date.parse('2026-03-04T00:00:00Z'),
};
const ROLES = {
  id: 'own',
  roles: [
    {
      id: 'guest',
      levels: ['door', 'group', 'place', 'organization'],
      rank: 1,
      permissions: { door: ['view', 'unlock'], floor: ['view'], camera: ['view'] },
    },
    {
      id: 'keeper',
      levels: ['group', 'place', 'organization'],
      rank: 2,
      permissions: {
        place: ['view', 'update'],
        user: ['view', 'add_to_place_group'],
        door: ['view'],
      },
    },
  ],
};
const PLACED: readonly Loose[] = [
  {
    groups: [
      { id: 'g', doors: ['d'] },
      { id: 'h', doors: ['e'] },
    ],
  },
  {
    groups: [
      { id: 'g', doors: ['d'], place: 'p' },
      { id: 'h', doors: ['d', 'e'] },
    ],
  },
  { groups: [{ id: 'g', doors: ['d'], enabled: false }] },
  {
    groups: [{ id: 'g' }, { id: 'h', doors: ['e'] }],
    doors: [{ id: 'e', place: 'p', floor: 'f' }],
  },
];
const right = (
  id: string,
  subject: string,
  role: string,
  type: string,
  scope: string,
  more: Loose = {},
) => ({
  id,
  subject: { type: subject === 't' ? 'team' : 'user', id: subject },
  role,
  scope: { type, id: scope },
  ...more,
});
const window = { schedule: { windows: [{ days: ['mo'], from: '08:00', until: '17:00' }] } };
const RIGHTS = [
  right('a', 'u', 'guest', 'group', 'g'),
  right('b', 'u', 'keeper', 'place', 'p'),
  right('c', 't', 'keeper', 'group', 'g', { validity: window }),
  right('d', 'v', 'keeper', 'organization', 'o'),
  right('e', 'u', 'guest', 'organization', 'o', { validity: window }),
];

/** At most two rights in each of the arrangements; `u` is in team `t`, and a user of one half alone. */
function* family(): Generator<Policy> {
  for (const [index, placed] of PLACED.entries()) {
    for (const one of [-1, ...RIGHTS.keys()]) {
      for (const two of [-1, ...RIGHTS.keys()].filter((each) => each > one || each === -1)) {
        if (two >= 0 && one < 0) continue;
        yield {
          version: 1,
          organization: { id: 'o', timeZone: 'UTC', roles: ROLES },
          places: [{ id: 'p' }],
          floors: [{ id: 'f', place: 'p' }],
          doors: [
            { id: 'd', place: 'p', floor: 'f' },
            { id: 'e', place: 'p' },
          ],
          users: [{ id: 'u' }, { id: 'v' }, ...(index % 2 === 0 ? [{ id: 'w' }] : [])],
          teams: [{ id: 't', users: ['u'] }],
          ...placed,
          assignments: [one, two].flatMap((each) => RIGHTS[each] ?? []),
        } as unknown as Policy;
      }
    }
  }
}

/** Everything anybody could ask beside opening. */
function* requests(): Generator<AccessRequest> {
  const held: Record<string, readonly string[]> = {
    door: ['d', 'e'],
    floor: ['f'],
    place: ['p'],
    user: ['u', 'v', 'w'],
  };
  const scopes = ['organization:o', 'place:p', 'group:g', 'group:h', 'door:d', 'door:nowhere'].map(
    (each) => {
      const [type, id] = each.split(':');
      return { scope: { type, id } };
    },
  );
  const cells = new Map<string, Set<string>>();
  for (const { permissions } of ROLES.roles) {
    for (const [type, actions] of Object.entries(permissions)) {
      cells.set(type, new Set([...(cells.get(type) ?? []), ...actions]));
    }
  }
  for (const [type, actions] of cells) {
    for (const name of actions) {
      const moves = name === 'add_to_place_group';
      const named = (held[type] ?? []).filter(() => name !== 'unlock');
      const resources = [
        ...named.map((id) => ({ type, id })),
        ...(moves
          ? named.flatMap((id) => scopes.map((properties) => ({ type, id, properties })))
          : []),
        { type, id: '*' },
        { type, id: 'unknown' },
        ...scopes.map((properties) => ({ type, id: '*', properties })),
      ].filter(({ id }) => !(name === 'unlock' && id !== '*'));
      for (const resource of resources) {
        for (const id of ['u', 'v']) {
          for (const time of [NOON, EVENING]) {
            yield { subject: { type: 'user', id }, action: { name }, resource, context: { time } };
          }
        }
      }
    }
  }
}

test('in every pair of small policies the lines are exactly what the oracle answers differently', () => {
  const asked = [...requests()];
  const worlds = [...family()].map((policy) => ({
    engine: compilePolicy(policy) as Engine,
    answers: asked.map((request) => referenceDecide(policy, request).decision),
  }));
  const count = { pairs: 0, differ: 0 };
  // Each pair once: that the other direction is the same with gains and losses swapped is a property of its own.
  worlds.forEach((old, index) => {
    for (const now of worlds.slice(index + 1)) {
      count.pairs += 1;
      const changes = rightChanges(old.engine, now.engine, SPAN);
      asked.forEach((request, number) => {
        const [had, has] = [old.answers[number], now.answers[number]];
        const time = request.context.time as number;
        const line = coveringRight(changes, old.engine, now.engine, request, time);
        if (had !== has) count.differ += 1;
        const effect = had === has ? undefined : has ? 'gains' : 'loses';
        if (line?.effect !== effect)
          throw new Error(
            `${JSON.stringify(request)}: ${effect ?? 'the same'}, not ${JSON.stringify(line)}\n${JSON.stringify([old.engine.policy, now.engine.policy])}`,
          );
      });
    }
  });
  expect(worlds).toHaveLength(64);
  expect(count.pairs).toBe(2016);
  expect(count.differ).toBeGreaterThan(10_000);
});
