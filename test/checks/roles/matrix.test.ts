import { describe, expect, test } from 'vitest';
import { roleMatrix } from '../../../src/checks/roles/matrix.js';
import { KISI_MODEL } from '../../../src/policy/models/kisi.js';
import { KIWI_MODEL } from '../../../src/policy/models/kiwi.js';
import { resolveRoleModel } from '../../../src/policy/role-model.js';

describe('a role model laid out as a table', () => {
  const kiwiMatrix = () => roleMatrix(resolveRoleModel(KIWI_MODEL));

  test('has one row per resource type, sorted, and one cell per role', () => {
    const kiwi = kiwiMatrix();
    const types = kiwi.rows.map((row) => row.resource);
    expect(types).toEqual([...new Set(types)].sort());
    expect(types).toContain('tenancy');
    for (const row of kiwi.rows) expect(row.cells).toHaveLength(kiwi.roles.length);
  });

  test('shows inherited actions, the usual ones first', () => {
    expect(kiwiMatrix().rows.find((row) => row.resource === 'hardware')?.cells).toEqual([
      ['change_battery'],
      ['change_battery'],
      ['change_battery', 'install', 'uninstall'],
      ['view', 'create', 'update', 'delete', 'change_battery', 'install', 'uninstall'],
    ]);
  });

  test('tells of each role where it may be held, its rank and what it may hand out', () => {
    const kiwi = kiwiMatrix();
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

  test('sorts what a model lists in any order, and leaves a role that has nothing an empty cell', () => {
    const model = resolveRoleModel({
      id: 'own',
      roles: [
        { id: 'none', levels: ['door', 'organization'], rank: 1, permissions: {} },
        {
          id: 'some',
          levels: ['group'],
          rank: 2,
          permissions: {
            place: ['zip', 'delete', 'view', 'assign'],
            door: ['unlock', 'view'],
          },
        },
      ],
    });
    const matrix = roleMatrix(model);
    expect(matrix.rows).toEqual([
      { resource: 'door', cells: [[], ['view', 'unlock']] },
      { resource: 'place', cells: [[], ['view', 'delete', 'assign', 'zip']] },
    ]);
    expect(matrix.roles.map(({ levels }) => levels)).toEqual([['organization', 'door'], ['group']]);
    expect(matrix.roles.map(({ inherits, assigns }) => [inherits, assigns])).toEqual([
      [[], []],
      [[], []],
    ]);
  });

  test('is plain data that survives JSON', () => {
    const kiwi = kiwiMatrix();
    expect(JSON.parse(JSON.stringify(kiwi))).toEqual(kiwi);
  });
});
