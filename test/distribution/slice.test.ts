/** A slice decides about its doors and stops as the whole does, and tells a bridge no more than that takes. */
import { describe, expect, test } from 'vitest';
import { slice } from '../../src/distribution/slice.js';
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import { right, site, unlock } from '../helpers/builders.js';
import { openingsOf } from '../helpers/openings.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';
import { administrationOf } from './administration.js';
import { engineOf } from './histories.js';
import { questionsOf } from './questions.js';

const STAND_IN = /^somebody-else/u;

/** Whether the slice knows who asks. */
function isKnown(part: Policy, { subject }: AccessRequest): boolean {
  const { type, id } = subject;
  const holder =
    type === 'credential' ? part.credentials?.find((each) => each.id === id)?.user : id;
  const all = type === 'link' ? part.links : type === 'team' ? undefined : part.users;
  return (
    holder !== undefined &&
    !STAND_IN.test(holder) &&
    all?.some((each) => each.id === holder) === true
  );
}

/** The same questions with every credential of the site in the hand of whoever asks. */
function withDevices(world: World, requests: readonly AccessRequest[]): AccessRequest[] {
  const devices = (world.policy.credentials ?? []).map(({ id }) => id);
  return requests.flatMap((request, index) => {
    const device = devices[index % (devices.length + 1)];
    return device === undefined ? [] : [{ ...request, context: { ...request.context, device } }];
  });
}

/** Questions about some openings, of all sorts. */
function asked(world: World, drawn: readonly AccessRequest[], openings: readonly string[]) {
  const coming = questionsOf(world, 'in', [0, 9]);
  const all = [
    ...coming,
    ...withDevices(world, coming),
    ...questionsOf(world, 'out', [0, 35]),
    ...administrationOf(world).filter((_, index) => index % 5 === 0),
    ...drawn,
  ];
  return all.filter(({ resource }) => {
    const isOpening = resource?.type === 'door' || resource?.type === 'elevator_stop';
    return isOpening && openings.includes(resource.id);
  });
}

/** Fails where a slice answers otherwise than the whole; answers what was asked. */
function expectSame(whole: Engine, part: Engine, request: AccessRequest) {
  const expected = answerOf(() => whole.decide(request));
  const answer = answerOf(() => part.decide(request));
  if (expected === 'malformed' || answer === 'malformed') {
    expect(answer).toEqual(expected);
    return 'malformed';
  }
  const { reason } = expected.context;
  const decidesForAll = [
    'lockdown',
    'door_unlocked',
    'action_unknown',
    'resource_unknown',
  ].includes(reason);
  if (isKnown(part.policy, request) || decidesForAll) {
    if (JSON.stringify(answer) !== JSON.stringify(expected)) {
      expect({ request, answer }).toEqual({ request, answer: expected });
    }
    return expected.decision ? 'permitted' : 'refused';
  }
  const strange = ['subject_unknown', 'subject_inactive'];
  if (expected.decision || answer.decision || !strange.includes(answer.context.reason)) {
    expect({ request, answer, expected }).toBe('refused as unknown');
  }
  return 'strange';
}

describe('a slice', () => {
  test('answers whoever is in it as the whole does, and refuses everybody else', () => {
    const counts = { permitted: 0, refused: 0, strange: 0, malformed: 0 };
    overWorlds(35, 12, (world) => {
      const { draw, policy, requests } = world;
      const ids = [...new Set(openingsOf(policy).map(({ id }) => id))];
      const openings = draw.atLeast(1, Math.min(3, ids.length), ids);
      const document = slice(policy, openings);
      const parsed = parsePolicy(document);
      if (!parsed.ok) expect(parsed.issues).toEqual([]);
      expect(document.revision).toBe(policy.revision);
      const [whole, part] = [engineOf(policy), engineOf(document)];
      const questions = asked(world, requests, openings);
      for (const request of questions) counts[expectSame(whole, part, request)] += 1;
      for (const request of questions.filter((_, index) => index % 40 === 0)) {
        if (answerOf(() => whole.check(request)) === 'malformed') continue;
        if (!isKnown(document, request)) continue;
        expect(part.validUntil(request), JSON.stringify(request)).toBe(whole.validUntil(request));
      }
    });
    expect(counts.permitted).toBeGreaterThan(800);
    expect(counts.refused).toBeGreaterThan(1200);
    expect(counts.strange).toBeGreaterThan(500);
    expect(counts.malformed).toBeGreaterThan(0);
  });

  test('holds nothing that another door alone needs', () => {
    const counts: Record<string, number> = {};
    overWorlds(60, 0, ({ policy, draw }) => {
      const ids = [...new Set(openingsOf(policy).map(({ id }) => id))];
      const part = slice(policy, [draw.pick(ids)]);
      const used = JSON.stringify(part);
      for (const name of [
        'places',
        'groups',
        'schedules',
        'assignments',
        'users',
        'links',
      ] as const) {
        const gone =
          (policy[name] ?? []).length -
          (part[name] ?? []).filter(({ id }) => !STAND_IN.test(id)).length;
        counts[name] = (counts[name] ?? 0) + gone;
      }
      for (const { id } of part.schedules ?? [])
        expect(used.split(JSON.stringify(id)).length).toBeGreaterThan(2);
      const own = openingsOf(part).map((each) => each.id);
      expect(new Set(own).size).toBe(1);
      const held = new Set(
        (part.assignments ?? []).map(({ subject }) => `${subject.type} ${subject.id}`),
      );
      for (const { id } of part.links ?? []) expect(held.has(`link ${id}`)).toBe(true);
    });
    for (const [name, gone] of Object.entries(counts)) expect(gone, name).toBeGreaterThan(10);
  });
});

