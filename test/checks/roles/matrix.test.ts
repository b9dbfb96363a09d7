import { describe, expect, test } from 'vitest';
import { roleMatrix } from '../../../src/checks/roles/matrix.js';
import { KISI_MODEL } from '../../../src/policy/models/kisi.js';
import { KIWI_MODEL } from '../../../src/policy/models/kiwi.js';
import { resolveRoleModel } from '../../../src/policy/role-model.js';

describe('a role model laid out as a table', () => {
  const kiwi = roleMatrix(resolveRoleModel(KIWI_MODEL));

  test('has one row per resource type, sorted, and one cell per role', () => {
    const types = kiwi.rows.map((row) => row.resource);
    expect(types).toEqual([...new Set(types)].sort());
    expect(types).toContain('tenancy');
    for (const row of kiwi.rows) expect(row.cells).toHaveLength(kiwi.roles.length);
  });

  test('shows inherited actions, the usual ones first', () => {
    expect(kiwi.rows.find((row) => row.resource === 'hardware')?.cells).toEqual([
      ['change_battery'],
      ['change_battery'],
      ['change_battery', 'install', 'uninstall'],
      ['view', 'create', 'update', 'delete', 'change_battery', 'install', 'uninstall'],
    ]);
  });

  test('tells of each role where it may be held, its rank and what it may hand out', () => {
    expect(kiwi.roles[2]).toEqual({
      id: 'manager',
      name: { en: 'Manager', de: 'Manager' },
      levels: ['place', 'group', 'door'],
      rank: 30,
      inherits: ['guest', 'host'],
      assigns: ['guest', 'host'],
      unique: false,
      assignable: true,
      deprecated: false,
    });
    expect(kiwi.onePerScope).toBe(true);
  });

  test('spells out "up to the own rank", without the unique role', () => {
    const kisi = roleMatrix(resolveRoleModel(KISI_MODEL));
    const owner = kisi.roles.find((role) => role.id === 'organization_owner');
    expect(owner?.assigns).toEqual(
      kisi.roles.map((role) => role.id).filter((id) => id !== 'organization_owner'),
    );
  });

  test('is plain data that survives JSON', () => {
    expect(JSON.parse(JSON.stringify(kiwi))).toEqual(kiwi);
  });
});
