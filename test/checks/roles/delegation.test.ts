import { describe, expect, test } from 'vitest';
import { mayDelegate, mayHandOut, mayTakeAway } from '../../../src/checks/roles/delegation.js';
import { KISI_MODEL } from '../../../src/policy/models/kisi.js';
import { KISI_ORGANIZATIONS_MODEL } from '../../../src/policy/models/kisi-organizations.js';
import { KIWI_MODEL } from '../../../src/policy/models/kiwi.js';
import type { Role, RoleModel } from '../../../src/policy/role-model.js';
import { resolveRoleModel } from '../../../src/policy/role-model.js';

const kisi = resolveRoleModel(KISI_MODEL);
const kiwi = resolveRoleModel(KIWI_MODEL);

/** A boss who may hand out, change and take away a role that is no longer assignable. */
const aging = resolveRoleModel({
  id: 'own',
  roles: [
    { id: 'old', levels: ['group'], rank: 1, permissions: {}, assignable: false },
    {
      id: 'boss',
      levels: ['group'],
      rank: 2,
      permissions: { access_right: ['create', 'update', 'delete'] },
      assigns: ['old'],
    },
  ],
});

describe('handing out a role', () => {
  test.each([
    ['guest', []],
    ['host', ['guest']],
    ['manager', ['guest', 'host']],
    ['administrator', ['guest', 'host', 'manager']],
  ])('in kiwi a %s may hand out %j', (id, expected) => {
    const held = roleOf(kiwi, id);
    expect(kiwi.roles.filter((role) => mayHandOut(held, role)).map((role) => role.id)).toEqual(
      expected,
    );
  });

  test('an organization access manager hands out all up to the own rank but place administrators', () => {
    const held = roleOf(kisi, 'organization_access_manager');
    const refused = kisi.roles.filter((role) => !mayHandOut(held, role)).map((role) => role.id);
    expect(refused).toEqual([
      'place_administrator',
      'organization_administrator',
      'organization_owner',
    ]);
  });

  test('the unique role is never handed out nor taken away, even by its holder', () => {
    for (const model of [kisi, kiwi]) {
      for (const role of model.roles.filter((candidate) => candidate.unique)) {
        for (const held of model.roles) {
          expect(mayHandOut(held, role)).toBe(false);
          expect(mayTakeAway(held, role)).toBe(false);
        }
      }
    }
  });

  test('a role that is no longer assignable may be taken away but not handed out', () => {
    expect(mayHandOut(roleOf(aging, 'boss'), roleOf(aging, 'old'))).toBe(false);
    expect(mayTakeAway(roleOf(aging, 'boss'), roleOf(aging, 'old'))).toBe(true);
  });

  test('a list of roles does not lift the bound of rank', () => {
    const model = resolveRoleModel({
      id: 'own',
      roles: [
        { id: 'high', levels: ['group'], rank: 9, permissions: {} },
        { id: 'low', levels: ['group'], rank: 1, permissions: {}, assigns: ['high'] },
      ],
    });
    expect(mayHandOut(roleOf(model, 'low'), roleOf(model, 'high'))).toBe(false);
  });
});

describe('one holding under A3', () => {
  test('needs the permission, not only the list of roles', () => {
    const organizations = resolveRoleModel(KISI_ORGANIZATIONS_MODEL);
    const held = roleOf(organizations, 'organizations_manager');
    const role = roleOf(organizations, 'basic_user');
    expect(mayDelegate(held, 'create', role, -Infinity)).toBe(true);
    expect(mayDelegate(held, 'delete', role, 10)).toBe(true);
    expect(mayDelegate(held, 'update', role, 10)).toBe(false);
  });

  test('ends the holding of a role that it may no longer create or change', () => {
    const [boss, old] = [roleOf(aging, 'boss'), roleOf(aging, 'old')];
    expect(mayDelegate(boss, 'delete', old, 1)).toBe(true);
    expect(mayDelegate(boss, 'create', old, -Infinity)).toBe(false);
    expect(mayDelegate(boss, 'update', old, 1)).toBe(false);
  });

  test('needs a rank no lower than the target has already', () => {
    const held = roleOf(kisi, 'place_access_manager');
    const role = roleOf(kisi, 'door_access');
    expect(mayDelegate(held, 'create', role, 40)).toBe(true);
    expect(mayDelegate(held, 'create', role, 50)).toBe(false);
    expect(mayDelegate(held, 'create', role, Number.NaN)).toBe(false);
  });

  test('an observer who may see rights changes none', () => {
    for (const action of ['create', 'update', 'delete'] as const) {
      expect(mayDelegate(roleOf(kisi, 'observer'), action, roleOf(kisi, 'door_access'), 0)).toBe(
        false,
      );
    }
  });
});

function roleOf(model: RoleModel, id: string): Role {
  const role = model.byId.get(id);
  if (role === undefined) throw new Error(`no role \`${id}\``);
  return role;
}
