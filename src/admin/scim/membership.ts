/** Who belongs to which SCIM group, as the policy says it. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { HOLDING_WIDTH } from '../../engine/records.js';
import { GROUP } from '../../engine/scope-code.js';
import { at, find } from '../../engine/table.js';
import type { UserGroup } from './user-mapping.js';

/**
 * What a SCIM Group is in the policy. `groups`: those who hold one role at a group of doors by an assignment of
 * their own. `teams`: those whom a team names.
 */
export type GroupMeaning =
  | { readonly kind: 'groups'; readonly role: string }
  | { readonly kind: 'teams' };

/** Members of a group; each with the ids of the assignments that make him one, none for a team. */
export function membersOf(
  engine: Engine,
  meaning: GroupMeaning,
  id: string,
): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  if (meaning.kind === 'teams') {
    for (const user of findElement(engine, 'teams', id)?.users ?? []) members.set(user, []);
    return members;
  }
  for (const { assignment, user } of directHoldings(engine, id)) {
    if (assignment.role !== meaning.role) continue;
    const ids = members.get(user);
    if (ids === undefined) members.set(user, [assignment.id]);
    else ids.push(assignment.id);
  }
  return members;
}

/**
 * Users who hold another role at a group by an assignment of their own, where the role model lets nobody hold two
 * there (A4): they cannot get the group's role besides.
 */
export function otherwiseHeld(
  engine: Engine,
  meaning: GroupMeaning,
  id: string,
): ReadonlySet<string> {
  if (meaning.kind === 'teams' || !snapshotOf(engine).model.onePerScope) return new Set();
  const others = [...directHoldings(engine, id)].filter(
    ({ assignment }) => assignment.role !== meaning.role,
  );
  return new Set(others.map(({ user }) => user));
}

/** How many assignments are held at a group, by whomever. */
export function holdingsAt(engine: Engine, id: string): number {
  return find(snapshotOf(engine).tables.groups, id)?.holdings.length ?? 0;
}

/** Whether a team holds nothing, names no team and is named by none. */
export function isFreeTeam(engine: Engine, id: string): boolean {
  const team = find(snapshotOf(engine).tables.teams, id);
  if (team === undefined || team.holdings.length > 0 || team.teams.length > 0) return false;
  return (findElement(engine, 'teams', id)?.teams?.length ?? 0) === 0;
}

/** The groups a user belongs to, by id. */
export function groupsOf(engine: Engine, meaning: GroupMeaning, user: string): UserGroup[] {
  const s = snapshotOf(engine);
  const holder = find(s.tables.users, user);
  if (holder === undefined) return [];
  const found = new Map<string, string>();
  if (meaning.kind === 'teams') {
    for (const number of holder.teams) {
      const team = at(s.tables.teams, number);
      if (team !== undefined) found.set(team.id, team.document.name ?? team.id);
    }
  } else {
    const role = s.model.byId.get(meaning.role)?.index;
    for (let index = 0; index < holder.holdings.length; index += HOLDING_WIDTH) {
      const scope = holder.holdings[index] as number;
      if ((scope & 3) !== GROUP || (holder.holdings[index + 1] as number) >> 2 !== role) continue;
      const group = at(s.tables.groups, scope >> 2)?.document;
      if (group !== undefined) found.set(group.id, group.name ?? group.id);
    }
  }
  return [...found]
    .map(([id, name]) => ({ id, name }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Why a role cannot be the one of a group's members, or undefined. */
export function faultOfRole(engine: Engine, role: string): string | undefined {
  const known = snapshotOf(engine).model.byId.get(role);
  if (known === undefined) return `the role model has no role \`${role}\``;
  if (!known.levels.has('group')) return `nobody holds this role at a group \`${role}\``;
  return known.unique || !known.assignable ? `nobody assigns this role \`${role}\`` : undefined;
}

/** The role for members where none is configured: what opens doors and nothing else, by the built-in models. */
export function defaultRole(engine: Engine): string | undefined {
  const { byId } = snapshotOf(engine).model;
  return ['door_access', 'guest', 'basic_user'].find((role) => byId.get(role)?.levels.has('group'));
}

function* directHoldings(engine: Engine, id: string) {
  const { groups, assignments } = snapshotOf(engine).tables;
  for (const number of find(groups, id)?.holdings ?? []) {
    const assignment = at(assignments, number);
    if (assignment?.subject.type !== 'user') continue;
    yield { assignment, user: assignment.subject.id };
  }
}
