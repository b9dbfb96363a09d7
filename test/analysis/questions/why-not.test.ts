/** Proposals against the oracle: each permits, none is more than another, none takes anything away. */
import { expect, test, vi } from 'vitest';
import { type Proposal, whyNot } from '../../../src/analysis/questions/why-not.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Changes } from '../../../src/policy/changes.js';
import type { Policy } from '../../../src/policy/document.js';
import { PolicyError } from '../../../src/policy/issue.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { changed } from '../../helpers/changes.js';
import { shuffled } from '../../helpers/variants.js';
import { answerOf, overWorlds } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';

// Seconds on a quiet machine, and minutes on a busy one or with DOORWRIGHT_RUNS.
vi.setConfig({ testTimeout: 1_200_000 });

const keysOf = ({ steps }: Proposal) => steps.map((step) => JSON.stringify(step));

test('each proposal is a valid change after which the request is permitted, and no one includes another', () => {
  let [refusals, proposals, combined] = [0, 0, 0];
  overWorlds(25, 6, ({ policy, requests, draw, anchor }) => {
    const engine = compilePolicy(policy);
    const openings = Array.from({ length: 6 }, () => drawOpening(draw, policy, anchor));
    for (const request of [...openings, ...requests]) {
      const answer = answerOf(() => whyNot(engine, request, { attemptsMax: 300 }));
      if (answer === 'malformed') continue;
      expect(answer.decision).toEqual(referenceDecide(policy, request));
      if (answer.decision.decision) {
        expect(answer.proposals).toEqual([]);
        continue;
      }
      refusals += 1;
      for (const proposal of answer.proposals) {
        proposals += 1;
        combined += proposal.size > 1 ? 1 : 0;
        const { changes } = proposal;
        expect(engine.apply(changes).check(request)).toBe(true);
        expect(referenceDecide(changed(policy, changes), request).decision).toBe(true);
        expect(fewer(changes).filter((less) => mayApply(engine, less, request))).toEqual([]);
        for (const other of answer.proposals) {
          if (other === proposal) continue;
          const own = new Set(keysOf(proposal));
          expect(keysOf(other).every((key) => own.has(key))).toBe(false);
        }
      }
    }
  });
  expect(refusals).toBeGreaterThan(80);
  expect(proposals).toBeGreaterThan(120);
  expect(combined).toBeGreaterThan(10);
});

/** The change without one of the elements it puts or removes. */
function fewer({ put = {}, remove = {} }: Changes): Changes[] {
  const without = (lists: object, name: string, index: number) =>
    Object.fromEntries(
      Object.entries(lists).map(([each, list]) => [
        each,
        each === name ? list.filter((_: unknown, at: number) => at !== index) : list,
      ]),
    );
  const each = (lists: object) =>
    Object.entries(lists).flatMap(([name, list]: [string, readonly unknown[]]) =>
      list.map((_, index) => without(lists, name, index)),
    );
  const less = [
    ...each(put).map((one) => ({ put: one, remove })),
    ...each(remove).map((one) => ({ put, remove: one })),
  ];
  return less as unknown as Changes[];
}

function mayApply(engine: Engine, changes: Changes, request: AccessRequest): boolean {
  try {
    return engine.apply(changes).check(request);
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

/** Kinds that give one thing its place instead of another: the former device no longer counts. */
const REPLACING = new Set(['set_primary_device', 'register_card']);

test('no proposal takes an opening away from anybody', () => {
  let compared = 0;
  overWorlds(25, 0, ({ policy, draw, anchor }) => {
    const engine = compilePolicy(policy);
    const others = Array.from({ length: 40 }, () => drawOpening(draw, policy, anchor));
    const permitted = others.filter((request) => engine.check(request));
    for (const request of others.slice(0, 6)) {
      for (const { changes, steps } of whyNot(engine, request, { attemptsMax: 100 }).proposals) {
        if (steps.some(({ kind }) => REPLACING.has(kind))) continue;
        const after = engine.apply(changes);
        for (const other of permitted) {
          compared += 1;
          if (!after.check(other)) expect({ changes, other }).toBe('still permitted');
        }
      }
    }
  });
  expect(compared).toBeGreaterThan(500);
});

test('the same proposals whatever the order of the document', () => {
  overWorlds(40, 0, ({ policy, draw, anchor }) => {
    const request = drawOpening(draw, policy, anchor);
    const stepsOf = (one: Policy) =>
      whyNot(compilePolicy(one), request).proposals.map(({ steps, size, personal }) => ({
        ...{ steps, size, personal },
      }));
    expect(stepsOf(shuffled(policy, draw))).toEqual(stepsOf(policy));
  });
});

const OFFICE = {
  version: 1,
  organization: { id: 'o', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'lab', place: 'hq' },
    { id: 'front', place: 'hq' },
  ],
  groups: [
    { id: 'labs', doors: ['lab'] },
    { id: 'all', doors: ['front'] },
  ],
  users: [{ id: 'ada' }, { id: 'ben' }, { id: 'cleo', active: false }],
  teams: [{ id: 'research', users: ['ben'] }],
  calendars: [{ id: 'holidays', days: [{ date: '2026-12-25' }] }],
  schedules: [
    {
      id: 'day',
      windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '08:00', until: '18:00' }],
      calendar: 'holidays',
    },
  ],
  assignments: [
    {
      id: 'ada-all',
      subject: { type: 'user', id: 'ada' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
      validity: { schedule: 'day' },
    },
    {
      id: 'research-labs',
      subject: { type: 'team', id: 'research' },
      role: 'door_access',
      scope: { type: 'group', id: 'labs' },
    },
  ],
} as const;

