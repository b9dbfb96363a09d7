/** Casbin policies as policies: what is refused, and that the two decide alike. */
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { lintPolicy } from '../../src/analysis/lint/lint-policy.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { fromCasbin } from '../../src/interchange/casbin/from-casbin.js';
import type { CasbinOptions } from '../../src/interchange/casbin/options.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';

// Casbin is asynchronous: on a busy machine a property of it takes longer than a test usually may.
vi.setConfig({ testTimeout: 60_000 });

const RBAC = `
[request_definition]
r = sub, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
`;
const DOMAINS = RBAC.replaceAll('sub, obj', 'sub, dom, obj')
  .replace('g = _, _', 'g = _, _, _')
  .replace('g(r.sub, p.sub)', 'g(r.sub, p.sub, r.dom) && r.dom == p.dom');
const ACL = RBAC.replace('[role_definition]\ng = _, _\n', '').replace(
  'g(r.sub, p.sub)',
  'r.sub == p.sub',
);

const OPTIONS: CasbinOptions = {
  organization: { id: 'acme' },
  place: { id: 'hq' },
  doors: [
    { object: 'lobby', door: 'front', name: 'Lobby' },
    { object: 'lab', door: 'lab' },
  ],
  actions: { open: 'unlock', look: 'view' },
};
const IN_DOMAINS: CasbinOptions = {
  ...OPTIONS,
  doors: ['north', 'south'].flatMap((domain) =>
    ['lobby', 'lab'].map((object) => ({ object, domain, door: `${object}-${domain}` })),
  ),
};
const TIME = '2026-11-23T09:00:00Z';

