/** Why not in small worlds, every one of them: where nothing is proposed, no single edit of an independent list helps. */
import { expect, test, vi } from 'vitest';
import { whyNot } from '../../../src/analysis/questions/why-not.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Changes } from '../../../src/policy/changes.js';
import type { Policy } from '../../../src/policy/document.js';
import { PolicyError } from '../../../src/policy/issue.js';

// Seconds on a quiet machine, and minutes on a busy one or with DOORWRIGHT_RUNS.
vi.setConfig({ testTimeout: 1_200_000 });

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
  const roles = ['guest', 'host', 'manager'];
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
              const { decision, proposals } = whyNot(engine, request, { attemptsMax: 200 });
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
  expect(tried).toBeGreaterThan(4000);
});
