import { describe, expect, test } from 'vitest';
import type { RoleModelDocument } from '../../../src/policy/document.js';
import { KISI_MODEL } from '../../../src/policy/models/kisi.js';
import { KISI_ORGANIZATIONS_MODEL } from '../../../src/policy/models/kisi-organizations.js';
import { KISI_STANDARD_MODEL } from '../../../src/policy/models/kisi-standard.js';
import { KIWI_MODEL } from '../../../src/policy/models/kiwi.js';
import { resolveRoleModel } from '../../../src/policy/role-model.js';
import {
  KISI_GROUP_LEVEL,
  KISI_ORGANIZATION_LEVEL,
  KISI_ORGANIZATIONS,
  KISI_PLACE_LEVEL,
  KISI_STANDARD,
  KIWI,
  readTable,
} from './tables.js';

const MODELS: [RoleModelDocument, string[]][] = [
  [KISI_MODEL, [KISI_ORGANIZATION_LEVEL, KISI_PLACE_LEVEL, KISI_GROUP_LEVEL]],
  [KISI_STANDARD_MODEL, [KISI_STANDARD]],
  [KISI_ORGANIZATIONS_MODEL, [KISI_ORGANIZATIONS]],
  [KIWI_MODEL, [KIWI]],
];

/** rank, levels, flags and what may be handed out, as one line per role. */
const FACTS: Record<string, string> = {
  kisi: `
    door_access                  10 group        -> nothing
    observer                     15 organization -> nothing
    place_door_access            20 place        -> nothing
    group_manager                30 group        -> door_access group_manager
    user_manager                 35 organization -> nothing
    place_access_manager         40 place        -> door_access group_manager place_access_manager place_door_access
    place_administrator          50 place        -> door_access group_manager place_access_manager place_administrator place_door_access
    organization_access_manager  60 organization -> door_access group_manager observer organization_access_manager place_access_manager place_door_access user_manager
    organization_administrator   70 organization -> up_to_own_rank
    organization_owner           80 organization unique unassignable -> up_to_own_rank`,
  kisi_standard: `
    basic_user          10 group,place -> nothing
    group_observer      15 group deprecated -> nothing
    group_manager       20 group -> up_to_own_rank
    place_observer      25 place deprecated -> nothing
    place_manager       30 place -> up_to_own_rank
    place_administrator 40 place -> up_to_own_rank
    place_owner         50 place unique unassignable -> up_to_own_rank`,
  kisi_organizations: `
    basic_user                  10 group -> nothing
    organizations_manager       20 organization -> up_to_own_rank
    team_administrator          30 group -> up_to_own_rank
    organizations_administrator 40 organization -> up_to_own_rank
    organizations_owner         50 organization unique unassignable -> up_to_own_rank`,
  kiwi: `
    guest         10 door,group,place -> nothing
    host          20 door,group,place -> guest
    manager       30 door,group,place -> guest host
    administrator 40 organization unique unassignable -> guest host manager`,
};

