/** Reading Casbin's policy text: rules `p` and roles `g`, a line each. */
import type { Draft } from '../imported.js';
import type { CasbinModel } from './model.js';

/** One rule: a subject may do something to an object, in a domain or, without domains, in `''`. */
export interface CasbinRule {
  readonly pointer: string;
  readonly sub: string;
  readonly dom: string;
  readonly obj: string;
  readonly act: string;
}

/** One membership: a subject has a role, in a domain or `''`. */
export interface CasbinMembership {
  readonly pointer: string;
  readonly member: string;
  readonly role: string;
  readonly dom: string;
}

/** The rules of a text. Pointers are `/policy` and the line, from 1. */
export function readRules(
  draft: Draft,
  model: CasbinModel,
  text: string,
): { rules: CasbinRule[]; memberships: CasbinMembership[] } {
  const rules: CasbinRule[] = [];
  const memberships: CasbinMembership[] = [];
  text.split(/\r?\n/u).forEach((line, index) => {
    const pointer = `/policy/${index + 1}`;
    if (line.trim() === '' || line.trimStart().startsWith('#')) return;
    if (line.includes('"')) {
      draft.refuse(pointer, 'unsupported', 'quotes are not read');
      return;
    }
    const [kind, ...fields] = line.split(',').map((field) => field.trim());
    const expected = kind === 'p' ? model.columns.length : model.hasDomains ? 3 : 2;
    if (kind !== 'p' && !(kind === 'g' && model.hasRoles)) {
      draft.refuse(
        pointer,
        'unsupported',
        `not a rule of this model \`${String(kind).slice(0, 100)}\``,
      );
    } else if (fields.length !== expected || fields.includes('')) {
      draft.refuse(pointer, 'value', `takes ${expected} fields`);
    } else if (kind === 'p') {
      const field = (column: string) => fields[model.columns.indexOf(column as never)] ?? '';
      const [sub, dom, obj, act] = [field('sub'), field('dom'), field('obj'), field('act')];
      rules.push({ pointer, sub, dom, obj, act });
    } else {
      const [member = '', role = '', dom = ''] = fields;
      memberships.push({ pointer, member, role, dom });
    }
  });
  return { rules, memberships };
}
