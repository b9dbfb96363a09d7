/** What a directory must not do: guess who somebody is, exceed the actor, believe what cannot be. */
import { describe, expect, test } from 'vitest';
import { checkBrake, suspiciousLists } from '../../../src/admin/directory/brake.js';
import { checkRulesFit, parseDirectoryRules } from '../../../src/admin/directory/rules.js';
import {
  countsOf,
  type DirectorySnapshot,
  parseDirectorySnapshot,
} from '../../../src/admin/directory/snapshot.js';
import {
  CRM,
  engineOf,
  NOON,
  planOf,
  RULES,
  type Runner,
  runOnce,
  said,
  space,
} from './coworking.js';

const crm = (parts: Partial<DirectorySnapshot>): DirectorySnapshot => ({ ...CRM, ...parts });
const hotDesk = (...members: string[]) =>
  members.map((member) => ({ id: `m-${member}`, plan: 'hot-desk', member }));
const right = (id: string, user: string, group: string, parts: object = {}) => ({
  ...{ id, subject: { type: 'user', id: user }, role: 'door_access' },
  ...{ scope: { type: 'group', id: group } },
  ...parts,
});

describe('who somebody is', () => {
  const shared = { members: [CRM.members[0]!, { id: 'joe2', email: 'joe@example.org' }] };

  test.each([
    [
      'two accounts with the e-mail',
      {
        users: [
          { id: 'a', email: 'joe@example.org' },
          { id: 'b', email: 'JOE@example.org' },
        ],
      },
      crm({ memberships: hotDesk('joe') }),
      {},
      ['common joe email_ambiguous'],
    ],
    [
      'two members with the e-mail',
      {},
      crm({ ...shared, memberships: hotDesk('joe', 'joe2') }),
      {},
      ['common joe email_shared', 'common joe2 email_shared'],
    ],
    [
      'an account that stands for another member',
      { users: [{ id: 'a', email: 'joe@example.org' }] },
      crm({ ...shared, memberships: hotDesk('joe2') }),
      { joe: 'a' },
      ['common joe2 account_linked'],
    ],
    [
      'an account that was removed by hand',
      {},
      crm({ memberships: hotDesk('joe') }),
      { joe: 'gone' },
      ['common joe account_removed'],
    ],
  ])('is not guessed from %s', (_, parts, snapshot, links, refused) => {
    const plan = planOf(engineOf(space(parts)), snapshot, { links });
    expect(said(plan.refuse)).toEqual(refused);
    expect([plan.add, plan.create, plan.link]).toEqual([[], [], []]);
  });

  test('members without an e-mail are told apart by their ids', () => {
    const members = [{ id: '__proto__' }, { id: 'constructor', email: ' ' }];
    const plan = planOf(
      engineOf(space()),
      crm({ members, memberships: hotDesk('__proto__', 'constructor') }),
    );
    expect(plan.create.map(({ id }) => id)).toEqual(['__proto__', 'constructor']);
    expect(plan.refuse).toEqual([]);
    const runner: Runner = { engine: engineOf(space()), links: new Map() };
    runOnce(runner, crm({ members, memberships: hotDesk('constructor') }));
    const made = runner.links.get('constructor');
    expect(runner.engine.policy.users?.at(-1)).toEqual({ id: made });
  });
});

describe('what is not the directory’s', () => {
  test('rights of teams and links, and other roles, are kept and told', () => {
    const policy = {
      ...space({
        users: [{ id: 'boss' }, { id: 'joe', email: 'joe@example.org' }],
        rights: [
          right('m', 'boss', 'common', { role: 'group_manager' }),
          right('j', 'joe', 'common', { role: 'group_manager' }),
          right('t', 'crew', 'common', { subject: { type: 'team', id: 'crew' } }),
        ],
      }),
      teams: [{ id: 'crew', users: ['boss'] }],
    };
    const plan = planOf(engineOf(policy), crm({ memberships: hotDesk('joe') }));
    expect(plan.keep.map(({ right: held, reason }) => [held?.id, reason])).toEqual([
      ['t', 'not_a_person'],
      ['m', 'other_role'],
      ['j', 'other_role'],
      [undefined, 'other_role'],
    ]);
    expect([plan.add, plan.remove, plan.change]).toEqual([[], [], []]);
  });

  test('what somebody narrowed by hand stays narrow', () => {
    const users = [{ id: 'joe', email: 'joe@example.org' }];
    const narrow = {
      enabled: false,
      validity: { schedule: { windows: [{ days: ['mo'], from: '09:00', until: '10:00' }] } },
    };
    const rights = [right('j', 'joe', 'common', narrow)];
    const runner: Runner = { engine: engineOf(space({ users, rights })), links: new Map() };
    const until = '2026-04-01T00:00:00Z';
    runOnce(runner, crm({ memberships: hotDesk('joe').map((each) => ({ ...each, until })) }));
    expect(runner.engine.policy.assignments?.find(({ id }) => id === 'j')).toEqual({
      ...rights[0],
      validity: { ...narrow.validity, until },
      grantedBy: 'owner',
    });
  });
});

