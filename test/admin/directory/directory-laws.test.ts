/** What holds of every directory, policy and order of things. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DirectoryRow, DirectoryRules } from '../../../src/admin/directory/rules.js';
import { managedGroups } from '../../../src/admin/directory/rules.js';
import {
  type DirectorySnapshot,
  parseDirectorySnapshot,
} from '../../../src/admin/directory/snapshot.js';
import { runs } from '../../helpers/runs.js';
import { engineOf, NOON, planOf, type Runner, runOnce, space } from './coworking.js';

const SEED = 20_260_302;
const MEMBERS = ['ann', 'bob', 'cem', 'dee', '__proto__'];
const USERS = ['u1', 'u2', 'u3', 'owner', '__proto__'];
const GROUPS = ['common', 'building', 'first-floor', 'vip'];
const EMAILS = ['a@x.org', 'A@X.ORG', 'b@x.org', 'c@x.org'];

/** Minutes around noon, so that spans begin, end and meet. */
const instant = fc.integer({ min: -3, max: 6 }).map((quarters) => {
  return new Date(NOON + quarters * 15 * 60_000).toISOString();
});
const span = fc.tuple(fc.option(instant), fc.option(instant)).map(([from, until]) => {
  if (from !== null && until !== null && until < from) return { from: until, until: from };
  return { ...(from === null ? {} : { from }), ...(until === null ? {} : { until }) };
});
const whom = fc.oneof(
  fc.constantFrom(...MEMBERS).map((member) => ({ member })),
  fc.constantFrom('t1', 't2').map((team) => ({ team })),
);
const numbered = <T extends object>(items: readonly T[], prefix: string) =>
  items.map((item, index) => ({ id: `${prefix}${index}`, ...item }));

const members = fc
  .tuple(
    ...MEMBERS.map((id) =>
      fc.record(
        {
          id: fc.constant(id),
          email: fc.constantFrom(...EMAILS),
          team: fc.constantFrom('t1', 't2'),
          active: fc.boolean(),
        },
        { requiredKeys: ['id'] },
      ),
    ),
  )
  .map((all) => all as DirectorySnapshot['members']);

const snapshots: fc.Arbitrary<DirectorySnapshot> = fc
  .record({
    members,
    memberships: fc.array(
      fc.record({
        plan: fc.constantFrom('p1', 'p2'),
        resource: fc.constantFrom('desk', 'office'),
        whom,
        span,
      }),
      { maxLength: 6 },
    ),
    bookings: fc.array(fc.record({ member: fc.constantFrom(...MEMBERS), from: instant }), {
      maxLength: 4,
    }),
    passes: fc.array(fc.record({ whom, span, remaining: fc.nat(1) }), { maxLength: 3 }),
  })
  .map((drawn) => ({
    members: drawn.members,
    teams: [{ id: 't1' }, { id: 't2' }],
    plans: [{ id: 'p1' }, { id: 'p2' }],
    locations: [{ id: 'l' }],
    floors: [{ id: 'f', location: 'l' }],
    resources: [
      { id: 'desk', kind: 'desk', floor: 'f' },
      { id: 'office', kind: 'office', floor: 'f' },
      { id: 'room', kind: 'bookable' },
    ],
    memberships: numbered(
      drawn.memberships.map(({ whom: who, span: when, ...rest }) => ({ ...rest, ...who, ...when })),
      'm',
    ),
    bookings: numbered(
      drawn.bookings.map(({ member, from }) => ({
        ...{ member, from, resource: 'room' },
        until: new Date(Date.parse(from) + 1_800_000).toISOString(),
      })),
      'b',
    ),
    dayPasses: numbered(
      drawn.passes.map(({ whom: who, span: when, remaining }) => ({ ...who, ...when, remaining })),
      'd',
    ),
  }));

