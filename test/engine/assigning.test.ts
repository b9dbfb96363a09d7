/** Clause A3 by examples: who may give, change and end which right. Each answer is the definition's too. */
import { describe, expect, test } from 'vitest';
import { highestRank } from '../../src/engine/assigning.js';
import { snapshotOf } from '../../src/engine/compile.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { find } from '../../src/engine/table.js';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { MONDAY_NOON, site } from '../helpers/builders.js';
import { referenceDecide } from '../reference/decide.js';

const rights = { access_right: ['view', 'create', 'update', 'delete'] };
const every = ['door', 'group', 'place', 'organization'] as const;
const roles = [
  { id: 'visitor', levels: every, rank: 1, permissions: { door: ['unlock'] } },
  { id: 'past', levels: every, rank: 1, permissions: {}, assignable: false },
  { id: 'faded', levels: every, rank: 1, permissions: {}, deprecated: true },
  {
    id: 'keeper',
    levels: every,
    rank: 5,
    permissions: rights,
    assigns: ['visitor', 'keeper', 'past'],
  },
  {
    id: 'rival',
    levels: ['place'],
    rank: 7,
    permissions: { access_right: ['create'] },
    assigns: ['chief'],
  },
  {
    id: 'chief',
    levels: ['group', 'place'],
    rank: 8,
    permissions: rights,
    assigns: 'up_to_own_rank',
  },
  { id: 'idle', levels: ['place'], rank: 8, permissions: {}, assigns: 'up_to_own_rank' },
  {
    id: 'crown',
    levels: ['organization'],
    rank: 9,
    unique: true,
    assignable: false,
    permissions: rights,
    assigns: 'up_to_own_rank',
  },
] as const;
type RoleDocument = (typeof roles)[number];

const staff = { type: 'group', id: 'staff' } as const;
const hq = { type: 'place', id: 'hq' } as const;
const org = { type: 'organization', id: 'org' } as const;
const user = (id: string) => ({ type: 'user', id }) as const;
const team = (id: string) => ({ type: 'team', id }) as const;

const policy = site({
  organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles } },
  groups: [
    { id: 'staff', place: 'hq', doors: ['front'] },
    { id: 'off', enabled: false },
  ],
  users: [
    'boss',
    'carl',
    'kim',
    'kit',
    'rita',
    'vic',
    'nob',
    'tess',
    'due',
    'gone',
    'otto',
    'ida',
  ].map((id) => ({ id })),
  teams: [
    { id: 'crew', users: ['vic'] },
    { id: 'leads', users: ['tess'] },
  ],
  links: [{ id: 'guest' }, { id: 'visit' }],
  assignments: [
    { id: 'a-ida', subject: user('ida'), role: 'idle', scope: hq },
    { id: 'a-boss', subject: user('boss'), role: 'crown', scope: org },
    { id: 'a-carl', subject: user('carl'), role: 'chief', scope: hq },
    {
      id: 'a-kim',
      subject: user('kim'),
      role: 'keeper',
      scope: staff,
      validity: { until: '2026-06-01T00:00:00Z' },
    },
    { id: 'a-kit', subject: user('kit'), role: 'keeper', scope: staff, enabled: false },
    { id: 'a-rita', subject: user('rita'), role: 'rival', scope: hq },
    { id: 'a-vic', subject: user('vic'), role: 'visitor', scope: staff },
    { id: 'a-old', subject: user('nob'), role: 'past', scope: staff },
    { id: 'a-crew', subject: team('crew'), role: 'visitor', scope: staff },
    { id: 'a-leads', subject: team('leads'), role: 'keeper', scope: staff },
    {
      id: 'a-due',
      subject: user('due'),
      role: 'chief',
      scope: hq,
      validity: { from: '2026-12-01T00:00:00Z' },
    },
    {
      id: 'a-gone',
      subject: user('gone'),
      role: 'chief',
      scope: hq,
      validity: { until: MONDAY_NOON },
    },
    { id: 'a-otto', subject: user('otto'), role: 'keeper', scope: { type: 'group', id: 'off' } },
  ],
}) as unknown as Policy;

function asked(actor: string, action: string, id: string, properties: object): AccessRequest {
  return {
    subject: user(actor),
    action: { name: action },
    resource: { type: 'access_right', id, properties: { ...properties } },
    context: { time: MONDAY_NOON },
  };
}

/** `yes`, or the reason; the engine's and the oracle's. */
function answer(
  actor: string,
  action: string,
  id: string,
  properties: object,
  given: Policy = policy,
): string {
  const request = asked(actor, action, id, properties);
  const engine = compilePolicy(given);
  const decision = engine.decide(request);
  expect(decision).toEqual(referenceDecide(given, request));
  expect(engine.check(request)).toBe(decision.decision);
  return decision.decision ? `yes: ${decision.context.grants.join()}` : decision.context.reason;
}

