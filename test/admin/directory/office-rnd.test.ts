/** The behaviour that the OfficeRnD manual promises, sentence by sentence. */
import { describe, expect, test } from 'vitest';
import type { DirectorySnapshot } from '../../../src/admin/directory/snapshot.js';
import {
  CRM,
  engineOf,
  MINUTE,
  NOON,
  opens,
  type Runner,
  runOnce,
  said,
  space,
} from './coworking.js';

const start = (): Runner => ({ engine: engineOf(space()), links: new Map() });
const crm = (parts: Partial<DirectorySnapshot>): DirectorySnapshot => ({ ...CRM, ...parts });

describe('plans', () => {
  const joes = { id: 'm1', plan: 'hot-desk', member: 'joe' };

  test('a membership with a mapped plan gives its group from its start until its end', () => {
    const runner = start();
    const until = '2026-03-31T00:00:00Z';
    runOnce(runner, crm({ memberships: [{ ...joes, from: '2026-03-02T12:30:00Z', until }] }));
    expect(opens(runner, 'joe', 'common', NOON + 29 * MINUTE)).toBe(false);
    expect(opens(runner, 'joe', 'common', NOON + 30 * MINUTE)).toBe(true);
    expect(opens(runner, 'joe', 'common', Date.parse(until) - 1)).toBe(true);
    // Nobody runs the directory any more, and yet the access ends.
    expect(opens(runner, 'joe', 'common', Date.parse(until))).toBe(false);
  });

  test('a membership that is gone takes its group away at the next run', () => {
    const runner = start();
    runOnce(runner, crm({ memberships: [joes] }));
    expect(opens(runner, 'joe', 'common', NOON)).toBe(true);
    const plan = runOnce(runner, crm({ memberships: [] }));
    expect(said(plan.remove)).toEqual([`common ${runner.links.get('joe')} no_longer`]);
    expect(opens(runner, 'joe', 'common', NOON)).toBe(false);
  });

  test('a membership without a member covers the whole team, and one with a member does not', () => {
    const runner = start();
    runOnce(runner, crm({ memberships: [{ id: 'm1', plan: 'hot-desk', team: 'acme' }] }));
    expect(['joe', 'jane', 'john'].map((id) => opens(runner, id, 'common', NOON))).toEqual([
      true,
      true,
      false,
    ]);
    const other = start();
    runOnce(other, crm({ memberships: [{ ...joes, team: 'acme' }] }));
    expect(['joe', 'jane'].map((id) => opens(other, id, 'common', NOON))).toEqual([true, false]);
  });

  test('somebody inactive gets nothing', () => {
    const runner = start();
    const members = CRM.members.map((member) => ({ ...member, active: member.id !== 'joe' }));
    const team = [{ id: 'm1', plan: 'hot-desk', team: 'acme' }];
    const plan = runOnce(runner, crm({ members, memberships: [joes, ...team] }));
    expect(said(plan.add)).toEqual(['common jane granted']);
  });
});

describe('locations, floors and offices', () => {
  const joins = (resource: string) => crm({ memberships: [{ id: 'm', member: 'joe', resource }] });

  test.each([
    ['desk-11', ['building', 'first-floor']],
    ['desk-21', ['building']],
    ['suite', ['suite-9']],
    ['elephant-room', []],
  ])('a membership at %s leads to %j', (resource, groups) => {
    const plan = runOnce(start(), joins(resource));
    expect(plan.add.map(({ group }) => group)).toEqual(groups);
  });

  test('an office counts for its floor and location where the row says so', () => {
    const rules = {
      id: 'crm',
      rows: [
        { kind: 'location', id: 'london', groups: ['building'], offices: true },
        { kind: 'floor', id: 'floor-1', groups: ['first-floor'] },
      ],
    } as const;
    const plan = runOnce(start(), joins('suite'), { rules });
    expect(plan.add.map(({ group }) => group)).toEqual(['building']);
  });
});

describe('bookable resources', () => {
  const booking = {
    ...{ id: 'b1', resource: 'elephant-room', member: 'john' },
    ...{ from: '2026-03-02T12:45:00Z', until: '2026-03-02T13:30:00Z' },
  };

  test('access begins the lead before the booking and ends with it', () => {
    const runner = start();
    runOnce(runner, crm({ bookings: [booking] }));
    expect(opens(runner, 'john', 'elephant', NOON + 30 * MINUTE - 1)).toBe(false);
    expect(opens(runner, 'john', 'elephant', NOON + 30 * MINUTE)).toBe(true);
    expect(opens(runner, 'john', 'elephant', NOON + 90 * MINUTE - 1)).toBe(true);
    expect(opens(runner, 'john', 'elephant', NOON + 90 * MINUTE)).toBe(false);
  });

  test('a booking of tomorrow is not written today', () => {
    const later = { ...booking, from: '2026-03-03T12:45:00Z', until: '2026-03-03T13:30:00Z' };
    const plan = runOnce(start(), crm({ bookings: [later] }));
    expect(plan.add).toEqual([]);
    expect(plan.create).toEqual([]);
  });

  test('bookings that touch are one stretch, and a second one later is written when its time comes', () => {
    const runner = start();
    const next = { ...booking, id: 'b2', from: booking.until, until: '2026-03-02T14:00:00Z' };
    const evening = {
      ...booking,
      id: 'b3',
      from: '2026-03-02T18:00:00Z',
      until: '2026-03-02T19:00:00Z',
    };
    const all = crm({ bookings: [evening, next, booking] });
    runOnce(runner, all);
    expect(opens(runner, 'john', 'elephant', NOON + 100 * MINUTE)).toBe(true);
    expect(opens(runner, 'john', 'elephant', NOON + 130 * MINUTE)).toBe(false);
    const plan = runOnce(runner, all, { time: NOON + 300 * MINUTE });
    expect(said(plan.change)).toEqual(['elephant john span']);
    expect(plan.withdrawals).toBe(0);
    expect(opens(runner, 'john', 'elephant', NOON + 346 * MINUTE)).toBe(true);
  });

  test('a cancelled booking is taken back', () => {
    const runner = start();
    runOnce(runner, crm({ bookings: [booking] }));
    runOnce(runner, crm({ bookings: [] }));
    expect(opens(runner, 'john', 'elephant', NOON + 60 * MINUTE)).toBe(false);
  });
});

