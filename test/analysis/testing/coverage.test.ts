/** What tests use of a policy: what is counted, what is not, and what it means that something was never used. */
import { describe, expect, test } from 'vitest';
import { countCoverage, mergeCoverage } from '../../../src/analysis/testing/coverage.js';
import { decidingClauseOf } from '../../../src/analysis/testing/deciding-clause.js';
import { isOpening } from '../../../src/engine/decide.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import { right, site, unlock } from '../../helpers/builders.js';
import { reached } from '../../helpers/runs.js';
import { answerOf, overWorlds } from '../../helpers/worlds.js';

/** What questions use, as `pointer use`. */
function used(engine: Engine, ...requests: readonly AccessRequest[]): string[] {
  const count = countCoverage(engine);
  for (const request of requests) count.add(request, engine.decide(request));
  return count
    .report()
    .points.filter(({ seen }) => seen)
    .map(({ pointer, use }) => `${pointer} ${use}`);
}

/** Every use there is to see. */
function usable(engine: Engine): string[] {
  return countCoverage(engine)
    .report()
    .points.map(({ pointer, use }) => `${pointer} ${use}`);
}

describe('there is to be seen', () => {
  test('of a right that it is tried and counts, of a switched off one that it is tried', () => {
    const engine = compilePolicy(
      site({
        users: [{ id: 'ada' }, { id: 'bob', active: false }],
        groups: [
          { id: 'staff', doors: ['front'] },
          { id: 'off', doors: ['front'], enabled: false },
        ],
        assignments: [
          right('a', 'ada'),
          right('b', 'bob'),
          right('c', 'ada', { scope: { type: 'group', id: 'off' } }),
          right('d', 'ada', {
            scope: { type: 'place', id: 'hq' },
            role: 'place_door_access',
            enabled: false,
          }),
        ],
      }),
    );
    expect(usable(engine)).toEqual([
      '/assignments/0 tried',
      '/assignments/0 counted',
      '/assignments/1 tried',
      '/assignments/2 tried',
      '/assignments/3 tried',
      '/organization/roles counted',
    ]);
  });

  test('nothing of what restricts nothing', () => {
    const engine = compilePolicy(
      site({
        places: [{ id: 'hq', restrictions: { appAccess: true, antiPassback: { mode: 'soft' } } }],
        doors: [{ id: 'front', place: 'hq', restrictions: { reader: false, schedule: 'off' } }],
        groups: [{ id: 'off', doors: ['front'], enabled: false, restrictions: { reader: true } }],
        schedules: [{ id: 'off', enabled: false }],
      }),
    );
    expect(usable(engine)).toEqual([]);
    expect(countCoverage(engine).report().percent).toBe(100);
  });

  test('of a schedule that is always open that it is open', () => {
    const engine = compilePolicy(
      site({
        schedules: [
          { id: 'always' },
          { id: 'but-one', except: [{ from: '2026-01-01', until: '2026-01-02' }] },
        ],
      }),
    );
    expect(usable(engine)).toEqual([
      '/schedules/0 open',
      '/schedules/1 open',
      '/schedules/1 closed',
    ]);
  });
});

