/**
 * A finite family of small policies, all pairs of them, and every request of a finite space: the oracle answers each
 * request under both policies, and a line covers it if and only if the answers differ. Leaves nothing to chance.
 */
import { expect, test } from 'vitest';
import { coveringLine } from '../../../src/analysis/diff/covering-line.js';
import { diffPolicies } from '../../../src/analysis/diff/diff-policies.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { referenceDecide } from '../../reference/decide.js';

type Loose = Record<string, unknown>;

const SPAN = { from: '2026-03-02T00:00:00Z', until: '2026-03-09T00:00:00Z' };
const NOON = '2026-03-02T12:00:00Z';

const u = { type: 'user', id: 'u' };
const v = { type: 'user', id: 'v' };
const atGroup = { type: 'group', id: 'g' };
const atDoor = { type: 'door', id: 'd' };
const right = (id: string, subject: object, scope: object, rest: Loose = {}) => ({
  ...{ id, subject, role: 'guest', scope },
  ...rest,
});
const byGroup = right('a', u, atGroup);
const byPlace = right('b', v, { type: 'place', id: 'p' });
const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];

function world(parts: Loose = {}, onDoor: Loose = {}, onGroup: Loose = {}): Policy {
  const policy = {
    version: 1,
    organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' },
    places: [{ id: 'p', location: { latitude: 50, longitude: 10 } }],
    doors: [{ id: 'd', place: 'p', readers, ...onDoor }],
    groups: [{ id: 'g', doors: ['d'], ...onGroup }],
    users: [{ id: 'u', primaryDevice: 'k' }, { id: 'v' }],
    credentials: [{ id: 'k', kind: 'phone', user: 'u', state: 'active' }],
    assignments: [byGroup, byPlace],
    schedules: [
      { id: 'day', windows: [{ days: ['mo'], from: '08:00', until: '17:00' }] },
      { id: 'evening', windows: [{ days: ['mo'], from: '17:00', until: '22:00' }] },
    ],
    ...parts,
  };
  return policy as unknown as Policy;
}

const restricted = (restrictions: Loose) => world({}, {}, { restrictions });

/** Each policy differs from the first in one thing, from every other in two. */
const FAMILY: readonly Policy[] = [
  world(),
  world({ assignments: [byPlace] }),
  world({ assignments: [right('a', u, atGroup, { validity: { schedule: 'evening' } }), byPlace] }),
  world({
    assignments: [right('a', u, atGroup, { validity: { from: NOON } }), byPlace],
  }),
  world({
    teams: [{ id: 't', users: ['u', 'v'] }],
    assignments: [right('a', { type: 'team', id: 't' }, atDoor)],
  }),
  world({ users: [{ id: 'u' }, { id: 'v', active: false }] }),
  world({ credentials: [] }),
  world({ credentials: [{ id: 'k', kind: 'phone', user: 'u', state: 'lost' }] }),
  world({ credentials: [{ id: 'k', kind: 'phone', user: 'v', state: 'active' }] }),
  world({ lockdowns: [{ id: 'l', scope: atDoor, since: NOON }] }),
  world({ lockdowns: [{ id: 'l', scope: atDoor, exempt: ['guest'], blocksExit: true }] }),
  world({}, { unlock: [{ schedule: 'day' }] }),
  world({}, { unlock: [{ schedule: 'day', firstToArrive: 'day' }] }),
  world({}, { lock: 'offline' }),
  world({}, { tenant: { user: 'u', since: NOON } }),
  world({}, { strictExit: true, restrictions: { schedule: 'day' } }),
  world({}, { readers: [{ id: 'in', direction: 'exit' }], restrictions: { reader: true } }),
  restricted({ geofence: { radius: 100 } }),
  restricted({ secondFactor: true }),
  restricted({ primaryDevice: true }),
  restricted({ appAccess: false, schedule: 'evening' }),
  restricted({ occupancyLimit: 2 }),
  restricted({ twoPerson: true }),
  world({}, { restrictions: { antiPassback: { mode: 'hard', resetMinutes: 60 } } }),
];

/** Every way of taking one of each list. */
function product(...lists: readonly (readonly Loose[])[]): Loose[] {
  return lists.reduce<Loose[]>(
    (found, list) => found.flatMap((one) => list.map((other) => ({ ...one, ...other }))),
    [{}],
  );
}

const FACTS = product(
  ['2026-03-02T07:59:59.999Z', '2026-03-02T08:00:00Z', NOON, '2026-03-02T17:00:00Z'].map(
    (time) => ({ time }),
  ),
  [{}, { method: 'tap', reader: 'in' }, { method: 'card', reader: 'out' }],
  [{}, { device: 'k' }],
  [
    {},
    { secondFactor: true, occupancy: 1, presence: { state: 'outside' }, companions: ['v'] },
    {
      location: { latitude: 50, longitude: 10, accuracy: 5 },
      presence: { state: 'inside', since: '2026-03-02T11:00:00Z' },
      arrivals: ['2026-03-02T08:00:00Z'],
    },
  ],
);

const REQUESTS: readonly AccessRequest[] = [
  u,
  v,
  { type: 'user', id: 'nobody' },
  { type: 'credential', id: 'k' },
].flatMap((subject) =>
  FACTS.map((context) => ({
    subject,
    action: { name: 'unlock' },
    resource: atDoor,
    context: context as never,
  })),
);

test('of every pair of a family, the lines cover exactly the requests that the oracle answers differently', () => {
  const members = FAMILY.map((policy) => ({
    engine: compilePolicy(policy),
    answers: REQUESTS.map((request) => referenceDecide(policy, request).decision),
  }));
  let differing = 0;
  for (const before of members) {
    for (const after of members) {
      if (members.indexOf(before) > members.indexOf(after)) continue;
      const diff = diffPolicies(before.engine, after.engine, SPAN);
      for (const [number, request] of REQUESTS.entries()) {
        const [was, is] = [before.answers[number], after.answers[number]];
        const expected = was === is ? undefined : is ? 'gains' : 'loses';
        const line = coveringLine(diff, before.engine, after.engine, request);
        if (expected !== undefined) differing += 1;
        if (line?.effect === expected) continue;
        const pair = [members.indexOf(before), members.indexOf(after)];
        expect({ pair, request, line }).toEqual({ pair, request, line: expected });
      }
    }
  }
  expect(REQUESTS).toHaveLength(4 * 72);
  expect(differing).toBeGreaterThan(5000);
});
