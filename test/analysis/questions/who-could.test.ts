/** Who could be let in, against the oracle: nobody unlisted is ever permitted, and every witness is. */
import { expect, test, vi } from 'vitest';
import type { PossiblePeople } from '../../../src/analysis/questions/need.js';
import { whoCould, whoCouldEver } from '../../../src/analysis/questions/who-could.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { openingsOf } from '../../helpers/openings.js';
import { overWorlds } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';

// Seconds on a quiet machine, and minutes on a busy one or with DOORWRIGHT_RUNS.
vi.setConfig({ testTimeout: 1_200_000 });

const DAY_MS = 86_400_000;
const STRANGER = { type: 'user', id: 'nobody at all' };

/** The user or link a request speaks of. */
function personOf(policy: Policy, { subject }: AccessRequest) {
  if (subject.type !== 'credential') return subject;
  const user = policy.credentials?.find(({ id }) => id === subject.id)?.user ?? '';
  return { type: 'user', id: user };
}

/** Holds a permitted request against an answer that must cover it. */
function covers(policy: Policy, request: AccessRequest, found: PossiblePeople): boolean {
  const person = personOf(policy, request);
  const listed = found.people.some(
    ({ subject }) => subject.type === person.type && subject.id === person.id,
  );
  if (listed) return true;
  // A stranger has no device of his own: without it the request is his too.
  const { device: _, ...context } = request.context;
  const method = context.method === 'card' ? 'tap' : context.method;
  const stranger = { ...request, subject: STRANGER, context: { ...context, method } };
  return found.anyone !== undefined && referenceDecide(policy, stranger).decision;
}

/** Holds every witness against the oracle. */
function check(policy: Policy, found: PossiblePeople): void {
  if (found.anyone) expect(referenceDecide(policy, found.anyone).decision).toBe(true);
  for (const { subject, witness, assignments, need } of found.people) {
    expect(witness.subject).toEqual(subject);
    const answer = referenceDecide(policy, witness);
    expect(answer.decision).toBe(true);
    for (const grant of answer.context.grants) expect(assignments).toContain(grant);
    expect(referenceDecide(policy, { ...witness, subject: STRANGER }).decision).toBe(false);
    // The least: without any one of its facts, or alone, it is refused.
    for (const name of Object.keys(witness.context)) {
      if (name === 'time' || name === 'occupancy' || (name === 'reader' && need.leaving)) continue;
      const { [name]: _, ...less } = witness.context;
      const fewer = { ...witness, context: less as AccessRequest['context'] };
      const isOwn =
        referenceDecide(policy, fewer).decision &&
        !referenceDecide(policy, { ...fewer, subject: STRANGER }).decision;
      expect({ name, isOwn }).toEqual({ name, isOwn: false });
    }
  }
}

test('whoever is let in within a week is listed, and whoever is listed is let in', () => {
  let [permits, listed, anyone, leaving] = [0, 0, 0, 0];
  overWorlds(30, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    const [from, until] = [anchor - 3 * DAY_MS, anchor + 4 * DAY_MS];
    const answers = new Map(
      openingsOf(policy).map(({ type, id }) => {
        const found = whoCouldEver(engine, { type, id }, { from, until });
        check(policy, found);
        listed += found.people.length;
        anyone += found.anyone ? 1 : 0;
        leaving += found.people.filter(({ need }) => need.leaving).length;
        return [`${type} ${id}`, found];
      }),
    );
    for (let draws = 0; draws < 60; draws++) {
      const request = drawOpening(draw, policy, anchor);
      const time = new Date(request.context.time).getTime();
      if (time < from || time >= until || !referenceDecide(policy, request).decision) continue;
      permits += 1;
      const found = answers.get(`${request.resource.type} ${request.resource.id}`)!;
      if (!covers(policy, request, found)) expect({ request, found }).toBe('covered');
    }
  });
  expect(permits).toBeGreaterThan(120);
  expect(listed).toBeGreaterThan(60);
  expect(anyone).toBeGreaterThan(5);
  expect(leaving).toBeGreaterThan(0);
});

