import { describe, expect, test } from 'vitest';
import {
  type GrantOrder,
  planChangeValidity,
  planEnd,
  planGrant,
  planTransfer,
} from '../../../src/admin/provisioning/assignments.js';
import { grantableRoles } from '../../../src/admin/provisioning/bulk-grant.js';
import { findElement } from '../../../src/engine/elements.js';
import { planning, write, wrote } from '../plans.js';
import { KISI, KIWI, right, STANDARD, site } from '../sites.js';

const engine = site(KISI);
const admin = planning(engine, 'admin');
const STAFF = { type: 'group', id: 'staff' } as const;
const ned = { type: 'user', id: 'ned' } as const;
const order: GrantOrder = { subject: ned, role: 'door_access', scope: STAFF };

describe('giving a right', () => {
  test('the right is signed by whoever gives it', () => {
    const given = wrote(admin, planGrant(admin, { ...order, id: 'new' }));
    expect(given.value).toEqual({ assignment: 'new', done: 'granted' });
    expect(findElement(given.engine, 'assignments', 'new')).toEqual({
      id: 'new',
      subject: ned,
      role: 'door_access',
      scope: STAFF,
      grantedBy: 'admin',
    });
  });

  test('who may not give it is refused by the change itself', () => {
    const da = planning(engine, 'da');
    expect(write(da, planGrant(da, order))).toBe('no_access_right');
    const gm = planning(engine, 'gm');
    expect(write(gm, planGrant(gm, order))).not.toBe('no_access_right');
  });

  describe.each([
    // da holds door_access at staff; gm holds group_manager there.
    ['refuse', 'da', 'group_manager', 'assignment_exists'],
    ['keep', 'da', 'group_manager', 'kept'],
    ['replace', 'da', 'group_manager', 'replaced'],
    ['replace', 'gm', 'door_access', 'replaced'],
    ['replace', 'da', 'door_access', 'kept'],
    ['replace_if_lower', 'da', 'group_manager', 'replaced'],
    ['replace_if_lower', 'gm', 'door_access', 'kept'],
    ['replace_if_lower', 'da', 'door_access', 'kept'],
  ] as const)('with %s, where %s is to get %s', (existing, user, role, what) => {
    test(`what is there is ${what}`, () => {
      const subject = { type: 'user', id: user } as const;
      const planned = planGrant(admin, { subject, role, scope: STAFF, existing });
      const written = write(admin, planned);
      if (typeof written === 'string') return expect(written).toBe(what);
      expect(written.value).toEqual({ assignment: `a-${user}-staff`, done: what });
      const after = findElement(written.engine, 'assignments', `a-${user}-staff`);
      const before = findElement(engine, 'assignments', `a-${user}-staff`);
      expect(after).toEqual(what === 'kept' ? before : { ...before, role, grantedBy: 'admin' });
    });
  });

  test('the same role with other hours is replaced, and switched off is not the same', () => {
    const validity = { until: '2027-01-01T00:00:00Z' };
    const subject = { type: 'user', id: 'da' } as const;
    const da: GrantOrder = { subject, role: 'door_access', scope: STAFF, existing: 'replace' };
    expect(wrote(admin, planGrant(admin, { ...da, validity })).value.done).toBe('replaced');
    const off = site(KISI, {
      assignments: [right('da door_access group:staff', { enabled: false })],
    });
    const p = planning(off, 'admin');
    expect(wrote(p, planGrant(p, da)).value.done).toBe('replaced');
  });

  test('where a subject may hold several roles at a scope, another role stands beside the first', () => {
    const standard = planning(site(STANDARD), 'owner');
    const beside = { subject: { type: 'user', id: 'bu' }, scope: STAFF } as const;
    const given = wrote(standard, planGrant(standard, { ...beside, role: 'group_manager' }));
    expect(given.value.done).toBe('granted');
    expect(write(standard, planGrant(standard, { ...beside, role: 'basic_user' }))).toBe(
      'assignment_exists',
    );
  });

  test("a team's other right at a scope does not stand in the way", () => {
    const crew = { type: 'team', id: 'crew' } as const;
    const wide = { type: 'group', id: 'wide' } as const;
    const given = wrote(
      admin,
      planGrant(admin, { subject: crew, scope: wide, role: 'group_manager', existing: 'replace' }),
    );
    expect(given.value.done).toBe('granted');
  });

  test('who may not give rights there is not told what others hold', () => {
    const pda = planning(engine, 'pda');
    const subject = { type: 'user', id: 'da' } as const;
    for (const existing of ['refuse', 'keep', 'replace'] as const) {
      for (const role of ['door_access', 'group_manager']) {
        const planned = planGrant(pda, { subject, role, scope: STAFF, existing });
        expect(write(pda, planned)).toBe('no_access_right');
      }
    }
  });

  test('an id that is taken is refused', () => {
    expect(write(admin, planGrant(admin, { ...order, id: 'a-da-staff' }))).toBe(
      'assignment_exists',
    );
  });
});

