/** Tenancy (D10) by examples that a random site seldom has; each answer is the definition's too. */
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { right, site, unlock } from '../helpers/builders.js';
import { referenceDecide } from '../reference/decide.js';

const here = { scope: { type: 'door', id: 'front' }, role: 'door_access' };
const flat = (parts: object) =>
  site({
    organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles: [ROLE] } },
    doors: [{ id: 'front', place: 'hq', tenant: { user: 'tom', since: '2026-01-01T00:00:00Z' } }],
    users: ['tom', 'ada', 'bob', 'cyd', 'dan'].map((id) => ({ id })),
    links: ['l1', 'l2', 'l3', 'l4', 'l5'].map((id) => ({ id })),
    ...parts,
  }) as unknown as Policy;
const ROLE = {
  id: 'door_access',
  levels: ['door', 'group'],
  rank: 1,
  permissions: { door: ['unlock'] },
} as const;

function reason(policy: Policy, type: string, id: string): string {
  const request = { ...unlock(id, 'front'), subject: { type, id } };
  const engine = compilePolicy(policy);
  const decision = engine.decide(request);
  expect(decision).toEqual(referenceDecide(policy, request));
  expect(engine.check(request)).toBe(decision.decision);
  return decision.context.reason;
}

describe('at a tenanted door', () => {
  test('no link is the tenant, whatever its number', () => {
    const links = ['l1', 'l2', 'l3', 'l4', 'l5'];
    const policy = flat({
      assignments: links.map((id) =>
        right(`at-${id}`, id, { ...here, subject: { type: 'link', id } }),
      ),
    });
    for (const id of links) expect(reason(policy, 'link', id)).toBe('tenancy');
  });

  test('a chain of grants at the door leads to the tenant, however long', () => {
    const assignments = [
      right('b', 'bob', { ...here, grantedBy: 'tom' }),
      right('c', 'cyd', { ...here, grantedBy: 'bob' }),
      right('d', 'dan', { ...here, grantedBy: 'cyd' }),
    ];
    const policy = flat({ assignments });
    for (const id of ['bob', 'cyd', 'dan']) expect(reason(policy, 'user', id)).toBe('granted');
    const broken = flat({ assignments: assignments.slice(1) });
    for (const id of ['cyd', 'dan']) expect(reason(broken, 'user', id)).toBe('tenancy');
  });

  test('a chain that turns back on itself leads nowhere', () => {
    const policy = flat({
      assignments: [
        right('b', 'bob', { ...here, grantedBy: 'cyd' }),
        right('c', 'cyd', { ...here, grantedBy: 'bob' }),
      ],
    });
    for (const id of ['bob', 'cyd']) expect(reason(policy, 'user', id)).toBe('tenancy');
  });

  test('who counts by a group counts only while the group is enabled', () => {
    const assignments = [
      right('b', 'bob', { role: 'door_access', grantedBy: 'tom' }),
      right('c', 'cyd', { ...here, grantedBy: 'bob' }),
    ];
    const group = { id: 'staff', doors: ['front'] };
    expect(reason(flat({ assignments }), 'user', 'cyd')).toBe('granted');
    const off = flat({ assignments, groups: [{ ...group, enabled: false }] });
    expect(reason(off, 'user', 'cyd')).toBe('tenancy');
  });
});