describe('what the actor may not', () => {
  const users = [{ id: 'keeper' }, { id: 'joe', email: 'joe@example.org' }, { id: 'eve' }];
  const keeper = (until?: string) => ({
    ...{ id: 'k', subject: { type: 'user', id: 'keeper' }, role: 'organization_access_manager' },
    scope: { type: 'organization', id: 'cowork' },
    ...(until === undefined ? {} : { validity: { until } }),
  });
  const startWith = (...rights: object[]): Runner => ({
    engine: engineOf(space({ users, rights })),
    links: new Map(),
  });

  test('is refused line by line, and the rest is written', () => {
    const runner = startWith(
      keeper(),
      right('o-right', 'owner', 'common'),
      right('eves', 'eve', 'common'),
    );
    const plan = runOnce(runner, crm({ memberships: hotDesk('joe') }), { actor: 'keeper' });
    // The owner's rights are out of an access manager's reach (A3).
    expect(said(plan.refuse)).toEqual(['common owner not_permitted']);
    const ids = (runner.engine.policy.assignments ?? []).map(({ subject }) => subject.id);
    expect(ids.sort()).toEqual(['joe', 'keeper', 'owner', 'owner']);
  });

  test('nobody gives himself a right by a directory', () => {
    const runner = startWith(keeper());
    const members = [{ id: 'me', email: 'k@example.org' }];
    runner.links.set('me', 'keeper');
    const plan = runOnce(runner, crm({ members, memberships: hotDesk('me') }), { actor: 'keeper' });
    expect(said(plan.refuse)).toEqual(['common me not_permitted']);
  });

  test('no right outlasts the right of whoever gives it', () => {
    const runner = startWith(keeper('2026-06-01T00:00:00Z'));
    const [joe, jane] = hotDesk('joe', 'jane');
    const memberships = [{ ...joe!, until: '2026-05-01T00:00:00Z' }, jane!];
    const plan = runOnce(runner, crm({ memberships }), { actor: 'keeper' });
    expect(said(plan.refuse)).toEqual(['common jane not_permitted']);
    // No account is made for somebody who gets nothing.
    expect(runner.engine.policy.users).toHaveLength(4);
    expect(runner.links.has('jane')).toBe(false);
  });

  test('somebody without rights, or switched off, does nothing at all', () => {
    for (const actor of ['eve', 'nobody']) {
      const runner = startWith(right('eves', 'joe', 'common'));
      const plan = runOnce(runner, crm({ memberships: hotDesk('jane') }), { actor });
      expect(said(plan.refuse)).toEqual(['common joe not_permitted', 'common jane not_permitted']);
      expect(runner.engine.revision).toBe(0);
    }
  });

  test('a door that was handed over is its tenant’s alone', () => {
    const policy = {
      ...space({ users }),
      doors: [
        ...space().doors.map((door) =>
          door.id === 'common-door'
            ? { ...door, tenant: { user: 'joe', since: '2026-01-01T00:00:00Z' } }
            : door,
        ),
      ],
    };
    const runner: Runner = { engine: engineOf(policy), links: new Map() };
    runOnce(runner, crm({ memberships: hotDesk('jane') }));
    const jane = runner.links.get('jane') ?? '';
    expect(runner.engine.can(jane, 'unlock', 'common-door', { time: NOON })).toBe(false);
  });
});