describe('is seen', () => {
  test('a restriction of a group to refuse, although another group permits', () => {
    const engine = compilePolicy(
      site({
        groups: [
          { id: 'staff', doors: ['front'] },
          { id: 'strict', doors: ['front'], restrictions: { secondFactor: true } },
        ],
        assignments: [
          right('a', 'ada'),
          right('b', 'ada', { scope: { type: 'group', id: 'strict' } }),
        ],
      }),
    );
    expect(used(engine, unlock('ada', 'front'))).toEqual([
      '/assignments/0 tried',
      '/assignments/0 counted',
      '/assignments/1 tried',
      '/groups/1/restrictions/secondFactor refuses',
      '/organization/roles counted',
    ]);
  });

  test('nothing behind a lockdown but the lockdown', () => {
    const engine = compilePolicy(
      site({
        doors: [{ id: 'front', place: 'hq', restrictions: { secondFactor: true } }],
        assignments: [right('a', 'ada')],
        lockdowns: [{ id: 'stop', scope: { type: 'door', id: 'front' } }],
      }),
    );
    expect(used(engine, unlock('ada', 'front'))).toEqual(['/lockdowns/0 refuses']);
  });

  test('nothing of rights behind a restriction of the door', () => {
    const engine = compilePolicy(
      site({
        doors: [{ id: 'front', place: 'hq', restrictions: { secondFactor: true } }],
        assignments: [right('a', 'ada')],
      }),
    );
    expect(used(engine, unlock('ada', 'front'))).toEqual([
      '/doors/0/restrictions/secondFactor refuses',
    ]);
    expect(used(engine, unlock('ada', 'front', { secondFactor: true }))).toEqual([
      '/assignments/0 tried',
      '/assignments/0 counted',
      '/doors/0/restrictions/secondFactor holds',
      '/organization/roles counted',
    ]);
  });

  test('of what somebody inactive holds only that it was asked about', () => {
    const engine = compilePolicy(
      site({
        users: [{ id: 'ada', active: false }],
        groups: [{ id: 'staff', doors: ['front'], restrictions: { secondFactor: true } }],
        assignments: [right('a', 'ada')],
      }),
    );
    expect(used(engine, unlock('ada', 'front'))).toEqual(['/assignments/0 tried']);
  });

  test('nothing of a restriction from which somebody is exempt', () => {
    const engine = compilePolicy(
      site({
        links: [{ id: 'guest' }],
        doors: [
          {
            id: 'front',
            place: 'hq',
            readers: [{ id: 'out', direction: 'exit' }],
            location: { latitude: 0, longitude: 0 },
            restrictions: { geofence: {}, schedule: 'never' },
          },
        ],
        schedules: [
          { id: 'never', events: [{ from: '2020-01-01T00:00', until: '2020-01-01T01:00' }] },
        ],
        assignments: [
          right('a', 'ada'),
          { ...right('b', 'guest'), subject: { type: 'link', id: 'guest' } },
        ],
      }),
    );
    const leaving = unlock('ada', 'front', { method: 'tap', reader: 'out' });
    expect(used(engine, leaving)).toEqual([
      '/assignments/0 tried',
      '/assignments/0 counted',
      '/organization/roles counted',
    ]);
    const link = { ...unlock('guest', 'front'), subject: { type: 'link', id: 'guest' } };
    expect(used(engine, link)).toEqual([
      '/doors/0/restrictions/schedule refuses',
      '/schedules/0 closed',
    ]);
  });

  test('an unlock schedule open and closed, and the arrivals it waits for', () => {
    const engine = compilePolicy(
      site({
        doors: [
          { id: 'front', place: 'hq', unlock: [{ schedule: 'day', firstToArrive: 'morning' }] },
        ],
        schedules: [
          { id: 'day', windows: [{ days: ['mo'], from: '09:00', until: '18:00' }] },
          { id: 'morning', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }] },
        ],
      }),
    );
    expect(used(engine, unlock('ada', 'front'))).toEqual([
      '/schedules/0 open',
      '/doors/0/unlock/0 closed',
    ]);
    const early = unlock('ada', 'front', { arrivals: ['2026-03-02T07:00:00Z'] });
    expect(used(engine, early)).toEqual([
      '/schedules/0 open',
      '/schedules/1 closed',
      '/doors/0/unlock/0 closed',
    ]);
    const come = unlock('ada', 'front', { arrivals: ['2026-03-02T08:30:00Z'] });
    expect(used(engine, come)).toEqual([
      '/schedules/0 open',
      '/schedules/1 open',
      '/doors/0/unlock/0 open',
    ]);
  });

  test('hours written inside a right', () => {
    const engine = compilePolicy(
      site({
        assignments: [
          right('a', 'ada', {
            validity: { schedule: { windows: [{ days: ['mo'], from: '09:00', until: '18:00' }] } },
          }),
        ],
      }),
    );
    expect(used(engine, unlock('ada', 'front', { time: '2026-03-03T12:00:00Z' }))).toEqual([
      '/assignments/0 tried',
      '/assignments/0/validity/schedule closed',
    ]);
  });

  test('at a let door the rights of whoever granted a right, up to the tenant', () => {
    const atFlat = { scope: { type: 'door', id: 'front' }, role: 'host' };
    const engine = compilePolicy(
      site({
        organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' },
        doors: [
          { id: 'front', place: 'hq', tenant: { user: 'ada', since: '2026-01-01T00:00:00Z' } },
        ],
        users: [{ id: 'ada' }, { id: 'bob' }, { id: 'eve' }],
        assignments: [
          right('b', 'bob', { ...atFlat, grantedBy: 'ada' }),
          right('e', 'eve', { ...atFlat, grantedBy: 'bob' }),
        ],
      }),
    );
    const eve = unlock('eve', 'front');
    expect(used(engine, eve)).toEqual([
      '/assignments/0 tried',
      '/assignments/1 tried',
      '/assignments/1 counted',
      '/organization/roles counted',
    ]);
    expect(engine.apply({ remove: { assignments: ['b'] } }).check(eve)).toBe(false);
  });

  test('a right by which something is viewed', () => {
    const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));
    const view = { ...unlock('ada', 'front'), action: { name: 'view' } };
    expect(used(engine, view)).toEqual([
      '/assignments/0 tried',
      '/assignments/0 counted',
      '/organization/roles counted',
    ]);
  });
});