describe('changing and ending rights', () => {
  test('other hours are signed by whoever sets them, null takes them away', () => {
    const validity = { from: '2027-01-01T00:00:00Z' };
    const set = wrote(admin, planChangeValidity(admin, { assignment: 'a-da-staff', validity }));
    expect(findElement(set.engine, 'assignments', 'a-da-staff')).toMatchObject({
      validity,
      grantedBy: 'admin',
    });
    const p = planning(set.engine, 'oam');
    const reset = wrote(p, planChangeValidity(p, { assignment: 'a-da-staff', validity: null }));
    const after = findElement(reset.engine, 'assignments', 'a-da-staff');
    expect(after).not.toHaveProperty('validity');
    expect(after?.grantedBy).toBe('oam');
  });

  test('nobody gives longer than he has himself', () => {
    const brief = planning(engine, 'brief');
    const longer = { assignment: 'a-da-staff', validity: { until: '2028-01-01T00:00:00Z' } };
    expect(write(brief, planChangeValidity(brief, longer))).toBe('no_access_right');
  });

  test('rights end all or none, each once', () => {
    const both = wrote(admin, planEnd(admin, ['a-da-staff', 'a-gm-staff', 'a-da-staff']));
    expect(both.value.ended).toEqual(['a-da-staff', 'a-gm-staff']);
    expect(findElement(both.engine, 'assignments', 'a-gm-staff')).toBeUndefined();
    expect(write(admin, planEnd(admin, ['a-da-staff', 'no']))).toBe('assignment_unknown');
    const gm = planning(engine, 'gm');
    expect(write(gm, planEnd(gm, ['a-da-staff', 'a-pda-hq']))).toBe('no_access_right');
  });

  test('the unique role is neither ended nor given other hours', () => {
    const owner = planning(engine, 'owner');
    expect(write(owner, planEnd(owner, ['a-owner-acme']))).toBe('unique_role');
    const order = { assignment: 'a-owner-acme', validity: null };
    expect(write(owner, planChangeValidity(owner, order))).toBe('unique_role');
    expect(write(owner, planChangeValidity(owner, { ...order, assignment: 'no' }))).toBe(
      'assignment_unknown',
    );
  });
});

describe('passing the unique role on', () => {
  test('its holder passes it on, and what the other held there ends', () => {
    const owner = planning(engine, 'owner');
    const passed = wrote(owner, planTransfer(owner, { assignment: 'a-owner-acme', to: 'admin' }));
    expect(passed.value.ended).toEqual(['a-admin-acme']);
    expect(findElement(passed.engine, 'assignments', 'a-owner-acme')).toMatchObject({
      subject: { type: 'user', id: 'admin' },
      role: 'organization_owner',
    });
    const again = planning(passed.engine, 'owner');
    expect(write(again, planTransfer(again, { assignment: 'a-owner-acme', to: 'owner' }))).toBe(
      'no_access_right',
    );
  });

  test('nobody else passes it on, and no other role is passed on', () => {
    expect(write(admin, planTransfer(admin, { assignment: 'a-owner-acme', to: 'admin' }))).toBe(
      'no_access_right',
    );
    expect(write(admin, planTransfer(admin, { assignment: 'a-da-staff', to: 'ned' }))).toBe(
      'not_unique',
    );
    expect(write(admin, planTransfer(admin, { assignment: 'no', to: 'ned' }))).toBe(
      'assignment_unknown',
    );
  });
});

test('the roles somebody may give at a scope are those the matrix says', () => {
  const kiwi = site(KIWI);
  const at = (actor: string, scope: { type: 'door' | 'organization'; id: string }) =>
    grantableRoles(planning(kiwi, actor), scope);
  expect(at('owner', { type: 'door', id: 'front' })).toEqual(['guest', 'host', 'manager']);
  expect(at('man', { type: 'door', id: 'front' })).toEqual(['guest', 'host']);
  expect(at('host', { type: 'door', id: 'front' })).toEqual(['guest']);
  expect(at('guest', { type: 'door', id: 'front' })).toEqual([]);
  expect(at('owner', { type: 'organization', id: 'acme' })).toEqual([]);
  expect(at('man', { type: 'door', id: 'lab-door' })).toEqual([]);
});