describe('the brake', () => {
  const rules = { ...RULES, brake: { percent: 20, count: 5 } };

  test.each([
    [{ live: 100, withdrawals: 20 }, undefined, true],
    [{ live: 100, withdrawals: 21 }, undefined, false],
    [{ live: 6, withdrawals: 5 }, undefined, true],
    [{ live: 6, withdrawals: 6 }, undefined, false],
    [{ live: 100, withdrawals: 21 }, 21, true],
    [{ live: 100, withdrawals: 22 }, 21, false],
    [{ live: 100, withdrawals: 1 }, 21, false],
  ])('of %j confirmed as %j: %j', (plan, confirmed, passes) => {
    for (const each of [rules, RULES]) expect(checkBrake(plan, each, confirmed).ok).toBe(passes);
  });

  test('of the same right held twice the one that fits goes on, and the longer one counts as lost', () => {
    const policy = space({
      users: [{ id: 'joe', email: 'joe@example.org' }],
      rights: [
        right('a', 'joe', 'common', { role: 'basic_user', enabled: false }),
        right('b', 'joe', 'common', { role: 'basic_user' }),
        right('c', 'joe', 'common', {
          ...{ role: 'basic_user', validity: { until: '2026-03-02T11:00:00Z' } },
        }),
      ],
    });
    const [owner, ...rights] = policy.assignments as { role: string }[];
    const engine = engineOf({
      ...policy,
      organization: { ...policy.organization, roles: 'kisi_organizations' },
      assignments: [{ ...owner, role: 'organizations_owner' }, ...rights],
    });
    const plan = planOf(engine, crm({ memberships: hotDesk('joe') }));
    expect(plan.keep.map(({ right: held }) => held?.id)).toEqual(['b']);
    expect(plan.remove.map(({ right: held, reason }) => [held?.id, reason])).toEqual([
      ['a', 'duplicate'],
      ['c', 'duplicate'],
    ]);
    const until = '2026-03-03T00:00:00Z';
    const shorter = crm({ memberships: hotDesk('joe').map((each) => ({ ...each, until })) });
    expect(planOf(engine, shorter)).toMatchObject({ live: 2, withdrawals: 2 });
  });

  test('counts rights that lose time, and not those that are over', () => {
    const users = [{ id: 'joe', email: 'joe@example.org' }, { id: 'eve' }];
    const past = { validity: { until: '2026-03-02T12:00:00Z' } };
    const rights = [right('a', 'joe', 'common'), right('b', 'eve', 'common', past)];
    const ending = hotDesk('joe').map((each) => ({ ...each, until: '2026-03-02T12:01:00Z' }));
    const plan = planOf(engineOf(space({ users, rights })), crm({ memberships: ending }));
    expect(said(plan.remove)).toEqual(['common eve ended']);
    expect(said(plan.change)).toEqual(['common joe span']);
    expect([plan.live, plan.withdrawals]).toEqual([1, 1]);
  });
});