test('whoever is let in at an instant is listed for it, with the least it takes', () => {
  let [permits, listed] = [0, 0];
  overWorlds(70, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    for (let draws = 0; draws < 20; draws++) {
      const request = drawOpening(draw, policy, anchor);
      const found = whoCould(engine, request.resource, request.context.time);
      if (draws < 3) check(policy, found);
      listed += found.people.length;
      if (!referenceDecide(policy, request).decision) continue;
      permits += 1;
      if (!covers(policy, request, found)) expect({ request, found }).toBe('covered');
    }
  });
  expect(permits).toBeGreaterThan(120);
  expect(listed).toBeGreaterThan(120);
});

/** A door for two, and where it stands: who is near it and who may open it is each test's own. */
function two(assignments: readonly object[], rest: object = {}) {
  return compilePolicy({
    version: 1,
    organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' },
    places: [{ id: 'p', location: { latitude: 50, longitude: 10 } }],
    doors: [{ id: 'd', place: 'p', restrictions: { twoPerson: true } }],
    users: [{ id: 'ada' }, { id: 'ben' }, { id: 'cleo' }],
    assignments: assignments.map((one, index) => ({
      id: `a${index}`,
      role: 'guest',
      scope: { type: 'door', id: 'd' },
      ...one,
    })),
    ...rest,
  });
}
const held = (id: string) => ({ subject: { type: 'user', id } });
const DOOR = { type: 'door', id: 'd' };

test('at a door for two, one who may open it alone cannot, and two bring each other', () => {
  expect(whoCould(two([held('ada')]), DOOR, 0).people).toEqual([]);
  const { people } = whoCould(two([held('ada'), held('ben')]), DOOR, 0);
  expect(people.map(({ subject, witness }) => [subject.id, witness.context.companions])).toEqual([
    ['ada', ['ben']],
    ['ben', ['ada']],
  ]);
});

test('a companion comes when he may', () => {
  const from = '2026-01-01T00:00:00Z';
  const later = { validity: { from: '2026-02-01T00:00:00Z' } };
  const engine = two([held('ada'), { ...held('ben'), ...later }]);
  expect(whoCould(engine, DOOR, from).people).toEqual([]);
  const { people } = whoCouldEver(engine, DOOR, { from });
  expect(people.map(({ witness }) => witness.context.time)).toEqual([
    '2026-02-01T00:00:00Z',
    '2026-02-01T00:00:00Z',
  ]);
});

/** Fences of a door and its place, and whether somebody can stand in both. */
const FENCES: readonly (readonly [name: string, door: object, place: object, meet: boolean])[] = [
  [
    'a cross of two bars, no corner of which lies in the other',
    bar(19, 21, 49.9, 50.1),
    bar(19.9, 20.1, 49, 51),
    true,
  ],
  ['bars that do not meet', bar(9, 9.5, 49.9, 50.1), bar(9.9, 10.1, 49, 51), false],
  ['a circle that reaches over one edge', { radius: 1000 }, bar(10.01, 12, 48, 52), true],
  ['a circle that does not reach the edge', { radius: 500 }, bar(10.01, 12, 48, 52), false],
  ['the same bar twice', bar(9, 9.5, 49, 49.5), bar(9, 9.5, 49, 49.5), true],
];

function bar(west: number, east: number, south: number, north: number) {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  return { polygon: corners };
}

test.each(FENCES)('%s', (_, door, place, meet) => {
  const engine = compilePolicy({
    version: 1,
    organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' },
    places: [
      { id: 'p', location: { latitude: 50, longitude: 10 }, restrictions: { geofence: place } },
    ],
    doors: [{ id: 'd', place: 'p', restrictions: { geofence: door } }],
    users: [{ id: 'ada' }],
    assignments: [{ id: 'a', role: 'guest', scope: DOOR, ...held('ada') }],
  });
  const { people } = whoCould(engine, DOOR, 0);
  expect(people.map(({ witness }) => engine.check(witness))).toEqual(meet ? [true] : []);
});