describe('a Casbin policy', () => {
  test('becomes users, teams and rights at doors, and is a valid policy', () => {
    const made = fromCasbin(
      RBAC,
      'p, admin, lobby, open\np, bob, lab, open\ng, alice, admin',
      OPTIONS,
    );
    if (!made.ok) throw new Error(JSON.stringify(made.issues));
    expect(parsePolicy(made.policy).ok).toBe(true);
    expect(lintPolicy(made.policy).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(made.notes).toEqual([]);
    const engine = compilePolicy(made.policy);
    expect(engine.can('alice', 'unlock', 'front', { time: TIME })).toBe(true);
    expect(engine.can('alice', 'unlock', 'lab', { time: TIME })).toBe(false);
    expect(engine.can('bob', 'unlock', 'lab', { time: TIME })).toBe(true);
    expect(made.policy.users?.map(({ id }) => id)).toEqual(['alice', 'bob']);
  });

  test('leaves out what is no door and no action, each with a note at its line', () => {
    const made = fromCasbin(
      RBAC,
      'p, bob, safe, open\np, bob, lab, burn\np, bob, lab, constructor',
      OPTIONS,
    );
    expect(made).toMatchObject({
      ok: true,
      notes: [
        { pointer: '/policy/1', code: 'left_out' },
        { pointer: '/policy/2', code: 'left_out' },
        { pointer: '/policy/3', code: 'left_out' },
      ],
    });
    expect(made.ok && made.policy.assignments).toBe(undefined);
  });

  test.each([
    ['an explicit effect', RBAC.replace('p = sub, obj, act', 'p = sub, obj, act, eft')],
    ['deny-override', RBAC.replace('some(where (p.eft == allow))', '!some(where (p.eft == deny))')],
    ['a root user', RBAC.replace('&& r.act == p.act', '&& r.act == p.act || r.sub == "root"')],
    ['keyMatch', RBAC.replace('r.obj == p.obj', 'keyMatch(r.obj, p.obj)')],
    ['regexMatch', RBAC.replace('r.act == p.act', 'regexMatch(r.act, p.act)')],
    ['a comparison left out', RBAC.replace(' && r.act == p.act', '')],
    ['a comparison twice and one left out', RBAC.replace('r.act == p.act', 'r.obj == p.obj')],
    ['attributes', RBAC.replace('r.obj == p.obj', 'r.obj.owner == p.obj')],
    ['resource roles', RBAC.replace('g = _, _', 'g = _, _\ng2 = _, _')],
    [
      'a role definition that is not used',
      ACL.replace('[policy_effect]', '[role_definition]\ng = _, _\n[policy_effect]'),
    ],
    ['a domain in the rules alone', RBAC.replace('p = sub, obj, act', 'p = sub, dom, obj, act')],
    ['domains that are not compared', DOMAINS.replace(' && r.dom == p.dom', '')],
    ['a second matcher', RBAC.replace('m = ', 'm2 = g(r.sub, p.sub)\nm = ')],
    ['the matcher twice', RBAC.replace('[matchers]', '[matchers]\nm = r.sub == r.sub')],
    [
      'a comment in a setting',
      RBAC.replace('r.act == p.act', 'r.act == p.act # || r.act == p.obj'),
    ],
    ['a continued line', RBAC.replace('r.obj == p.obj', '\\\nr.obj == p.obj')],
    ['priorities', RBAC.replace('some(where (p.eft == allow))', 'priority(p.eft) || deny')],
    ['nothing', ''],
  ])('of a model with %s is refused', (_, model) => {
    const made = fromCasbin(model, 'p, bob, lab, open', OPTIONS);
    expect(made.ok).toBe(false);
    expect(
      !made.ok &&
        made.issues.every(({ pointer, code }) => pointer.startsWith('/model') && code !== 'policy'),
    ).toBe(true);
  });

  test.each([
    ['a deny rule', 'p, bob, lab, open, deny', 'value'],
    ['too few fields', 'p, bob, lab', 'value'],
    ['an empty field', 'p, bob, , open', 'value'],
    ['quotes', 'p, "bob", lab, open', 'unsupported'],
    ['another kind of rule', 'p2, bob, lab, open', 'unsupported'],
    ['another kind of role', 'g2, bob, lab', 'unsupported'],
    ['a circle of roles', 'g, a, b\ng, b, a', 'cycle'],
    ['a role of itself', 'g, a, a', 'cycle'],
    ['a name that is no id', 'p, bob smith, lab, open', 'policy'],
    [
      'eleven roles above each other',
      Array.from({ length: 11 }, (_, at) => `g, r${at}, r${at + 1}`).join('\n'),
      'unsupported',
    ],
  ])('with %s is refused', (_, policy, code) => {
    const made = fromCasbin(RBAC, policy, OPTIONS);
    expect(!made.ok && made.issues.map((issue) => issue.code)).toContain(code);
    expect(!made.ok && made.issues.every(({ pointer }) => pointer.startsWith('/policy/'))).toBe(
      true,
    );
  });

  test('decides about ten roles above each other as Casbin does', async () => {
    const lines = Array.from({ length: 10 }, (_, at) => `g, r${at}, r${at + 1}`);
    const policy = [...lines, 'p, r10, lab, open', 'p, r9, lobby, open'].join('\n');
    await alike(RBAC, policy, OPTIONS, ['r0']);
  });
});

test('a model of long lines and a policy of many roles are read in time', () => {
  const started = performance.now();
  expect(fromCasbin(`[matchers]\nm =${' '.repeat(1_000_000)}#`, '', OPTIONS).ok).toBe(false);
  const roles = Array.from({ length: 50_000 }, (_, index) => `g, ada, role${index}`);
  const made = fromCasbin(RBAC, `${roles.join('\n')}\np, role7, lab, open`, OPTIONS);
  expect(made.ok && made.policy.teams?.length).toBe(50_000);
  // Blanks went through again from each of them, and roles copied for each, take hours and half a minute.
  expect(performance.now() - started).toBeLessThan(20_000);
});

test.each([
  [{ ...OPTIONS, doors: {} }, /^\/doors: /u],
  [{ ...OPTIONS, doors: [{ object: 'lab' }] }, /^\/doors\/0\/door: /u],
  [
    { ...OPTIONS, doors: [...OPTIONS.doors, { object: 'lab', door: 'l2' }] },
    /^\/doors\/2\/object: named twice/u,
  ],
  [{ ...OPTIONS, actions: { open: 1 } }, /^\/actions\/open: /u],
  [{ ...OPTIONS, place: undefined }, /^\/place: /u],
  [{ ...OPTIONS, users: 'bob' }, /^\/users: /u],
  [{ ...OPTIONS, door: [] }, /^\/door: /u],
])('options that are none are the caller’s mistake: %j', (options, message) => {
  expect(() => fromCasbin(RBAC, '', options as never)).toThrow(TypeError);
  expect(() => fromCasbin(RBAC, '', options as never)).toThrow(message);
});

describe('the engine and Casbin', () => {
  const PEOPLE = ['alice', 'bob', 'carol'];
  const ROLES = ['admin', 'staff', 'guest'];
  const subject = fc.constantFrom(...PEOPLE, ...ROLES);
  const object = fc.constantFrom('lobby', 'lab', 'safe');
  const action = fc.constantFrom('open', 'look', 'burn');
  const domain = fc.constantFrom('north', 'south');
  // A role is only ever above one further left: no circles.
  const link = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 3 }))
    .map(([low, step]) => {
      const order = [...PEOPLE.slice(0, 2), ...ROLES];
      const high = Math.min(order.length - 1, Math.max(2, low + step));
      return low === high ? undefined : `${order[low]}, ${order[high]}`;
    });
  const lines = (rule: fc.Arbitrary<string>) => fc.array(rule, { minLength: 1, maxLength: 12 });

  test('decide alike under roles', async () => {
    const rule = fc.oneof(
      fc.tuple(subject, object, action).map((each) => `p, ${each.join(', ')}`),
      link.map((each) => (each === undefined ? '# nothing' : `g, ${each}`)),
    );
    const permits = await overPolicies(lines(rule), RBAC, OPTIONS, PEOPLE);
    expect(permits).toBeGreaterThan(100);
  });

  test('decide alike under roles in domains', async () => {
    const rule = fc.oneof(
      fc.tuple(subject, domain, object, action).map((each) => `p, ${each.join(', ')}`),
      fc.tuple(link, domain).map(([each, dom]) => (each === undefined ? '' : `g, ${each}, ${dom}`)),
    );
    const permits = await overPolicies(lines(rule), DOMAINS, IN_DOMAINS, PEOPLE);
    expect(permits).toBeGreaterThan(100);
  });

  test('decide alike without roles', async () => {
    const rule = fc.tuple(subject, object, action).map((each) => `p, ${each.join(', ')}`);
    const permits = await overPolicies(lines(rule), ACL, OPTIONS, [...PEOPLE, ...ROLES]);
    expect(permits).toBeGreaterThan(100);
  });
});