const until = (text: string) => ({ validity: { until: text } });
const spring = until('2026-05-01T00:00:00Z');
const no = 'no_access_right';

describe('giving a right', () => {
  test.each<[string, string, object, string]>([
    [
      'below the own rank, for a while',
      'kim',
      { role: 'visitor', subject: user('nob'), ...spring },
      'yes: a-kim',
    ],
    ['of the own rank', 'kim', { role: 'keeper', subject: user('nob'), ...spring }, 'yes: a-kim'],
    ['above it', 'kim', { role: 'chief', subject: user('nob'), ...spring }, no],
    [
      'that ends with the own',
      'kim',
      { role: 'visitor', ...until('2026-06-01T00:00:00Z') },
      'yes: a-kim',
    ],
    ['that outlasts the own', 'kim', { role: 'visitor', ...until('2026-06-01T00:00:01Z') }, no],
    ['that never ends', 'kim', { role: 'visitor' }, no],
    ['whose end is no instant', 'kim', { role: 'visitor', ...until('soon') }, no],
    ['whose end is no text', 'kim', { role: 'visitor', validity: { until: {} } }, no],
    ['with a null for its validity', 'carl', { role: 'visitor', validity: null }, 'yes: a-carl'],
    ['to who ranks higher there', 'kim', { role: 'visitor', subject: user('carl'), ...spring }, no],
    ['to a peer', 'kim', { role: 'visitor', subject: user('kit'), ...spring }, 'yes: a-kim'],
    ['to oneself', 'carl', { role: 'visitor', subject: user('carl') }, no],
    ['to a team', 'kim', { role: 'visitor', subject: team('crew'), ...spring }, 'yes: a-kim'],
    ['to the own team', 'tess', { role: 'visitor', subject: team('leads') }, no],
    ['by a right of a team', 'tess', { role: 'visitor', subject: team('crew') }, 'yes: a-leads'],
    [
      'to a link',
      'carl',
      { role: 'visitor', subject: { type: 'link', id: 'guest' } },
      'yes: a-carl',
    ],
    ['to nobody', 'carl', { role: 'visitor', subject: user('nemo') }, 'resource_unknown'],
    [
      'to a kind there is not',
      'carl',
      { role: 'visitor', subject: { type: 'door', id: 'front' } },
      'resource_unknown',
    ],
    ['to no subject at all', 'carl', { role: 'visitor', subject: null }, 'resource_unknown'],
    [
      'to an id that is no text',
      'carl',
      { role: 'visitor', subject: { type: 'user', id: 5 } },
      'resource_unknown',
    ],
    ['of whatever role', 'carl', { subject: user('nob') }, 'yes: a-carl'],
    ['of a role there is not', 'carl', { role: 'wizard', subject: user('nob') }, no],
    ['of what is no role', 'carl', { role: 7, subject: user('nob') }, no],
    [
      'of a role no longer assignable',
      'kim',
      { role: 'past', subject: user('nob'), ...spring },
      no,
    ],
    ['of a deprecated role', 'carl', { role: 'faded', subject: user('nob') }, no],
    ['of the unique role', 'boss', { role: 'crown', subject: user('nob') }, no],
    [
      'that the list names but the rank forbids',
      'rita',
      { role: 'chief', subject: user('nob') },
      no,
    ],
    ['that the list does not name', 'rita', { role: 'visitor', subject: user('nob') }, no],
    ['by a right that is switched off', 'kit', { role: 'visitor', subject: user('nob') }, no],
    ['by a right to come', 'due', { role: 'visitor', subject: user('nob') }, no],
    ['by a right that is over this second', 'gone', { role: 'visitor', subject: user('nob') }, no],
    ['by a right elsewhere', 'otto', { role: 'visitor', subject: user('nob') }, no],
    ['by a role that may assign but has no permission', 'ida', { role: 'visitor' }, no],
    ['without any right', 'nob', { role: 'visitor', subject: user('vic') }, no],
    ['asked about in general', 'kim', {}, 'yes: a-kim'],
  ])('%s, by %s: %j is %s', (_, actor, properties, expected) => {
    expect(answer(actor, 'create', '*', { scope: staff, ...properties })).toBe(expected);
  });

  test('to a link is none to oneself, whichever team one is of', () => {
    for (const id of ['guest', 'visit']) {
      const given = { scope: staff, role: 'visitor', subject: { type: 'link', id } };
      expect(answer('tess', 'create', '*', given)).toBe('yes: a-leads');
    }
  });

  test('lies where the request says, or else at the organisation', () => {
    const visitor = { role: 'visitor', subject: user('nob') };
    expect(answer('boss', 'create', '*', visitor)).toBe('yes: a-boss');
    expect(answer('carl', 'create', '*', visitor)).toBe(no);
    expect(answer('carl', 'create', '*', { ...visitor, scope: hq })).toBe('yes: a-carl');
    expect(answer('otto', 'create', '*', { ...visitor, scope: { type: 'group', id: 'off' } })).toBe(
      no,
    );
  });

  test('is only of a role that may be held there', () => {
    const chief = { role: 'chief', subject: user('nob') };
    expect(answer('boss', 'create', '*', { ...chief, scope: hq })).toBe('yes: a-boss');
    expect(answer('boss', 'create', '*', { ...chief, scope: staff })).toBe('yes: a-boss');
    expect(answer('boss', 'create', '*', chief)).toBe(no);
    expect(answer('boss', 'create', '*', { ...chief, scope: { type: 'door', id: 'front' } })).toBe(
      no,
    );
  });

  test('is asked about whoever it goes to, whatever stands under its id already', () => {
    expect(answer('kim', 'create', 'a-kim', { role: 'visitor', ...spring })).toBe('yes: a-kim');
    expect(answer('carl', 'create', 'a-vic', { role: 'visitor' })).toBe('yes: a-carl');
  });

  test('is carried by each assignment that could alone, in the order of their ids', () => {
    const both = {
      ...policy,
      assignments: [
        ...policy.assignments!,
        { id: 'a-two', subject: user('carl'), role: 'keeper', scope: staff },
      ],
    } as Policy;
    const visitor = { role: 'visitor', subject: user('nob'), scope: staff };
    expect(answer('carl', 'create', '*', visitor, both)).toBe('yes: a-carl,a-two');
  });

  test('of anything but a right is no question of rights, whatever role it names', () => {
    const request = asked('carl', 'create', '*', { scope: hq, role: 'crown' });
    const other = { ...request, resource: { ...request.resource, type: 'camera' } };
    const engine = compilePolicy(policy);
    expect(engine.decide(other)).toEqual(referenceDecide(policy, other));
    expect(engine.decide(other).context.reason).toBe('action_unknown');
    const watched = withRoles((role) => ({
      ...role,
      permissions: { ...role.permissions, camera: ['create'] },
    }));
    const answered = compilePolicy(watched).decide(other);
    expect(answered).toEqual(referenceDecide(watched, other));
    expect(answered.context.grants).toEqual(['a-carl']);
  });

  test('of a deprecated role is left to whoever compiles the policy', () => {
    const request = asked('carl', 'create', '*', { scope: staff, role: 'faded' });
    expect(compilePolicy(policy).check(request)).toBe(false);
    expect(compilePolicy(policy, { allowDeprecatedRoles: true }).check(request)).toBe(true);
  });
});

