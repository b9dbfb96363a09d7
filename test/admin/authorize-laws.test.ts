import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizeChange } from '../../src/admin/authorize-change.js';
import type { Decision } from '../../src/engine/decision.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Assignment, Policy, RoleModelDocument } from '../../src/policy/document.js';
import { PolicyError } from '../../src/policy/issue.js';
import { KISI_MODEL } from '../../src/policy/models/kisi.js';
import { KIWI_MODEL } from '../../src/policy/models/kiwi.js';
import { runs } from '../helpers/runs.js';
import { actors, isApart, setOf, stepsOf } from './change-steps.js';
import { DEPUTIES } from './own-sites.js';
import { KISI, KIWI, NOW, site } from './sites.js';

const SEED = 20261122;
const MODELS = [
  { name: 'kisi', policy: KISI, roles: KISI_MODEL.roles },
  { name: 'kiwi', policy: KIWI, roles: KIWI_MODEL.roles },
  {
    name: 'of deputies',
    policy: DEPUTIES,
    roles: (DEPUTIES.organization.roles as RoleModelDocument).roles,
  },
];

describe.each(MODELS)('change sets in the model $name', ({ policy, roles }) => {
  const start = site(policy);

  test('by whatever sequence of permitted sets, nobody gains a permission that he had not', () => {
    let permitted = 0;
    fc.assert(
      fc.property(
        actors(policy),
        fc.array(stepsOf(policy, roles), { maxLength: 5 }),
        (actor, sets) => {
          const had = permissions(start, policy, actor);
          let engine = start;
          for (const steps of sets) {
            const changes = setOf(steps, actor);
            const decision = judge(engine, actor, changes);
            if (decision?.decision !== true) continue;
            permitted++;
            engine = engine.apply(changes);
          }
          const gained = [...permissions(engine, policy, actor)].filter((each) => !had.has(each));
          expect(gained).toEqual([]);
        },
      ),
      { seed: SEED, numRuns: runs(120) },
    );
    expect(permitted).toBeGreaterThan(10);
  });

  test('a set of which no change moves another is refused for exactly those refused alone', () => {
    const outcomes = { permitted: 0, refused: 0 };
    fc.assert(
      fc.property(actors(policy), stepsOf(policy, roles), (actor, all) => {
        const steps = all.filter((step) => isApart(step, all[0]));
        const alone = steps.map((step) => judge(start, actor, setOf([step], actor)));
        const whole = judge(start, actor, setOf(steps, actor));
        // Only sets whose parts stand alone: a part may be no valid policy without the others.
        if (whole === undefined || alone.includes(undefined)) return;
        outcomes[whole.decision ? 'permitted' : 'refused']++;
        expect(whole.decision).toBe(alone.every((each) => each?.decision));
        const reasons = alone.flatMap((each) =>
          each?.decision ? [] : (each?.context.reasons ?? []),
        );
        if (!whole.decision)
          expect(new Set(reasons.map(text))).toEqual(new Set(whole.context.reasons.map(text)));
      }),
      { seed: SEED, numRuns: runs(300) },
    );
    expect(outcomes.permitted).toBeGreaterThan(10);
    expect(outcomes.refused).toBeGreaterThan(10);
  });

  test('what a set gives is signed, ranks no higher than the giver and leaves the unique role alone', () => {
    fc.assert(
      fc.property(actors(policy), stepsOf(policy, roles), (actor, steps) => {
        const changes = setOf(steps, actor);
        if (judge(start, actor, changes)?.decision !== true) return;
        const rank = (id: string) => roles.find((role) => role.id === id)?.rank ?? Infinity;
        const unique = new Set(roles.filter((role) => role.unique).map((role) => role.id));
        const own = (policy.assignments ?? []).filter((each) => holds(policy, actor, each));
        const highest = Math.max(...own.map((each) => rank(each.role)));
        for (const given of changes.put?.assignments ?? []) {
          expect(given.grantedBy).toBe(actor);
          if (unique.has(given.role)) continue;
          expect(rank(given.role)).toBeLessThanOrEqual(highest);
        }
        const after = start.apply(changes).policy.assignments ?? [];
        expect(after.filter((each) => unique.has(each.role))).toHaveLength(unique.size);
      }),
      { seed: SEED, numRuns: runs(300) },
    );
  });

  test('without its grants a permitted set is refused', () => {
    let tried = 0;
    fc.assert(
      fc.property(actors(policy), stepsOf(policy, roles), (actor, steps) => {
        const changes = setOf(steps, actor);
        const decision = judge(start, actor, changes);
        if (decision?.decision !== true) return;
        const grants = new Set(decision.context.grants);
        expect(grants.size).toBeGreaterThan(0);
        const named = [
          ...(changes.put?.assignments ?? []).map(({ id }) => id),
          ...(changes.remove?.assignments ?? []),
        ];
        if (named.some((id) => grants.has(id))) return;
        tried++;
        const without = start.apply({ remove: { assignments: [...grants] } });
        expect(judge(without, actor, changes)?.decision ?? false).toBe(false);
      }),
      { seed: SEED, numRuns: runs(200) },
    );
    expect(tried).toBeGreaterThan(10);
  });

  test('judging changes neither the engine nor the set', () => {
    fc.assert(
      fc.property(actors(policy), stepsOf(policy, roles), (actor, steps) => {
        const engine = site(policy);
        const changes = setOf(steps, actor);
        const copy = JSON.stringify(changes);
        const first = judge(engine, actor, changes);
        expect(judge(engine, actor, changes)).toEqual(first);
        expect(JSON.stringify(changes)).toBe(copy);
        expect(engine.policy).toEqual(start.policy);
      }),
      { seed: SEED, numRuns: runs(25) },
    );
  });
});

/** The decision, or undefined for a set that makes no valid policy. */
function judge(engine: Engine, actor: string, changes: Changes): Decision | undefined {
  try {
    return authorizeChange(engine, { type: 'user', id: actor }, changes, { time: NOW });
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

/** Everything somebody may do, as `type:action at scope`, at every scope of the policy as it began. */
function permissions(engine: Engine, policy: Policy, actor: string): Set<string> {
  const scopes = [
    { type: 'organization', id: policy.organization.id },
    ...(policy.places ?? []).map(({ id }) => ({ type: 'place', id })),
    ...(policy.groups ?? []).map(({ id }) => ({ type: 'group', id })),
    ...(policy.doors ?? []).map(({ id }) => ({ type: 'door', id })),
  ];
  const held = new Set<string>();
  for (const scope of scopes) {
    for (const type of [
      'door',
      'access_right',
      'group',
      'user',
      'card',
      'unlock_schedule',
      'place_lockdown',
      'tenancy',
    ]) {
      for (const action of ['view', 'unlock', 'create', 'update', 'delete', 'enable', 'return']) {
        const permitted = engine.check({
          subject: { type: 'user', id: actor },
          action: { name: action },
          resource: { type, id: '*', properties: { scope } },
          context: { time: NOW },
        });
        if (permitted) held.add(`${type}:${action} at ${scope.type} ${scope.id}`);
      }
    }
  }
  return held;
}

function holds(policy: Policy, user: string, { subject }: Assignment): boolean {
  const teams = policy.teams ?? [];
  const within = (id: string): boolean =>
    teams.some(
      (team) => team.id === id && (team.users?.includes(user) || team.teams?.some(within)),
    );
  return subject.type === 'user'
    ? subject.id === user
    : subject.type === 'team' && within(subject.id);
}

function text({ code, at }: { code: string; at: { type: string; id: string } }): string {
  return `${code} ${at.type}:${at.id}`;
}