describe('day passes', () => {
  const pass = { id: 'p1', member: 'jane', remaining: 2, until: '2026-04-01T00:00:00Z' };

  test('whoever has one gets the groups of the row, a team as a whole', () => {
    const runner = start();
    runOnce(runner, crm({ dayPasses: [pass] }));
    expect(opens(runner, 'jane', 'guests', NOON)).toBe(true);
    const team = { id: 'p2', team: 'acme', remaining: 1 };
    const plan = runOnce(runner, crm({ dayPasses: [pass, team] }));
    expect(said(plan.add)).toEqual(['guests joe granted']);
  });

  test('access ends when all are used up, and with their validity', () => {
    const runner = start();
    runOnce(runner, crm({ dayPasses: [pass] }));
    expect(opens(runner, 'jane', 'guests', Date.parse(pass.until))).toBe(false);
    const plan = runOnce(runner, crm({ dayPasses: [{ ...pass, remaining: 0 }] }));
    expect(said(plan.remove)).toEqual([`guests ${runner.links.get('jane')} no_longer`]);
  });

  test('a pass that is used up does not end what another one gives', () => {
    const used = { ...pass, id: 'p0', remaining: 0 };
    const plan = runOnce(start(), crm({ dayPasses: [used, pass] }));
    expect(said(plan.add)).toEqual(['guests jane granted']);
  });
});

describe('important considerations', () => {
  const hotDesk = [{ id: 'm1', plan: 'hot-desk', member: 'joe' }];
  const right = (id: string, user: string, group: string, role = 'door_access') => ({
    ...{ id, subject: { type: 'user', id: user }, role, scope: { type: 'group', id: group } },
  });

  test('people added by hand to a managed group are removed, those in other groups are not touched', () => {
    const users = [{ id: 'cleaner' }];
    const rights = [right('a', 'cleaner', 'common'), right('b', 'cleaner', 'vip')];
    const runner: Runner = { engine: engineOf(space({ users, rights })), links: new Map() };
    const plan = runOnce(runner, crm({ memberships: hotDesk }));
    expect(said(plan.remove)).toEqual(['common cleaner not_in_directory']);
    expect(runner.engine.can('cleaner', 'unlock', 'common-door', { time: NOON })).toBe(false);
    expect(runner.engine.can('cleaner', 'unlock', 'vip-door', { time: NOON })).toBe(true);
  });

  test('accounts are made once, never altered, and never deleted', () => {
    const runner = start();
    runOnce(runner, crm({ memberships: hotDesk }));
    const user = runner.links.get('joe');
    const account = () => runner.engine.policy.users?.find(({ id }) => id === user);
    expect(account()).toEqual({ id: user, name: 'Joe', email: 'Joe@Example.org' });
    const renamed = CRM.members.map((member) =>
      member.id === 'joe' ? { id: 'joe', name: 'Joseph', email: 'new@example.org' } : member,
    );
    runOnce(runner, crm({ members: renamed, memberships: hotDesk }));
    expect(account()).toEqual({ id: user, name: 'Joe', email: 'Joe@Example.org' });
    runOnce(runner, { members: [] });
    expect(account()).toEqual({ id: user, name: 'Joe', email: 'Joe@Example.org' });
    expect(runner.engine.policy.assignments).toHaveLength(1);
  });

  test('an account of the same e-mail is taken, in whatever letters', () => {
    const users = [{ id: 'u-joe', email: 'JOE@example.ORG ' }];
    const runner: Runner = { engine: engineOf(space({ users })), links: new Map() };
    runOnce(runner, crm({ memberships: hotDesk }));
    expect([...runner.links]).toEqual([['joe', 'u-joe']]);
    expect(runner.engine.policy.users).toHaveLength(2);
    expect(opens(runner, 'joe', 'common', NOON)).toBe(true);
  });

  test('a person stays while one source remains', () => {
    const runner = start();
    const both = [...hotDesk, { id: 'm2', plan: 'hot-desk', team: 'acme' }];
    runOnce(runner, crm({ memberships: both }));
    const plan = runOnce(runner, crm({ memberships: both.slice(1) }));
    expect(said(plan.remove)).toEqual([]);
    expect(opens(runner, 'joe', 'common', NOON)).toBe(true);
  });
});