const ROWS: readonly Omit<DirectoryRow, 'groups'>[] = [
  { kind: 'plan', id: 'p1' },
  { kind: 'plan', id: 'p2' },
  { kind: 'location', id: 'l' },
  { kind: 'floor', id: 'f', offices: true },
  { kind: 'office', id: 'office' },
  { kind: 'resource', id: 'room' },
  { kind: 'day_pass' },
];
const rules: fc.Arbitrary<DirectoryRules> = fc
  .subarray([...ROWS], { minLength: 1 })
  .chain((rows) =>
    fc.tuple(
      ...rows.map((row) =>
        fc
          .subarray(GROUPS.slice(0, 3), { minLength: 1 })
          .map((groups): DirectoryRow => ({ ...row, groups })),
      ),
    ),
  )
  .map((rows) => ({ id: 'crm', rows: rows as DirectoryRow[] }));

/** Rights as somebody may have left them: by hand, of any role, over or to come. */
const rights = fc
  .uniqueArray(
    fc.record({
      user: fc.constantFrom(...USERS.filter((id) => id !== 'owner')),
      group: fc.constantFrom(...GROUPS),
      role: fc.constantFrom('door_access', 'door_access', 'group_manager'),
      validity: fc.option(span),
      enabled: fc.boolean(),
    }),
    { maxLength: 8, selector: ({ user, group }) => `${user} ${group}` },
  )
  .map((all) =>
    all.map(({ user, group, role, validity, enabled }, index) => ({
      id: `r${index}`,
      subject: { type: 'user', id: user },
      role,
      scope: { type: 'group', id: group },
      ...(validity === null || validity.from === validity.until ? {} : { validity }),
      enabled,
    })),
  );

const worlds = fc.record({
  snapshot: snapshots,
  rules,
  policy: fc
    .record({
      rights,
      emails: fc.array(fc.option(fc.constantFrom(...EMAILS)), { minLength: 5, maxLength: 5 }),
    })
    .map(({ rights: held, emails }) =>
      space({
        users: USERS.filter((id) => id !== 'owner').map((id, index) => ({
          id,
          ...(emails[index] == null ? {} : { email: emails[index] }),
        })),
        rights: held,
      }),
    ),
});
type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never;

function law(name: string, holds: (world: World) => void): void {
  test(name, () => {
    fc.assert(fc.property(worlds, holds), { seed: SEED, numRuns: runs(80) });
  });
}

const startOf = ({ policy }: World): Runner => ({ engine: engineOf(policy), links: new Map() });
const work = ({ add, remove, change, create, link }: ReturnType<typeof planOf>) => [
  ...[...add, ...remove, ...change, ...create, ...link],
];

describe('laws of the reconciliation', () => {
  law('every drawn directory is one that the parser takes', ({ snapshot }) => {
    expect(parseDirectorySnapshot(JSON.parse(JSON.stringify(snapshot)))).toMatchObject({
      ok: true,
    });
  });

  law('a second run has nothing left to do', (world) => {
    const runner = startOf(world);
    const first = runOnce(runner, world.snapshot, { rules: world.rules });
    expect(first.refuse.filter(({ reason }) => reason === 'not_permitted')).toEqual([]);
    const again = runOnce(runner, world.snapshot, { rules: world.rules });
    expect(work(again)).toEqual([]);
    expect(again.withdrawals).toBe(0);
  });

  law('few lines at a time lead to the same policy as all at once', (world) => {
    const whole = startOf(world);
    runOnce(whole, world.snapshot, { rules: world.rules });
    const parts = startOf(world);
    let left = work(planOf(parts.engine, world.snapshot, { rules: world.rules })).length + 2;
    while (left-- > 0) runOnce(parts, world.snapshot, { rules: world.rules, most: 1 });
    expect(heldBy(parts)).toEqual(heldBy(whole));
  });

  law('the order in which things come does not matter', (world) => {
    const { snapshot } = world;
    const turned = Object.fromEntries(
      Object.entries(snapshot).map(([list, items]) => [list, [...items].reverse()]),
    ) as unknown as DirectorySnapshot;
    const rulesTurned = { ...world.rules, rows: [...world.rules.rows].reverse() };
    const engine = engineOf(world.policy);
    expect(planOf(engine, turned, { rules: rulesTurned })).toEqual(
      planOf(engine, snapshot, { rules: world.rules }),
    );
  });

  law(
    'only rights of persons in the managed role at managed groups change, and no account',
    (world) => {
      const runner = startOf(world);
      const managed = new Set(managedGroups(world.rules));
      const untouched = () =>
        (runner.engine.policy.assignments ?? []).filter(
          ({ scope, role }) => !managed.has(scope.id) || role !== 'door_access',
        );
      const before = { rights: untouched(), users: runner.engine.policy.users ?? [] };
      runOnce(runner, world.snapshot, { rules: world.rules });
      expect(untouched()).toEqual(before.rights);
      expect((runner.engine.policy.users ?? []).slice(0, before.users.length)).toEqual(
        before.users,
      );
    },
  );

  law('afterwards somebody has access exactly when some source gives it', (world) => {
    const runner = startOf(world);
    const plan = runOnce(runner, world.snapshot, { rules: world.rules });
    const refused = new Set(plan.refuse.map(({ group, member }) => `${group} ${member}`));
    for (const time of [NOON, NOON + 20 * 60_000]) {
      const given = givenAt(world, time);
      const held = new Set(
        (runner.engine.policy.assignments ?? [])
          .filter(({ role, validity }) => role === 'door_access' && countsAt(validity, time))
          .map(({ scope, subject }) => `${scope.id} ${subject.id}`),
      );
      for (const group of managedGroups(world.rules)) {
        for (const { id } of world.snapshot.members) {
          const user = runner.links.get(id);
          if (user === undefined || refused.has(`${group} ${id}`)) continue;
          if (isManager(runner, user, group)) continue;
          // Twenty minutes on, only what the stretch at noon reaches is written down.
          if (time === NOON) expect(held.has(`${group} ${user}`)).toBe(given.has(`${group} ${id}`));
          else if (held.has(`${group} ${user}`)) expect(given).toContain(`${group} ${id}`);
        }
      }
    }
  });
});