describe.each(MODELS)('the model $id', (document, tables) => {
  const model = resolveRoleModel(document);
  const expected = new Map(tables.flatMap((text) => [...readTable(text)]));

  test('has exactly the roles of its tables', () => {
    expect([...model.byId.keys()].sort()).toEqual([...expected.keys()].sort());
  });

  test.each([...expected])('gives %s every action of its column and no other', (id, column) => {
    const role = model.byId.get(id);
    const actual = [...(role?.permissions ?? [])].map(([type, set]) => [type, [...set].sort()]);
    expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(column));
  });

  test('ranks, levels, flags and what may be handed out are as decided', () => {
    const lines = document.roles.map((role) => {
      const flags = [
        role.unique === true && 'unique',
        role.assignable === false && 'unassignable',
        role.deprecated === true && 'deprecated',
      ].filter(Boolean);
      const assigns =
        typeof role.assigns === 'string'
          ? role.assigns
          : [...(role.assigns ?? [])].sort().join(' ');
      const levels = [...role.levels].sort().join(',');
      return [role.id, role.rank, levels, ...flags, '->', assigns || 'nothing'].join(' ');
    });
    const facts = (FACTS[document.id] ?? '').trim().split('\n');
    expect(lines.sort()).toEqual(facts.map((line) => line.trim().replace(/\s+/gu, ' ')).sort());
  });

  test('may be held once per scope only in the current plans', () => {
    expect(model.onePerScope).toBe(document.id === 'kisi' || document.id === 'kiwi');
  });

  test('lists no action twice in a cell', () => {
    for (const role of document.roles) {
      for (const actions of Object.values(role.permissions)) {
        expect(new Set(actions).size).toBe(actions.length);
      }
    }
  });

  test('lets nobody hand out a unique role, and has one', () => {
    const unique = model.roles.filter((role) => role.unique);
    expect(unique).toHaveLength(1);
    expect(unique[0]?.assignable).toBe(false);
    expect(Math.max(...model.roles.map((role) => role.rank))).toBe(unique[0]?.rank);
  });

  test('names only roles of its own in what may be handed out, none above the own rank', () => {
    for (const role of model.roles) {
      if (role.assigns === 'up_to_own_rank') continue;
      for (const id of role.assigns) {
        expect(model.byId.get(id)?.rank, `${role.id} -> ${id}`).toBeLessThanOrEqual(role.rank);
      }
    }
  });

  test('lets whoever opens doors also ride to a stop', () => {
    for (const role of model.roles) {
      const opens = role.permissions.get('door')?.has('unlock') ?? false;
      expect(role.permissions.get('elevator_stop')?.has('get_access') ?? false).toBe(opens);
    }
  });

  test('labels every role in English', () => {
    for (const role of model.roles) expect(role.name['en']).toMatch(/^[A-Z][a-z]+/u);
  });
});

describe('kiwi', () => {
  const model = resolveRoleModel(KIWI_MODEL);

  test('is strictly hierarchical: each role has more than the one below, and all of it', () => {
    for (let index = 1; index < model.roles.length; index++) {
      const junior = permissionsOf(model.roles[index - 1]?.permissions);
      const senior = permissionsOf(model.roles[index]?.permissions);
      expect(junior.filter((permission) => !senior.includes(permission))).toEqual([]);
      expect(senior.length).toBeGreaterThan(junior.length);
      expect(model.roles[index]?.juniors.has(model.roles[index - 1]?.id ?? '')).toBe(true);
    }
  });

  test('labels its roles in German', () => {
    expect(model.roles.map((role) => role.name['de'])).toEqual([
      'Gast',
      'Gastgeber',
      'Manager',
      'Administrator',
    ]);
  });

  test('gives its administrator every action that any Kisi role has', () => {
    const administrator = permissionsOf(model.byId.get('administrator')?.permissions);
    for (const role of resolveRoleModel(KISI_MODEL).roles) {
      for (const permission of permissionsOf(role.permissions)) {
        expect(administrator).toContain(permission);
      }
    }
  });
});

test('only the plain opening roles are fit for a link: view, unlock and get_access alone', () => {
  const fit = MODELS.flatMap(([document]) =>
    resolveRoleModel(document)
      .roles.filter((role) =>
        permissionsOf(role.permissions).every((permission) =>
          /:view$|^door:unlock$|^elevator_stop:get_access$/u.test(permission),
        ),
      )
      .map((role) => `${document.id}/${role.id}`),
  );
  expect(fit.sort()).toEqual([
    'kisi/door_access',
    'kisi/place_door_access',
    'kisi_organizations/basic_user',
    'kisi_standard/basic_user',
    'kisi_standard/group_observer',
    'kisi_standard/place_observer',
  ]);
});

function permissionsOf(
  permissions: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): string[] {
  return [...(permissions ?? [])].flatMap(([type, actions]) =>
    [...actions].map((action) => `${type}:${action}`),
  );
}
