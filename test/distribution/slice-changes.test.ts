/** What a change is in a slice leads from the slice before it to the slice after it. */
import { describe, expect, test } from 'vitest';
import { slice } from '../../src/distribution/slice.js';
import { sliceChanges } from '../../src/distribution/slice-changes.js';
import type { Engine } from '../../src/engine/engine.js';
import { compilePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import { COLLECTIONS } from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import { right, site } from '../helpers/builders.js';
import { inOrder } from '../helpers/changes.js';
import { openingsOf } from '../helpers/openings.js';
import { overWorlds } from '../helpers/worlds.js';
import { appliedTo, drawStep, engineOf } from './histories.js';
import { NARROWING } from './narrowing-edits.js';
import { WIDENING } from './widening-edits.js';

const FREQUENT = ['users', 'links', 'credentials', 'assignments', 'lockdowns'];

const named = ({ put = {}, remove = {} }: Changes) =>
  COLLECTIONS.filter((name) => (put[name] ?? []).length + (remove[name] ?? []).length > 0);

/** Fails when the slice of the change does not lead from the slice before to the one after; answers it. */
function expectLeads(
  before: Engine,
  part: Engine,
  changes: Changes,
  doors: readonly string[],
): Changes {
  const after = before.apply(changes);
  const own = sliceChanges(before, after, changes, doors);
  const led = part.apply(own);
  expect(led.revision).toBe(after.revision);
  const expected = slice(after.policy, doors);
  expect(inOrder(led.policy), JSON.stringify({ doors, changes, own })).toEqual(inOrder(expected));
  return own;
}

/** One to three of the doors and stops of a world. */
const someOpenings = (
  { policy }: World,
  draw: { atLeast<T>(a: number, b: number, list: readonly T[]): T[] },
) => {
  const ids = [...new Set(openingsOf(policy).map(({ id }) => id))];
  return draw.atLeast(1, Math.min(3, ids.length), ids);
};

describe('a change in a slice', () => {
  test('leads from slice to slice: every kind of change', () => {
    const seen = new Map<string, number>();
    const counts = { frequent: 0, nothing: 0, hours: 0, strangers: 0 };
    overWorlds(18, 0, (world) => {
      const { draw, policy } = world;
      const engine = engineOf(policy);
      const doors = someOpenings(world, draw);
      const part = engineOf(slice(policy, doors));
      const edits = Object.entries(NARROWING).map(([name, [, edit]]) => [name, edit] as const);
      for (const [name, edit] of [...edits, ...Object.entries(WIDENING)]) {
        const changes = edit(draw, world);
        if (changes === undefined || appliedTo(engine, changes) === undefined) continue;
        const own = expectLeads(engine, part, changes, doors);
        seen.set(name, (seen.get(name) ?? 0) + 1);
        if (!named(changes).every((each) => FREQUENT.includes(each))) continue;
        counts.frequent += 1;
        if (named(own).length === 0) counts.nothing += 1;
        if (named(own).includes('schedules')) counts.hours += 1;
        if (own.put?.credentials?.some(({ user }) => user === 'somebody-else'))
          counts.strangers += 1;
      }
    });
    expect([...seen.keys()].sort()).toEqual(
      [...Object.keys(NARROWING), ...Object.keys(WIDENING)].sort(),
    );
    for (const [what, times] of Object.entries(counts)) expect(times, what).toBeGreaterThan(2);
  });

  test('leads from slice to slice: changes at random, one after the other', () => {
    let steps = 0;
    overWorlds(25, 0, (world) => {
      const { draw } = world;
      const doors = [...someOpenings(world, draw), 'nowhere'];
      let engine = engineOf(world.policy);
      let part = engineOf(slice(world.policy, doors));
      for (let step = 0; step < 3; step++) {
        const drawn = drawStep(draw, engine.policy);
        if (drawn === undefined) continue;
        part = part.apply(expectLeads(engine, part, drawn.changes, doors));
        engine = engine.apply(drawn.changes);
        steps += 1;
      }
    });
    expect(steps).toBeGreaterThan(25);
  });
});

describe('in particular', () => {
  const hours = { validity: { schedule: 'hours' } };
  const base = {
    ...site({}),
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'vault', place: 'hq', tenant: { user: 'tom', since: '2026-01-01T00:00:00Z' } },
    ],
    groups: [{ id: 'staff', doors: ['front'] }],
    organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' },
    users: [{ id: 'ada', name: 'Ada' }, { id: 'bob' }, { id: 'tom' }],
    credentials: [{ id: 'phone', kind: 'phone', user: 'ada', state: 'active' }],
    schedules: [{ id: 'hours', calendar: 'days' }],
    calendars: [{ id: 'days', days: [{ date: '2026-12-25' }] }],
    assignments: [
      right('b', 'bob', { role: 'guest' }),
      right('v', 'bob', { role: 'guest', scope: { type: 'door', id: 'vault' }, grantedBy: 'ada' }),
    ],
  };
  const engine: Engine = compilePolicy<unknown>(base);
  const lead = (changes: object, door: string) =>
    expectLeads(engine, engineOf(slice(engine.policy, [door])), changes as Changes, [door]);

  test('who gets his first right comes with his credentials and the hours of it, and goes with them', () => {
    const given = { put: { assignments: [right('a', 'ada', { role: 'guest', ...hours })] } };
    expect(lead(given, 'front')).toEqual({
      revision: 1,
      put: {
        users: [{ id: 'ada' }],
        credentials: [base.credentials[0]],
        assignments: given.put.assignments,
        schedules: base.schedules,
        calendars: base.calendars,
      },
    });
    const after = engine.apply(given as unknown as Changes);
    const ended = { remove: { assignments: ['a'] } };
    expect(sliceChanges(after, after.apply(ended), ended, ['front'])).toEqual({
      revision: 2,
      put: { credentials: [{ id: 'phone', kind: 'pass', user: 'somebody-else', state: 'active' }] },
      remove: { users: ['ada'], assignments: ['a'], schedules: ['hours'], calendars: ['days'] },
    });
    expect(lead(given, 'vault')).toEqual({ revision: 1 });
  });

  test('a calendar comes with the right that names it in place, and goes with it', () => {
    const own = right('a', 'ada', { role: 'guest', validity: { schedule: { calendar: 'days' } } });
    const given = { put: { assignments: [own] } };
    expect(lead(given, 'front').put?.calendars).toEqual(base.calendars);
    const after = engine.apply(given as unknown as Changes);
    const ended = { remove: { assignments: ['a'] } };
    const gone = sliceChanges(after, after.apply(ended), ended, ['front']);
    expect(gone.remove?.calendars).toEqual(['days']);
  });

  test('what somebody granted at a tenanted door counts as his when he comes in there himself', () => {
    const at = { role: 'guest', scope: { type: 'door', id: 'vault' }, grantedBy: 'tom' };
    const given = { put: { assignments: [right('a', 'ada', at)] } };
    expect(lead(given, 'vault').put?.assignments).toEqual([
      given.put.assignments[0],
      base.assignments[1],
    ]);
  });

  test('a name, and whatever happens at other doors, is nothing here', () => {
    expect(lead({ put: { users: [{ id: 'bob', name: 'Robert' }] } }, 'front')).toEqual({
      revision: 1,
    });
    expect(lead({ remove: { assignments: ['v'] } }, 'front')).toEqual({ revision: 1 });
    const lockdown = { id: 'l', scope: { type: 'door', id: 'vault' } };
    expect(lead({ put: { lockdowns: [lockdown] } }, 'front')).toEqual({ revision: 1 });
    expect(lead({ put: { doors: [{ id: 'side', place: 'hq' }] } }, 'front')).toEqual({
      revision: 1,
    });
  });

  test('a user who takes the name of the stand-in changes whose all foreign credentials are', () => {
    const part = lead({ put: { users: [{ id: 'somebody-else' }] } }, 'front');
    expect(part.put?.credentials?.map(({ user }) => user)).toEqual(['somebody-else-1']);
    expect(part.remove?.users).toEqual(['somebody-else']);
  });
});