const asking = (user: string, door: string, time: string): AccessRequest => ({
  subject: { type: 'user', id: user },
  action: { name: 'unlock' },
  resource: { type: 'door', id: door },
  context: { time },
});

test('the least comes first: a right at the group, the team, then wider rights', () => {
  const { proposals, nearestMiss } = whyNot(
    compilePolicy(OFFICE),
    asking('ada', 'lab', '2026-11-23T09:00:00+01:00'),
  );
  expect(nearestMiss).toBe(null);
  const said = proposals.map(({ steps, breadth, personal }) => [
    steps.map(({ kind, at, detail }) => `${kind} ${at.type} ${at.id} ${detail}`).join(', '),
    personal ? breadth.pairs : `for all ${breadth.pairs}`,
  ]);
  expect(said).toEqual([
    ['new_right group labs door_access', 0],
    ['join_team team research ada', 0],
    ['new_right place hq place_door_access', 0],
    ['new_right organization o organization_access_manager', 0],
    ['add_to_group group all lab', 'for all 0'],
  ]);
});

test('after hours: one hour more for this right, or for all who share the hours', () => {
  const engine = compilePolicy(OFFICE);
  const evening = asking('ada', 'front', '2026-11-23T19:10:00+01:00');
  const [first] = whyNot(engine, evening).proposals;
  expect(first?.steps).toEqual([
    { kind: 'extend_hours', at: { type: 'access_right', id: 'ada-all' } },
  ]);
  const after = engine.apply(first?.changes ?? {});
  const may = (time: string) => after.check(asking('ada', 'front', time));
  expect(may('2026-11-23T20:09:59+01:00')).toBe(true);
  expect(may('2026-11-23T20:10:00+01:00')).toBe(false);
  expect(may('2026-11-24T09:00:00+01:00')).toBe(true);
  expect(may('2026-12-25T09:00:00+01:00')).toBe(false);
  const holiday = whyNot(engine, asking('ada', 'front', '2026-12-25T09:00:00+01:00'));
  expect(holiday.proposals.flatMap(({ steps }) => steps.map(({ kind }) => kind))).toContain(
    'lift_hours',
  );
});

test('a deactivated person without a right takes two edits, and nothing else is proposed first', () => {
  const { proposals } = whyNot(
    compilePolicy(OFFICE),
    asking('cleo', 'lab', '2026-11-23T09:00:00+01:00'),
  );
  expect(proposals[0]?.steps.map(({ kind }) => kind)).toEqual(['activate_user', 'new_right']);
  expect(proposals.every(({ size }) => size === 2)).toBe(true);
});

test('of the one who is not known nothing is proposed: people are not made up', () => {
  const { decision, proposals } = whyNot(
    compilePolicy(OFFICE),
    asking('zoe', 'lab', '2026-11-23T09:00:00+01:00'),
  );
  expect(decision.context.reason).toBe('subject_unknown');
  expect(proposals).toEqual([]);
});

test('a schedule that is always open but on its exceptions loses the exception, and gains no event', () => {
  const schedules = [{ id: 'open', except: [{ from: '2026-11-20', until: '2026-11-27' }] }];
  const group = { id: 'labs', doors: ['lab'], restrictions: { schedule: 'open' } };
  const engine = compilePolicy({
    ...OFFICE,
    schedules: [...OFFICE.schedules, ...schedules],
    groups: [group, OFFICE.groups[1]],
  });
  const { proposals } = whyNot(engine, asking('ben', 'lab', '2026-11-23T09:00:00+01:00'));
  const opened = proposals.find(({ steps }) => steps[0]?.kind === 'open_schedule');
  expect(opened?.changes.put?.schedules?.[0]).toEqual({
    id: 'open',
    except: [
      { from: '2026-11-20', until: '2026-11-23' },
      { from: '2026-11-24', until: '2026-11-27' },
    ],
  });
});

test('at a door that is let, the right proposed is one that the tenant gives', () => {
  const engine = compilePolicy({
    ...{ version: 1, organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' } },
    places: [{ id: 'p' }],
    doors: [{ id: 'lab', place: 'p', tenant: { user: 't', since: '2026-01-01T00:00:00Z' } }],
    users: [{ id: 't' }, { id: 'ben' }],
  });
  const time = '2026-11-23T09:00:00Z';
  const [guest] = whyNot(engine, asking('ben', 'lab', time)).proposals;
  expect(guest?.changes.put?.assignments?.[0]).toMatchObject({ role: 'guest', grantedBy: 't' });
  const [own] = whyNot(engine, asking('t', 'lab', time)).proposals;
  expect(own?.changes.put?.assignments?.[0]).not.toHaveProperty('grantedBy');
});

test('a search that ends early says so', () => {
  const engine = compilePolicy(OFFICE);
  const request = asking('cleo', 'lab', '2026-11-23T09:00:00+01:00');
  expect(whyNot(engine, request).complete).toBe(true);
  expect(whyNot(engine, request, { attemptsMax: 2 })).toMatchObject({
    proposals: [],
    complete: false,
  });
});
