import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizeChange } from '../../../src/admin/authorize-change.js';
import {
  assessBulkGrant,
  BULK_PAIRS_MAX,
  type BulkCell,
  type BulkGrantOrder,
  pairsOf,
  planBulkGrant,
} from '../../../src/admin/provisioning/bulk-grant.js';
import { meetExisting } from '../../../src/admin/provisioning/existing.js';
import { findElement } from '../../../src/engine/elements.js';
import { PolicyError } from '../../../src/policy/issue.js';
import { KISI_MODEL } from '../../../src/policy/models/kisi.js';
import { KIWI_MODEL } from '../../../src/policy/models/kiwi.js';
import { runs } from '../../helpers/runs.js';
import { planning, write, wrote } from '../plans.js';
import { KISI, KIWI, NOW, site } from '../sites.js';

const user = (id: string) => ({ type: 'user', id }) as const;
const door = (id: string) => ({ type: 'door', id }) as const;
const group = (id: string) => ({ type: 'group', id }) as const;
const shown = ({ subject, scope, verdict, code }: BulkCell) =>
  `${subject.id}@${scope.id} ${verdict}${code === undefined ? '' : ` ${code}`}`;

describe('the doors one may not grant are named before anything is written', () => {
  const kiwi = site(KIWI);
  const man = planning(kiwi, 'man');
  const order: BulkGrantOrder = {
    subjects: [user('ned'), user('guest')],
    scopes: [door('front'), door('lab-door'), door('flat'), door('front')],
    role: 'guest',
  };

  test('a manager of one house sees the door of another and the flat that is let in red', () => {
    const assessed = assessBulkGrant(man, order);
    expect(assessed.cells.map(shown)).toEqual([
      'ned@front grant',
      'guest@front keep',
      'ned@lab-door refuse no_access_right',
      'guest@lab-door refuse no_access_right',
      'ned@flat refuse tenancy',
      'guest@flat refuse tenancy',
    ]);
    expect(assessed.counts).toEqual({ grant: 1, replace: 0, keep: 1, refuse: 4 });
    expect(assessed.refusedScopes).toEqual([door('lab-door'), door('flat')]);
    expect(assessed.refusedSubjects).toEqual([user('ned'), user('guest')]);
  });

  test('a role that he may not give makes every door red', () => {
    const { cells } = assessBulkGrant(man, { ...order, role: 'manager', scopes: [door('front')] });
    expect(cells.map(shown)).toEqual(['ned@front refuse no_access_right', 'guest@front keep']);
  });

  test('all or nothing gives nothing when anything is red; skipping gives the rest', () => {
    expect(write(man, planBulkGrant(man, order, pairsOf(order), 'stop'))).toBe('some_refused');
    const some = wrote(man, planBulkGrant(man, order, pairsOf(order), 'skip'));
    expect(some.draft.changes?.put?.assignments).toHaveLength(1);
    expect(some.engine.can('ned', 'unlock', 'front', { time: '2026-11-23T10:00:00Z' })).toBe(true);
  });

  test('what nobody could write is invalid, and the rest is judged all the same', () => {
    const { cells } = assessBulkGrant(planning(kiwi, 'owner'), {
      subjects: [user('ned'), user('nobody')],
      scopes: [door('front'), door('no-door'), { type: 'organization', id: 'acme' }],
      role: 'guest',
    });
    expect(cells.map(shown)).toEqual([
      'ned@front grant',
      'nobody@front refuse invalid',
      'ned@no-door refuse invalid',
      'nobody@no-door refuse invalid',
      'ned@acme refuse invalid',
      'nobody@acme refuse invalid',
    ]);
  });

  test('an actor who is switched off, or nobody, may give nothing', () => {
    const idle = planning(kiwi.apply({ put: { users: [{ id: 'man', active: false }] } }), 'man');
    expect(assessBulkGrant(idle, order).counts).toMatchObject({ keep: 0, refuse: 6 });
    const [cell] = assessBulkGrant(planning(kiwi, 'no'), order).cells;
    expect(cell).toMatchObject({ verdict: 'refuse', code: 'subject_unknown' });
  });

  test('too many pairs are the caller’s mistake', () => {
    const subjects = Array.from({ length: 1001 }, (_, index) => user(`u${index}`));
    const scopes = Array.from({ length: 1000 }, (_, index) => door(`d${index}`));
    expect(subjects.length * scopes.length).toBeGreaterThan(BULK_PAIRS_MAX);
    expect(() => pairsOf({ subjects, scopes, role: 'guest' })).toThrow(RangeError);
  });
});