describe('what is read', () => {
  test('a list that is suddenly empty is not believed, bookings and passes are', () => {
    const before = countsOf(crm({ memberships: hotDesk('joe'), bookings: [] }));
    const empty = { ...before, memberships: 0, floors: 0, bookings: 0, dayPasses: 0 };
    expect(suspiciousLists(empty, { ...before, bookings: 3, dayPasses: 1 }, RULES)).toEqual([
      'floors',
      'memberships',
    ]);
    expect(suspiciousLists(empty, undefined, RULES)).toEqual([]);
    const lenient = { ...RULES, mayBeEmpty: ['floors'] as const };
    expect(suspiciousLists(empty, { ...before, bookings: 3 }, lenient)).toEqual([
      'memberships',
      'bookings',
    ]);
  });

  test.each([
    ['/members', { members: {} }, 'type'],
    ['/members/0/id', { members: [{ id: '' }] }, 'empty'],
    ['/members/0/id', { members: [{ id: 'a\u0000b' }] }, 'format'],
    ['/members/1/id', { members: [{ id: 'a' }, { id: 'a' }] }, 'duplicate'],
    ['/members/0/phone', { members: [{ id: 'a', phone: 5 }] }, 'type'],
    ['/members/0/role', { members: [{ id: 'a', role: 'admin' }] }, 'unknown_member'],
    ['/members/0/team', { members: [{ id: 'a', team: 't' }] }, 'reference'],
    ['/memberships/0/plan', { memberships: [{ id: 'm', plan: 'x', member: 'joe' }] }, 'reference'],
    ['/memberships/0/member', { memberships: [{ id: 'm', member: 'lost' }] }, 'reference'],
    ['/memberships/0/member', { memberships: [{ id: 'm' }] }, 'missing'],
    [
      '/memberships/0/from',
      { memberships: [{ id: 'm', member: 'joe', from: '2026-03-02' }] },
      'format',
    ],
    [
      '/memberships/0/until',
      { memberships: [{ id: 'm', member: 'joe', until: '9999-12-31T23:59:59-01:00' }] },
      'format',
    ],
    [
      '/bookings/0/until',
      {
        bookings: [
          {
            ...{ id: 'b', member: 'joe', resource: 'suite' },
            ...{ from: '2026-03-02T12:00:00Z', until: '2026-03-02T11:00:00Z' },
          },
        ],
      },
      'span',
    ],
    ['/dayPasses/0/remaining', { dayPasses: [{ id: 'p', member: 'joe', remaining: -1 }] }, 'value'],
    ['/groups/0/members/0', { groups: [{ id: 'g', members: ['lost'] }] }, 'reference'],
  ])('%s of %j is told as %s', (pointer, parts, code) => {
    const parsed = parseDirectorySnapshot({ ...CRM, ...parts });
    const issues = parsed.ok ? [] : parsed.issues.map((issue) => [issue.pointer, issue.code]);
    expect(issues).toContainEqual([pointer, code]);
  });

  test('anything else is an error and never a crash', () => {
    for (const input of [undefined, null, 5, [], {}, { members: null }]) {
      expect(parseDirectorySnapshot(input).ok).toBe(false);
      expect(parseDirectoryRules(input).ok).toBe(false);
    }
  });
});

describe('rules', () => {
  test.each([
    ['/id', { id: 'a/b' }, 'format'],
    ['/rows', { rows: [] }, 'empty'],
    ['/rows/0/id', { rows: [{ kind: 'plan', groups: ['common'] }] }, 'missing'],
    ['/rows/0/kind', { rows: [{ kind: 'team', id: 'x', groups: ['common'] }] }, 'value'],
    ['/rows/0/groups', { rows: [{ kind: 'day_pass', groups: [] }] }, 'empty'],
    [
      '/rows/1',
      {
        rows: [
          { kind: 'day_pass', groups: ['common'] },
          { kind: 'day_pass', groups: ['vip'] },
        ],
      },
      'duplicate',
    ],
    ['/leadMinutes', { leadMinutes: 1441 }, 'value'],
    ['/brake/percent', { brake: { percent: 101, count: 1 } }, 'value'],
  ])('%s of %j is told as %s', (pointer, parts, code) => {
    const parsed = parseDirectoryRules({ ...RULES, ...parts });
    const issues = parsed.ok ? [] : parsed.issues.map((issue) => [issue.pointer, issue.code]);
    expect(issues).toContainEqual([pointer, code]);
  });

  test.each([
    [{ rows: [{ kind: 'day_pass', groups: ['nowhere'] }] }, '/rows/0/groups/0'],
    [{ role: 'porter' }, '/role'],
    [{ role: 'organization_owner' }, '/role'],
    [{ role: 'observer' }, '/role'],
  ])('%j do not fit the policy', (parts, pointer) => {
    const parsed = parseDirectoryRules({ ...RULES, ...parts });
    const engine = engineOf(space());
    const issues = parsed.ok ? checkRulesFit(engine, parsed.value) : [];
    expect(issues.map((issue) => issue.pointer)).toEqual([pointer]);
  });

  test('that give a role which is given no more do not fit', () => {
    const policy = space();
    const engine = engineOf({
      ...policy,
      organization: { ...policy.organization, roles: 'kisi_standard' },
      assignments: [],
    });
    const rules = { ...RULES, role: 'group_observer' };
    expect(checkRulesFit(engine, rules).map(({ code }) => code)).toEqual(['role_deprecated']);
  });
});
