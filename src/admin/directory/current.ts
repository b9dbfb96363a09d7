/** What the policy holds of what a directory manages: rights at its groups, accounts, links. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { at, find, values } from '../../engine/table.js';
import type { Assignment, User } from '../../policy/document.js';
import type { Json, SiteRecord } from '../record.js';
import { type DirectoryRules, managedGroups, managedRole } from './rules.js';

/** The present state that a directory is held against. */
export interface DirectoryCurrent {
  /** Epoch milliseconds. */
  readonly time: number;
  /** The role that the rules give. */
  readonly role: string;
  /** Whether the role model lets nobody hold two roles at one scope. */
  readonly onePerScope: boolean;
  /** Every assignment at a managed group, of whatever role and subject. */
  readonly rights: readonly Assignment[];
  /** All accounts by id. */
  readonly users: ReadonlyMap<string, User>;
  /** Member of this directory → account. */
  readonly links: ReadonlyMap<string, string>;
}

/**
 * The present state, from an engine and the directory's links.
 * @throws RangeError for rules that do not fit the policy: ask `checkRulesFit` first.
 */
export function directoryCurrent(
  engine: Engine,
  rules: DirectoryRules,
  links: ReadonlyMap<string, string>,
  time: number,
): DirectoryCurrent {
  const { tables, model } = snapshotOf(engine);
  const role = managedRole(engine, rules);
  if (role === undefined) throw new RangeError('rules that do not fit the policy');
  const rights: Assignment[] = [];
  for (const id of managedGroups(rules)) {
    const group = find(tables.groups, id);
    if (group === undefined) throw new RangeError('rules that do not fit the policy');
    for (const number of group.holdings) {
      const assignment = at(tables.assignments, number);
      if (assignment !== undefined) rights.push(assignment);
    }
  }
  const users = new Map<string, User>();
  for (const { id, document } of values(tables.users)) users.set(id, document as User);
  return { time, role: role.id, onePerScope: model.onePerScope, rights, users, links };
}

/** The record that says which account a member of a directory is. */
export function directoryLink(
  directory: string,
  member: string,
  user: string,
  at: string,
): SiteRecord {
  return { kind: 'directory_link', id: `${directory}/${member}`, body: { user, at } };
}

/** Where the links of a directory begin among the records; its id holds no slash. */
export function linkPrefix(directory: string): string {
  return `${directory}/`;
}

/** Member and account of a link's record. */
export function readLink(record: SiteRecord): readonly [member: string, user: string] {
  const user: Json | undefined = record.body['user'];
  return [record.id.slice(record.id.indexOf('/') + 1), typeof user === 'string' ? user : ''];
}
