/** Clause A3 by examples: who may give, change and end which right. Each answer is the definition's too. */
import { describe, expect, test } from 'vitest';
import type { AccessRequest } from '../../src/engine/request.js';
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
  users: ['boss', 'carl', 'kim', 'kit', 'rita', 'vic', 'nob', 'tess', 'due', 'gone', 'otto'].map(
    (id) => ({ id }),
  ),
  teams: [
    { id: 'crew', users: ['vic'] },
    { id: 'leads', users: ['tess'] },
  ],
  links: [{ id: 'guest' }],
  assignments: [
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
const engine = compilePolicy(policy);

function asked(actor: string, action: string, id: string, properties: object): AccessRequest {
  return {
    subject: user(actor),
    action: { name: action },
    resource: { type: 'access_right', id, properties: { ...properties } },
    context: { time: MONDAY_NOON },
  };
}

/** `yes`, or the reason; the engine's and the oracle's. */
function answer(actor: string, action: string, id: string, properties: object): string {
  const request = asked(actor, action, id, properties);
  const decision = engine.decide(request);
  expect(decision).toEqual(referenceDecide(policy, request));
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
    ['without any right', 'nob', { role: 'visitor', subject: user('vic') }, no],
    ['asked about in general', 'kim', {}, 'yes: a-kim'],
  ])('%s, by %s: %j is %s', (_, actor, properties, expected) => {
    expect(answer(actor, 'create', '*', { scope: staff, ...properties })).toBe(expected);
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
});