describe('ending a right', () => {
  test.each([
    ['below the own rank', 'kim', 'a-vic', 'yes: a-kim'],
    ['of the own team', 'tess', 'a-leads', 'yes: a-leads'],
    ['of oneself', 'kim', 'a-kim', 'yes: a-kim'],
    ['of a team', 'kim', 'a-crew', 'yes: a-kim'],
    ['of a role no longer assignable', 'kim', 'a-old', 'yes: a-kim'],
    ['of who ranks higher', 'kim', 'a-carl', no],
    ['of the unique role', 'boss', 'a-boss', no],
    ['without the permission', 'rita', 'a-vic', no],
    ['that is not there', 'carl', 'a-none', 'resource_unknown'],
  ])('%s, by %s: %s is %s', (_, actor, id, expected) => {
    const properties =
      id === 'a-none' ? { role: 'visitor' } : { role: 'visitor', subject: user('vic') };
    expect(answer(actor, 'delete', id, properties)).toBe(expected);
  });

  test('of whatever kind goes by the role and the subject named', () => {
    const ending = (properties: object) =>
      answer('kim', 'delete', '*', { scope: staff, ...properties });
    expect(ending({ role: 'visitor' })).toBe('yes: a-kim');
    expect(ending({ role: 'chief' })).toBe(no);
    expect(ending({ subject: user('carl') })).toBe(no);
    expect(ending({ subject: user('vic') })).toBe('yes: a-kim');
    const byChief = (role: string) => answer('carl', 'delete', '*', { scope: staff, role });
    expect(byChief('faded')).toBe('yes: a-carl');
    expect(byChief('rival')).toBe('yes: a-carl');
    expect(byChief('crown')).toBe(no);
  });
});

