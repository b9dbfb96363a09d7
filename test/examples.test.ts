/** The three worlds in `examples/`: every question gets the answer that was written down for it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REASON_CODES, type ReasonCode } from '../src/engine/decision.js';
import type { AccessRequest, Entity, Facts } from '../src/engine/request.js';
import { authorizeChange, compilePolicy, parsePolicy } from '../src/index.js';
import type { Changes } from '../src/policy/changes.js';

const ALL_CODES: readonly ReasonCode[] = [...REASON_CODES, 'granted', 'door_unlocked'];

/** The codes a world has no means to give: nothing in its policy could call for them. */
const WORLDS: Readonly<Record<string, readonly ReasonCode[]>> = {
  coworking: ['offline_door', 'tenancy', 'occupancy_limit', 'anti_passback', 'two_person'],
  housing: ['primary_device', 'app_access', 'occupancy_limit', 'anti_passback', 'two_person'],
  club: ['offline_door', 'tenancy'],
};

interface Answer {
  readonly decision: boolean;
  readonly context: { readonly reasons: readonly { readonly code: ReasonCode }[] };
}

/** A line of `changes.ndjson`: who wants to change what, and whether that is granted. */
interface ChangeCase {
  readonly note: string;
  readonly actor: Entity;
  readonly context: Facts;
  readonly changes: Changes;
  readonly expected: unknown;
}

describe.each(Object.keys(WORLDS))('the world of examples/%s', (world) => {
  const policy = JSON.parse(read(world, 'policy.json')) as unknown;
  const requests = lines<AccessRequest & { readonly note: string }>(world, 'requests.ndjson');
  const expected = lines<Answer>(world, 'expected.ndjson');

  test('has a policy without issues, and at least 25 questions with one answer each', () => {
    const parsed = parsePolicy(policy);
    expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    expect(requests.length).toBeGreaterThanOrEqual(25);
    expect(expected.length).toBe(requests.length);
    expect(new Set(requests.map(({ note }) => note)).size).toBe(requests.length);
  });

  test('gets the written answer to every question, member by member', () => {
    const engine = compilePolicy(policy);
    const differing = requests.flatMap((request, index) => {
      const line = { line: index + 1, note: request.note };
      const given = { ...line, answer: engine.decide(request) };
      const wanted = { ...line, answer: expected[index] };
      return JSON.stringify(given) === JSON.stringify(wanted) ? [] : [{ given, wanted }];
    });
    expect(differing).toEqual([]);
  });

  test('answers `check` and `decideAll` as it answers `decide`', () => {
    const engine = compilePolicy(policy);
    const wanted = expected.map(({ decision }) => decision);
    expect(requests.map((request) => engine.check(request))).toEqual(wanted);
    expect(engine.decideAll(requests)).toEqual(expected);
  });

  test('grants and refuses the changes people propose as written down, and applies none', () => {
    const engine = compilePolicy(policy);
    const cases = lines<ChangeCase>(world, 'changes.ndjson');
    const given = cases.map(({ note, actor, changes, context }) => {
      const answer = authorizeChange(engine, actor, changes, context);
      const { reason, grants } = answer.context;
      return { note, expected: { decision: answer.decision, reason, grants } };
    });
    expect(given).toEqual(cases.map(({ note, expected: wanted }) => ({ note, expected: wanted })));
    expect(engine.decideAll(requests)).toEqual(expected);
  });

  test('shows every reason code it can give, permits and refusals alike', () => {
    const shown = new Set(
      expected.flatMap(({ context }) => context.reasons.map(({ code }) => code)),
    );
    const able = ALL_CODES.filter((code) => !WORLDS[world]?.includes(code));
    expect(able.filter((code) => !shown.has(code))).toEqual([]);
    expect([...shown].filter((code) => !able.includes(code))).toEqual([]);
  });
});

/** Worked out by hand from the windows, ends and lockdowns of each world; null is never. */
const UNTIL: readonly (readonly [world: string, note: string, until: string | null])[] = [
  ['coworking', 'Saturday morning is part of Flex', '2026-11-21T15:00:00Z'],
  ['coworking', 'the network contractor in his weeks', '2026-12-11T23:00:00Z'],
  ['coworking', 'a Resident works at three in the morning', '2027-02-07T07:00:00Z'],
  ['coworking', 'Berlin, autumn: a quarter past two, the first time', '2026-10-25T00:30:00Z'],
  ['club', 'Friday night, security came at 21:50: the door stands open', '2026-11-28T05:00:00Z'],
  ['club', "spring: two o'clock follows at once", '2027-03-28T04:00:00Z'],
  ['club', 'on Monday nobody is', '2026-12-03T20:00:00Z'],
  ['club', 'a pass handed back over the turnstile', '2026-12-01T02:00:00Z'],
  ['housing', 'heating: active', '2026-11-24T19:00:00Z'],
  ['housing', 'and to the administrator', null],
];

test.each(UNTIL)('the answer of %s to "%s" holds until %s', (world, note, until) => {
  const requests = lines<AccessRequest & { readonly note: string }>(world, 'requests.ndjson');
  const request = requests.find((candidate) => candidate.note === note);
  if (request === undefined) throw new Error(`no such question \`${note}\``);
  const engine = compilePolicy(JSON.parse(read(world, 'policy.json')));
  expect(engine.validUntil(request)).toBe(until);
  expect(engine.decide(request, { validUntil: true }).context.validUntil).toBe(until);
});

test('the three worlds together show every reason code there is', () => {
  const never = ALL_CODES.filter((code) =>
    Object.values(WORLDS).every((not) => not.includes(code)),
  );
  expect(never).toEqual([]);
});

test('the housing company has 40 doors, each at a point of its own', () => {
  const policy = JSON.parse(read('housing', 'policy.json')) as {
    doors: { id: string; location: { latitude: number; longitude: number } }[];
  };
  const points = policy.doors.map(({ location }) => `${location.latitude} ${location.longitude}`);
  expect(policy.doors).toHaveLength(40);
  expect(new Set(points).size).toBe(40);
});

test('one heating room shows all four statuses of a right on one Tuesday morning', () => {
  const engine = compilePolicy(JSON.parse(read('housing', 'policy.json')));
  const entries = engine.access(
    { type: 'door', id: 'u11-heating' },
    { time: '2026-11-24T10:00:00+01:00' },
  );
  const status = Object.fromEntries(entries.map((entry) => [entry.assignment, entry.status]));
  expect(status).toMatchObject({
    'kolb-technical': 'active',
    'varga-technical': 'inactive_hours',
    'nordwaerme-technical': 'pending',
    'althaus-technical': 'expired',
  });
});

function read(world: string, file: string): string {
  return readFileSync(new URL(`../examples/${world}/${file}`, import.meta.url), 'utf8');
}

function lines<T>(world: string, file: string): readonly T[] {
  const text = read(world, file);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
