import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { roleMatrix } from '../../../src/checks/roles/matrix.js';
import { KISI_MODEL } from '../../../src/policy/models/kisi.js';
import { KISI_ORGANIZATIONS_MODEL } from '../../../src/policy/models/kisi-organizations.js';
import { KISI_STANDARD_MODEL } from '../../../src/policy/models/kisi-standard.js';
import { KIWI_MODEL } from '../../../src/policy/models/kiwi.js';
import { resolveRoleModel } from '../../../src/policy/role-model.js';

const MODELS = [KISI_MODEL, KISI_STANDARD_MODEL, KISI_ORGANIZATIONS_MODEL, KIWI_MODEL];
const PAGE = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8');
const ACTIONS: Readonly<Record<string, string>> = {
  v: 'view',
  c: 'create',
  u: 'update',
  d: 'delete',
};

describe.each(MODELS)('the page about roles, of the model $id', (document) => {
  const matrix = roleMatrix(resolveRoleModel(document));
  const section = PAGE.split(/^## /mu).find((text) => text.startsWith(`\`${document.id}\``)) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('**', '').trim()),
    );

  test('prints every permission and no other', () => {
    const printed = new Set<string>();
    let heads: string[] = [];
    for (const [first = '', ...cells] of rows) {
      if (first === 'resource') heads = cells;
      if (first === 'role') heads = [];
      if (first === 'resource' || heads.length === 0) continue;
      for (const [index, cell] of cells.entries()) {
        for (const action of cell === '–' ? [] : cell.split(' ')) {
          for (const type of first.split(', ')) {
            printed.add(`${heads[index]} ${type}:${ACTIONS[action] ?? action}`);
          }
        }
      }
    }
    const held = matrix.rows.flatMap(({ resource, cells }) =>
      cells.flatMap((actions, index) =>
        actions.map((action) => `${matrix.roles[index]?.id} ${resource}:${action}`),
      ),
    );
    expect([...printed].sort()).toEqual(held.sort());
  });

  test('prints rank, levels and what may be given of every role', () => {
    const facts = new Map(rows.filter((row) => row.length === 5).map((row) => [row[0], row]));
    for (const role of matrix.roles) {
      const [, label, rank, levels, gives] = facts.get(role.id) ?? [];
      expect(label).toContain(role.name['en']);
      expect(label?.includes('(unique)')).toBe(role.unique);
      expect(label?.includes('(deprecated)')).toBe(role.deprecated);
      expect(rank).toBe(String(role.rank));
      expect(levels).toBe(role.levels.join(', '));
      expect(gives).toBe(role.assigns.join(', ') || '–');
    }
  });
});
