/** Proposals against the oracle: each permits, none is more than another, and where there is none no single edit helps. */
import { expect, test } from 'vitest';
import { type Proposal, whyNot } from '../../../src/analysis/questions/why-not.js';
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

const keysOf = ({ steps }: Proposal) => steps.map((step) => JSON.stringify(step));

test('each proposal is a valid change after which the request is permitted, and no one includes another', () => {
  let [refusals, proposals, combined] = [0, 0, 0];
  overWorlds(40, 6, ({ policy, requests, draw, anchor }) => {
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
        for (const other of answer.proposals) {
          if (other === proposal) continue;
          const own = new Set(keysOf(proposal));
          expect(keysOf(other).every((key) => own.has(key))).toBe(false);
        }
      }
    }
  });
  expect(refusals).toBeGreaterThan(150);
  expect(proposals).toBeGreaterThan(200);
  expect(combined).toBeGreaterThan(20);
});

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

type Loose = Record<string, unknown>;
const list = (policy: Policy, name: string) =>
  ((policy as unknown as Record<string, Loose[]>)[name] ?? []) as (Loose & { id: string })[];

/** Every change of one element of a few kinds, made without the library: rights, restrictions, people, lockdowns. */
function* singleEdits(policy: Policy, subject: { type: string; id: string }): Generator<Changes> {
  const put = (name: string, element: Loose) => ({ put: { [name]: [element] } }) as Changes;
  for (const name of ['users', 'links', 'groups', 'assignments']) {
    for (const one of list(policy, name)) {
      const { active: _, enabled: __, ...rest } = one;
      yield put(name, rest);
    }
  }
  for (const one of list(policy, 'assignments')) {
    const { validity: _, ...rest } = one;
    yield put('assignments', rest);
  }
  for (const one of list(policy, 'credentials')) {
    if (one['state'] !== 'stolen') yield put('credentials', { ...one, state: 'active' });
  }
  for (const { id } of list(policy, 'lockdowns')) yield { remove: { lockdowns: [id] } };
  for (const name of ['doors', 'places', 'groups']) {
    for (const one of list(policy, name)) {
      for (const member of Object.keys((one['restrictions'] as Loose) ?? {})) {
        const { [member]: _, ...restrictions } = one['restrictions'] as Loose;
        yield put(name, { ...one, restrictions });
      }
    }
  }
  if (subject.type === 'user') {
    for (const team of list(policy, 'teams')) {
      yield put('teams', { ...team, users: [...((team['users'] as string[]) ?? []), subject.id] });
    }
  }
  for (const group of list(policy, 'groups')) {
    for (const { id } of list(policy, 'doors')) {
      yield put('groups', { ...group, doors: [...((group['doors'] as string[]) ?? []), id] });
    }
  }
  const scopes = [
    { type: 'organization', id: policy.organization.id },
    ...list(policy, 'places').map(({ id }) => ({ type: 'place', id })),
    ...list(policy, 'groups').map(({ id }) => ({ type: 'group', id })),
    ...list(policy, 'doors').map(({ id }) => ({ type: 'door', id })),
  ];
  const roles = ['guest', 'host', 'manager', 'door_access', 'place_door_access'];
  for (const scope of scopes) {
    for (const role of roles) {
      for (const granted of [{}, { grantedBy: 't' }]) {
        yield put('assignments', { id: 'new', subject, role, scope, ...granted });
      }
    }
  }
}

test('small worlds: where nothing is proposed, no single edit permits; where one permits, something is proposed', () => {
  const at = '2026-03-02T18:00:00Z';
  const doors = [
    {},
    { restrictions: { reader: true } },
    { lock: 'offline' },
    { tenant: { user: 't', since: '2026-01-01T00:00:00Z' } },
  ];
  const rights = [
    [],
    [{ id: 'a', role: 'guest', scope: { type: 'group', id: 'g' } }],
    [{ id: 'a', role: 'guest', scope: { type: 'group', id: 'h' }, enabled: false }],
    [{ id: 'a', role: 'guest', scope: { type: 'door', id: 'd' }, validity: { schedule: 'day' } }],
    [{ id: 'a', role: 'host', scope: { type: 'place', id: 'p' }, validity: { until: at } }],
  ];
  const groups = [
    {},
    { enabled: false },
    { restrictions: { secondFactor: true, schedule: 'day' } },
  ];
  const lockdowns = [
    [],
    [{ id: 'l', scope: { type: 'place', id: 'p' } }],
    [{ id: 'l', scope: { type: 'door', id: 'd' }, exempt: ['host'] }],
  ];
  const users = [{}, { active: false }];
  const facts = [{}, { method: 'card', device: 'c' }];
  let [worlds, nothing, tried] = [0, 0, 0];
  for (const door of doors)
    for (const held of rights)
      for (const group of groups)
        for (const lockdown of lockdowns)
          for (const user of users) {
            worlds += 1;
            const policy = {
              version: 1,
              organization: { id: 'o', timeZone: 'UTC', roles: 'kiwi' },
              places: [{ id: 'p' }],
              doors: [{ id: 'd', place: 'p', readers: [{ id: 'r' }], ...door }],
              groups: [{ id: 'g', doors: ['d'], ...group }, { id: 'h' }],
              users: [{ id: 'u', ...user }, { id: 't' }],
              teams: [{ id: 'crew' }],
              credentials: [{ id: 'c', user: 'u', kind: 'card', state: 'lost' }],
              schedules: [
                { id: 'day', windows: [{ days: ['mo'], from: '08:00', until: '17:00' }] },
              ],
              assignments: [
                ...held.map((one) => ({ ...one, subject: { type: 'user', id: 'u' } })),
                {
                  id: 'crew-place',
                  subject: { type: 'team', id: 'crew' },
                  role: 'guest',
                  scope: { type: 'place', id: 'p' },
                },
              ],
              lockdowns: lockdown,
            } as unknown as Policy;
            const engine = compilePolicy(policy);
            for (const context of facts) {
              const request: AccessRequest = {
                subject: { type: 'user', id: 'u' },
                action: { name: 'unlock' },
                resource: { type: 'door', id: 'd' },
                context: { time: at, ...context },
              };
              const { decision, proposals } = whyNot(engine, request);
              if (decision.decision) continue;
              if (proposals.some(({ size }) => size === 1)) continue;
              nothing += proposals.length === 0 ? 1 : 0;
              for (const changes of singleEdits(policy, request.subject)) {
                tried += 1;
                try {
                  if (engine.apply(changes).check(request))
                    expect({ policy, request, changes }).toBe('proposed');
                } catch (error) {
                  if (!(error instanceof PolicyError)) throw error;
                }
              }
            }
          }
  expect(worlds).toBe(4 * 5 * 3 * 3 * 2);
  expect(nothing).toBeGreaterThan(100);
  expect(tried).toBeGreaterThan(5000);
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
