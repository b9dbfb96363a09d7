/** The rules by which a directory gives rights: which plan, place or booking leads to which groups. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import { find } from '../../engine/table.js';
import type { Issue } from '../../policy/issue.js';
import { issueList } from '../../policy/issue-list.js';
import type { Parsed } from '../../policy/parse.js';
import { quote } from '../../policy/pointer.js';
import type { Role } from '../../policy/role-model.js';
import { type Shape, shapeOf } from '../../policy/shape.js';
import { RULES_SCHEMA } from './directory-schema.js';
import type { DirectoryList } from './snapshot.js';

/**
 * What a row looks at. `plan`, `location`, `floor`, `office`: memberships with that plan, with a desk in that
 * location or on that floor, with that office. `resource`: bookings of it. `day_pass`: passes of that kind, or
 * without an id all. `group`: membership of a group (LDAP).
 */
export type DirectoryRowKind =
  | 'plan'
  | 'location'
  | 'floor'
  | 'office'
  | 'resource'
  | 'day_pass'
  | 'group';

/** One row of the mapping. */
export interface DirectoryRow {
  readonly kind: DirectoryRowKind;
  /** The directory's id of the thing. Only `day_pass` may leave it out. */
  readonly id?: string;
  /** Groups of the policy to which it leads. */
  readonly groups: readonly string[];
  /** Of `location` and `floor`: private offices there count as well as desks. Default: no. */
  readonly offices?: boolean;
  /** Of `resource`: instead of the rules' own. */
  readonly leadMinutes?: number;
}

/** The rules of one directory: the body of its record. */
export interface DirectoryRules {
  /** At most 64 letters, digits and `. _ ~ : @ + -`. */
  readonly id: string;
  readonly name?: string;
  /** The role given at groups. Default: the model's own for opening doors (`DIRECTORY_ROLES`). */
  readonly role?: string;
  readonly rows: readonly DirectoryRow[];
  /** How long before a booking its access begins. Default 15. */
  readonly leadMinutes?: number;
  /** How long before it begins a right is written down. Default 60: a pause of the sync shorter than that delays nobody. */
  readonly aheadMinutes?: number;
  /** A run that takes away more than both is refused unless confirmed. Default 20 % and 5. */
  readonly brake?: { readonly percent: number; readonly count: number };
  /** Lists that may be empty where they were not at the last run. Default: bookings and day passes. */
  readonly mayBeEmpty?: readonly Exclude<DirectoryList, 'members'>[];
  /** Whether people are told of new access. Default `default`. */
  readonly notices?: 'default' | 'always' | 'never';
  /** How often the directory is read. Default 15. */
  readonly everyMinutes?: number;
}

/** Which role opens doors and nothing more, by role model. */
export const DIRECTORY_ROLES: ReadonlyMap<string, string> = new Map([
  ['kisi', 'door_access'],
  ['kisi_standard', 'basic_user'],
  ['kisi_organizations', 'basic_user'],
  ['kiwi', 'guest'],
]);

/** The rules that outside data describes, as a frozen copy; or everything that is wrong with them. Never throws. */
export function parseDirectoryRules(input: unknown): Parsed<DirectoryRules> {
  shape ??= shapeOf(RULES_SCHEMA as never);
  const issues = issueList();
  const value = shape(input, issues.report).value as DirectoryRules;
  if (issues.count() === 0) {
    const seen = new Set<string>();
    for (const [index, row] of value.rows.entries()) {
      const at = `/rows/${index}`;
      if (row.kind !== 'day_pass' && row.id === undefined) {
        issues.report({ pointer: `${at}/id`, code: 'missing', message: 'missing' });
      }
      const key = JSON.stringify([row.kind, row.id]);
      if (seen.has(key)) {
        const message = `a second row of ${quote(row.kind)}`;
        issues.report({ pointer: at, code: 'duplicate', message });
      }
      seen.add(key);
    }
  }
  return issues.count() > 0 ? { ok: false, issues: issues.inOrder() } : { ok: true, value };
}

let shape: Shape | undefined;

/** The groups that rules manage: those they name. Ascending. */
export function managedGroups(rules: DirectoryRules): string[] {
  return [...new Set(rules.rows.flatMap(({ groups }) => groups))].sort(compareText);
}

/** The role that rules give in the model of an engine; undefined where nothing says which. */
export function managedRole(engine: Engine, rules: DirectoryRules): Role | undefined {
  const { model } = snapshotOf(engine);
  const id = rules.role ?? DIRECTORY_ROLES.get(model.id);
  return id === undefined ? undefined : model.byId.get(id);
}

/** What of rules does not fit the policy: groups that are not there, a role that cannot be held at them. */
export function checkRulesFit(engine: Engine, rules: DirectoryRules): Issue[] {
  const issues = issueList();
  const role = managedRole(engine, rules);
  const { allowDeprecatedRoles, tables } = snapshotOf(engine);
  if (role === undefined) {
    const message = `no such role ${quote(rules.role)}`;
    issues.report({ pointer: '/role', code: 'reference', message });
  } else if (role.unique || !role.levels.has('group')) {
    const message = `cannot be held at groups by many ${quote(role.id)}`;
    issues.report({ pointer: '/role', code: 'role_level', message });
  } else if (role.deprecated && !allowDeprecatedRoles) {
    const message = `not given any more ${quote(role.id)}`;
    issues.report({ pointer: '/role', code: 'role_deprecated', message });
  }
  const { groups } = tables;
  for (const [index, row] of rules.rows.entries()) {
    for (const [at, id] of row.groups.entries()) {
      if (find(groups, id) !== undefined) continue;
      const pointer = `/rows/${index}/groups/${at}`;
      issues.report({ pointer, code: 'reference', message: `no such group ${quote(id)}` });
    }
  }
  return issues.inOrder();
}