describe.each([
  { name: 'kisi', policy: KISI, roles: KISI_MODEL.roles },
  { name: 'kiwi', policy: KIWI, roles: KIWI_MODEL.roles },
])('in the model $name', ({ policy, roles }) => {
  const engine = site(policy);
  const users = (policy.users ?? []).map(({ id }) => user(id));
  const teams = (policy.teams ?? []).map(({ id }) => ({ type: 'team', id }) as const);
  const scopes = [
    ...(policy.doors ?? []).map(({ id }) => door(id)),
    ...(policy.groups ?? []).map(({ id }) => group(id)),
    ...(policy.places ?? []).map(({ id }) => ({ type: 'place', id }) as const),
    { type: 'organization', id: 'acme' } as const,
    door('nowhere'),
  ];
  const orders = fc.record({
    actor: fc.oneof(
      fc.constantFrom(...users.map(({ id }) => id)),
      fc.constantFrom('owner', policy === KISI ? 'admin' : 'man'),
    ),
    near: fc.constantFrom(
      ...(policy.assignments ?? []).filter(({ subject }) => subject.type !== 'link'),
    ),
    subjects: fc.subarray([...users, ...teams, user('nobody')], { minLength: 1, maxLength: 5 }),
    scopes: fc.subarray(scopes, { minLength: 1, maxLength: 4 }),
    role: fc.constantFrom(...roles.map(({ id }) => id)),
    existing: fc.constantFrom('keep', 'replace', 'replace_if_lower'),
    until: fc.constantFrom(undefined, '2026-12-24T00:00:00Z'),
  });

  test('the verdict of each pair is that of authorizeChange alone, and skipping writes just those', () => {
    const seen = { grant: 0, replace: 0, keep: 0, refuse: 0 };
    fc.assert(
      fc.property(orders, ({ actor, until, near, ...rest }) => {
        const subjects = [...rest.subjects, near.subject];
        const validity = until === undefined ? {} : { validity: { until } };
        const scopes = [...rest.scopes, near.scope];
        const order: BulkGrantOrder = { ...rest, ...validity, subjects, scopes };
        const p = planning(engine, actor);
        const { cells } = assessBulkGrant(p, order);
        expect(cells).toHaveLength(pairsOf(order).length);
        for (const cell of cells) {
          seen[cell.verdict]++;
          if (isKept(order, cell)) {
            const may = mayCreate(p, cell.scope);
            expect(cell.verdict).toBe(may ? 'keep' : 'refuse');
          } else expect(alone(actor, order, cell)).toBe(cell.code ?? 'granted');
        }
        const planned = planBulkGrant(p, order, pairsOf(order), 'skip');
        const put = planned.ok ? (planned.value.changes?.put?.assignments ?? []) : [];
        const written = cells.filter(({ verdict }) => verdict === 'grant' || verdict === 'replace');
        expect(put.map(({ subject, scope }) => `${subject.id}@${scope.id}`)).toEqual(
          written.map(({ subject, scope }) => `${subject.id}@${scope.id}`),
        );
        if (put.length > 0) expect(typeof write(p, planned)).toBe('object');
      }),
      { seed: 20261122, numRuns: runs(150) },
    );
    expect(Math.min(seen.grant, seen.keep, seen.refuse)).toBeGreaterThan(10);
    expect(seen.replace).toBeGreaterThan(3);
  });

  /** Whether what is there already stays as it is. */
  function isKept({ role, validity, existing = 'keep' }: BulkGrantOrder, cell: BulkCell): boolean {
    const { subject, scope } = cell;
    return meetExisting(engine, { subject, role, scope, validity }, existing).kind === 'keep';
  }

  /** Whether an actor may give rights at a scope at all. */
  function mayCreate({ actor }: { actor: string }, scope: BulkCell['scope']): boolean {
    return engine.check({
      subject: user(actor),
      action: { name: 'create' },
      resource: { type: 'access_right', id: '*', properties: { scope } },
      context: { time: NOW },
    });
  }

  /** What `authorizeChange` says of one pair by itself. */
  function alone(actor: string, order: BulkGrantOrder, cell: BulkCell): string {
    const { subject, scope } = cell;
    const right = {
      id: cell.assignment ?? 'alone',
      subject,
      role: order.role,
      scope,
      grantedBy: actor,
      ...(order.validity === undefined ? {} : { validity: order.validity }),
    };
    const put = { assignments: [right] };
    try {
      return authorizeChange(engine, user(actor), { put }, { time: NOW }).context.reason;
    } catch (error) {
      if (error instanceof PolicyError) return 'invalid';
      throw error;
    }
  }

  test('making a bulk grant twice does nothing the second time', () => {
    const p = planning(engine, policy === KISI ? 'admin' : 'owner');
    const order: BulkGrantOrder = {
      subjects: [user('ned')],
      scopes: [group('staff'), group('wide')],
      role: policy === KISI ? 'door_access' : 'guest',
      existing: 'replace',
    };
    const once = wrote(p, planBulkGrant(p, order, pairsOf(order), 'stop'));
    const again = planning(once.engine, p.actor);
    const twice = planBulkGrant(again, order, pairsOf(order), 'stop');
    expect(twice.ok && twice.value.changes).toBe(undefined);
    expect(findElement(once.engine, 'users', 'ned')).toBeDefined();
  });
});