test('several runs together have used what any of them did', () => {
  const engine = compilePolicy(
    site({
      users: [{ id: 'ada' }, { id: 'bob' }],
      assignments: [right('a', 'ada'), right('b', 'bob')],
    }),
  );
  const parts = ['ada', 'bob'].map((user) => {
    const count = countCoverage(engine);
    count.add(unlock(user, 'front'), engine.decide(unlock(user, 'front')));
    return count.report();
  });
  expect(parts.map(({ percent }) => percent)).toEqual([60, 60]);
  expect(mergeCoverage(parts).percent).toBe(100);
  const other = countCoverage(compilePolicy(site({ assignments: [right('c', 'ada')] }))).report();
  expect(() => mergeCoverage([...parts, other])).toThrow(TypeError);
});

test('a share is rounded down: only all of it is 100 %', () => {
  const users = Array.from({ length: 1001 }, (_, index) => ({ id: `u${index}` }));
  const assignments = users.map(({ id }) => right(`a-${id}`, id));
  const engine = compilePolicy(site({ users, assignments }));
  const count = countCoverage(engine);
  for (const { id } of users.slice(1))
    count.add(unlock(id, 'front'), engine.decide(unlock(id, 'front')));
  expect(count.report().percent).toBe(99.9);
});

test('leaving out a right that no question at a door tried changes no answer', () => {
  // Fails when a clause that looks at rights (lockdown exemptions, tenancies, companions) is not walked.
  let left = 0;
  let changed = 0;
  overWorlds(150, 12, ({ policy, requests }) => {
    const engine = compilePolicy(policy);
    const asked = requests.filter((request) => {
      return answerOf(() => engine.decide(request)) !== 'malformed' && isOpening(request);
    });
    const count = countCoverage(engine);
    for (const request of asked) count.add(request, engine.decide(request));
    const { points } = count.report();
    for (const { kind, use, seen, pointer } of points) {
      if (kind !== 'assignment' || use !== 'tried') continue;
      const index = Number(pointer.split('/')[2]);
      const id = policy.assignments?.[index]?.id as string;
      const without = engine.apply({
        remove: { assignments: [id] },
        revision: engine.revision + 1,
      });
      const differs = asked.filter((request) => {
        const [one, other] = [engine.decide(request), without.decide(request)];
        const same = { ...other, context: { ...other.context, revision: one.context.revision } };
        return JSON.stringify(one) !== JSON.stringify(same);
      });
      if (seen) changed += Math.min(1, differs.length);
      else {
        left++;
        expect(differs, `${id} was not tried`).toEqual([]);
      }
    }
  });
  expect(left).toBeGreaterThan(reached(300));
  expect(changed).toBeGreaterThan(reached(100));
});

test('a right is counted when an answer grants by it, and a grant is always tried', () => {
  overWorlds(100, 12, ({ policy, requests }) => {
    const engine = compilePolicy(policy);
    const count = countCoverage(engine);
    const granted = new Set<string>();
    for (const request of requests) {
      const answer = answerOf(() => engine.decide(request));
      if (answer === 'malformed') continue;
      count.add(request, answer);
      for (const grant of answer.context.grants) granted.add(grant);
    }
    const { points } = count.report();
    const at = (use: string) =>
      points
        .filter((point) => point.kind === 'assignment' && point.use === use && point.seen)
        .map(({ pointer }) => policy.assignments?.[Number(pointer.split('/')[2])]?.id as string);
    expect(new Set(at('counted'))).toEqual(granted);
    expect(at('tried')).toEqual(expect.arrayContaining([...granted]));
  });
});

test('the clause named is the one that explain names', () => {
  overWorlds(150, 10, ({ policy, requests }) => {
    const engine = compilePolicy(policy);
    for (const request of requests) {
      const explanation = answerOf(() => engine.explain(request));
      if (explanation === 'malformed') continue;
      const deciding = explanation.clauses.find(
        ({ outcome }) => outcome === 'permitted' || outcome === 'refused',
      );
      expect(decidingClauseOf(request, explanation.decision)).toBe(deciding?.clause);
    }
  });
});