/** Who has which rights, whatever ids they were given. */
function heldBy({ engine, links }: Runner): string[] {
  const names = new Map([...links].map(([member, user]) => [user, member]));
  return (engine.policy.assignments ?? [])
    .map(({ id: _, subject, ...rest }) =>
      JSON.stringify({ ...rest, who: names.get(subject.id) ?? subject.id }),
    )
    .sort();
}

/** The definition, slowly: a member has a group when an active span of some row that applies contains the time. */
function givenAt({ snapshot, rules: { rows } }: World, time: number): Set<string> {
  const given = new Set<string>();
  const active = new Map(
    snapshot.members.filter(({ active: on }) => on !== false).map((each) => [each.id, each]),
  );
  const give = (kind: string, id: string | undefined, who: { member?: string; team?: string }) => {
    const covered = [...active.values()].filter(({ id: member, team }) =>
      who.member === undefined ? team === who.team : member === who.member,
    );
    for (const row of rows) {
      if (row.kind !== kind || row.id !== id) continue;
      for (const group of row.groups) for (const each of covered) given.add(`${group} ${each.id}`);
    }
  };
  for (const membership of snapshot.memberships ?? []) {
    if (!countsAt(membership, time)) continue;
    give('plan', membership.plan, membership);
    give('floor', 'f', membership);
    if (membership.resource === 'desk') give('location', 'l', membership);
    else give('office', 'office', membership);
  }
  for (const { member, from, until } of snapshot.bookings ?? []) {
    const early = new Date(Date.parse(from) - 900_000).toISOString();
    if (countsAt({ from: early, until }, time)) give('resource', 'room', { member });
  }
  for (const pass of snapshot.dayPasses ?? []) {
    if (pass.remaining > 0 && countsAt(pass, time)) give('day_pass', undefined, pass);
  }
  return given;
}

function countsAt(
  span: { readonly from?: string | undefined; readonly until?: string | undefined } | undefined,
  time: number,
): boolean {
  const { from, until } = span ?? {};
  return (
    (from === undefined || Date.parse(from) <= time) &&
    (until === undefined || time < Date.parse(until))
  );
}

function isManager({ engine }: Runner, user: string, group: string): boolean {
  return (engine.policy.assignments ?? []).some(
    ({ role, scope, subject }) =>
      role === 'group_manager' && scope.id === group && subject.id === user,
  );
}