describe('in particular', () => {
  const people = {
    users: [
      {
        id: 'ada',
        name: 'Ada',
        email: 'ada@example.org',
        segment: 'staff',
        primaryDevice: 'phone',
      },
      { id: 'bob', name: 'Bob', email: 'bob@example.org' },
      { id: 'eve', name: 'Eve' },
    ],
    teams: [{ id: 'crew', name: 'Crew of Bob', users: ['bob'] }],
    links: [{ id: 'guest', name: 'Guest of Eve', secretHash: 'hash' }],
    credentials: [
      { id: 'phone', kind: 'phone', user: 'ada', state: 'active' },
      { id: 'eves', kind: 'phone', user: 'eve', state: 'active' },
      { id: 'lost', kind: 'card', user: 'eve', state: 'lost' },
    ],
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'vault', place: 'hq' },
    ],
    groups: [
      { id: 'staff', name: 'Friends of Ada', doors: ['front', 'vault'] },
      { id: 'deep', doors: ['vault'] },
    ],
    assignments: [
      right('a', 'ada', { grantedBy: 'eve' }),
      { ...right('c', ''), subject: { type: 'team', id: 'crew' } },
      { ...right('l', ''), subject: { type: 'link', id: 'guest' } },
      right('e', 'eve', { scope: { type: 'group', id: 'deep' } }),
    ],
  };
  const policy = site(people) as unknown as Policy;
  const part = slice(policy, ['front']);

  test('it shows nobody who cannot come in, and names nobody', () => {
    expect(part.users).toEqual([
      { id: 'ada', primaryDevice: 'phone' },
      { id: 'bob' },
      { id: 'somebody-else', active: false },
    ]);
    for (const word of [
      'Ada',
      'Bob',
      'Eve',
      'eve"',
      'Crew',
      'Guest',
      'Friends',
      'example.org',
      'vault',
    ]) {
      expect(JSON.stringify(part)).not.toContain(word);
    }
    expect(part.links).toEqual([{ id: 'guest', secretHash: 'hash' }]);
    expect(part.groups).toEqual([{ id: 'staff', doors: ['front'] }]);
  });

  test("somebody else's device stays somebody else's", () => {
    const engine = engineOf(part);
    const taps = (device: string) =>
      engine
        .decide(unlock('ada', 'front', { method: 'tap', device }))
        .context.reasons.map(({ code }) => code);
    expect(taps('eves')).toEqual(['credential_foreign']);
    expect(taps('lost')).toEqual(['credential_foreign', 'credential_inactive']);
    expect(taps('unheard-of')).toEqual(['granted']);
    const card = { ...unlock('', 'front'), subject: { type: 'credential', id: 'eves' } };
    expect(engine.decide(card).context.reason).toBe('subject_inactive');
  });

  test('a calendar that a right names in place is there, and none that nothing names', () => {
    const days = [{ date: '2026-03-02' }];
    const calendars = ['used', 'idle'].map((id) => ({ id, days }));
    const own = right('a', 'ada', { validity: { schedule: { calendar: 'used' } } });
    const given = { ...people, assignments: [own], calendars };
    const closed = slice(site(given) as unknown as Policy, ['front']);
    expect(closed.calendars).toEqual([calendars[0]]);
    expect(engineOf(closed).decide(unlock('ada', 'front')).context.reason).toBe('inactive_hours');
  });

  test('a user who has the name of the stand-in gets another stand-in', () => {
    const users = [...people.users, { id: 'somebody-else' }, { id: 'somebody-else-1' }];
    const other = slice(
      site({ ...people, users, assignments: [right('a', 'somebody-else')] }) as unknown as Policy,
      ['front'],
    );
    expect(other.users).toEqual([
      { id: 'somebody-else' },
      { id: 'somebody-else-2', active: false },
    ]);
    expect(engineOf(other).check(unlock('somebody-else', 'front'))).toBe(true);
    expect(other.credentials?.every(({ user }) => user === 'somebody-else-2')).toBe(true);
  });

  test('of no doors, or of doors nobody knows, it holds no right and no person', () => {
    for (const doors of [[], ['nowhere']]) {
      const none = slice(policy, doors);
      expect(parsePolicy(none).ok).toBe(true);
      expect(Object.keys(none).sort()).toEqual(['credentials', 'organization', 'users', 'version']);
      expect(none.users).toEqual([{ id: 'somebody-else', active: false }]);
    }
  });

  test('at a tenanted door it is known who granted what, as far as that lets in', () => {
    const guest = { role: 'guest', scope: { type: 'door', id: 'front' } };
    const tenanted = site({
      ...people,
      organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' },
      doors: [{ id: 'front', place: 'hq', tenant: { user: 'eve', since: '2026-01-01T00:00:00Z' } }],
      groups: [],
      assignments: [
        right('b', 'bob', { ...guest, grantedBy: 'eve' }),
        right('a', 'ada', { ...guest, grantedBy: 'bob' }),
      ],
      teams: [],
      links: [],
    }) as unknown as Policy;
    const engine: Engine = compilePolicy<unknown>(slice(tenanted, ['front']));
    expect(['ada', 'bob', 'eve'].map((id) => engine.check(unlock(id, 'front')))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