async function overPolicies(
  policies: fc.Arbitrary<readonly string[]>,
  model: string,
  options: CasbinOptions,
  people: readonly string[],
): Promise<number> {
  let permits = 0;
  const property = fc.asyncProperty(policies, async (all) => {
    permits += await alike(model, all.join('\n'), options, people);
  });
  await fc.assert(property, { seed: SEED, numRuns: runs(150) });
  return permits;
}

/** Fails unless Casbin and the engine answer alike about every person, door and action; says how often both permit. */
async function alike(
  model: string,
  policy: string,
  options: CasbinOptions,
  people: readonly string[],
): Promise<number> {
  const made = fromCasbin(model, policy, options);
  if (!made.ok) throw new Error(JSON.stringify(made.issues));
  const engine = compilePolicy(made.policy);
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(policy));
  let permits = 0;
  for (const person of people) {
    for (const { object, domain, door } of options.doors) {
      for (const [act, name] of Object.entries(options.actions)) {
        const asked = domain === undefined ? [person, object, act] : [person, domain, object, act];
        const expected = await enforcer.enforce(...asked);
        const found = engine.can(person, name, door, { time: TIME });
        expect(found, `${asked.join(', ')} of\n${policy}`).toBe(expected);
        if (found) permits += 1;
      }
    }
  }
  return permits;
}