describe('changing a right', () => {
  test.each<[string, string, string, object, string]>([
    ['to another role', 'carl', 'a-vic', { role: 'keeper' }, 'yes: a-carl'],
    ['to a role above', 'kim', 'a-vic', { role: 'chief', ...spring }, no],
    ['from a role above', 'kim', 'a-carl', { role: 'visitor', ...spring }, no],
    ['to somebody else', 'carl', 'a-vic', { subject: user('nob') }, 'yes: a-carl'],
    ['to oneself', 'carl', 'a-vic', { subject: user('carl') }, no],
    ['of oneself', 'carl', 'a-carl', { role: 'visitor' }, no],
    ['so that it outlasts the own', 'kim', 'a-vic', { role: 'visitor' }, no],
    ['for a while', 'kim', 'a-vic', { role: 'visitor', ...spring }, 'yes: a-kim'],
    [
      'of a role no longer assignable, which stays',
      'kim',
      'a-old',
      { subject: user('vic'), ...spring },
      no,
    ],
  ])('%s, by %s: %s %j is %s', (_, actor, id, properties, expected) => {
    expect(answer(actor, 'update', id, properties)).toBe(expected);
  });
});

describe('the unique role', () => {
  test.each<[string, string, object, string]>([
    ['by its holder to another user', 'boss', { subject: user('nob') }, 'yes: a-boss'],
    ['and by its name', 'boss', { subject: user('nob'), role: 'crown' }, 'yes: a-boss'],
    ['under another role', 'boss', { subject: user('nob'), role: 'chief' }, no],
    ['to himself', 'boss', { subject: user('boss') }, no],
    ['to nobody named', 'boss', { role: 'crown' }, no],
    ['to a team', 'boss', { subject: team('crew') }, no],
    ['by somebody else', 'carl', { subject: user('nob') }, no],
    ['for a while', 'boss', { subject: user('nob'), ...spring }, 'yes: a-boss'],
  ])('is transferred %s: by %s %j is %s', (_, actor, properties, expected) => {
    expect(answer(actor, 'update', 'a-boss', properties)).toBe(expected);
  });

  test('is never ended, also where somebody else is named', () => {
    expect(answer('boss', 'delete', 'a-boss', { subject: user('nob') })).toBe(no);
    expect(answer('boss', 'delete', 'a-boss', { subject: user('nob'), role: 'crown' })).toBe(no);
  });

  test('is transferred by its own assignment, whatever else its holder has', () => {
    const extra = (id: string) => ({ id, subject: user('boss'), role: 'visitor', scope: org });
    const assignments = [extra('a-aa'), ...policy.assignments!, extra('a-zz')];
    const given = { ...policy, assignments } as Policy;
    const properties = { subject: user('nob') };
    expect(answer('boss', 'update', 'a-boss', properties, given)).toBe('yes: a-boss');
  });

  test('is transferred by a right that has the permission, is valid and lasts as long', () => {
    const transfer = (properties: object, given: Policy) =>
      answer('boss', 'update', 'a-boss', { subject: user('nob'), ...properties }, given);
    const silent = withRoles((role) => ({ ...role, permissions: {} }), 'crown');
    expect(transfer({}, silent)).toBe(no);
    const ending = {
      ...policy,
      assignments: policy.assignments!.map((each) =>
        each.id === 'a-boss' ? { ...each, validity: { until: '2026-05-01T00:00:00Z' } } : each,
      ),
    } as Policy;
    expect(transfer({}, ending)).toBe(no);
    expect(transfer(spring, ending)).toBe('yes: a-boss');
    expect(transfer(until('2026-05-01T00:00:01Z'), ending)).toBe(no);
    const off = {
      ...policy,
      assignments: policy.assignments!.map((each) =>
        each.id === 'a-boss' ? { ...each, enabled: false } : each,
      ),
    } as Policy;
    expect(transfer({}, off)).toBe(no);
  });
});

describe('the highest rank somebody holds', () => {
  const s = snapshotOf(compilePolicy(policy));
  const rank = (type: 'users' | 'teams', id: string, containers?: readonly number[]) =>
    highestRank(s, find(s.tables[type], id)!, containers);

  test('is that of any of his assignments, by teams too, and 0 without one', () => {
    expect(rank('users', 'carl')).toBe(8);
    expect(rank('users', 'tess')).toBe(5);
    expect(rank('teams', 'crew')).toBe(1);
    expect(compilePolicy(policy).check(asked('nob', 'create', '*', {}))).toBe(false);
  });

  test('counts only at the scopes asked about', () => {
    expect(rank('users', 'carl', [])).toBe(0);
    expect(rank('users', 'boss', [0])).toBe(9);
  });
});

/** The policy with its roles, or the one of an id, changed. */
function withRoles(change: (role: RoleDocument) => object, only?: string): Policy {
  const changed = roles.map((role) =>
    only === undefined || role.id === only ? change(role) : role,
  );
  const organization = { ...policy.organization, roles: { id: 'own', roles: changed } };
  return { ...policy, organization } as Policy;
}
