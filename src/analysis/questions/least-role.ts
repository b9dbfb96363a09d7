/** The least that gives a permission: which role, held where. */
import type { HolderRecord } from '../../engine/records.js';
import { DOOR, GROUP, PLACE, type ScopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';
import type { Role } from '../../policy/role-model.js';

/** A scope and its code. */
export interface NamedScope {
  readonly code: ScopeCode;
  readonly scope: Assignment['scope'];
}

/** Scopes by code, doors before groups before places before the organisation, each by id. */
export function scopesOf(s: Snapshot, containers: readonly ScopeCode[]): NamedScope[] {
  const scopes = containers.map((code) => ({ code, scope: scopeNamed(s, code) }));
  const narrow = (code: ScopeCode): number => [DOOR, GROUP, PLACE, 0].indexOf(code & 3);
  return scopes.sort(
    (a, b) => narrow(a.code) - narrow(b.code) || (a.scope.id < b.scope.id ? -1 : 1),
  );
}

/** Who is to have which permission. */
export interface RoleWanted {
  readonly s: Snapshot;
  /** Role index → 1 if the role has the permission. */
  readonly roles: Uint8Array;
  readonly holder: HolderRecord;
}

/** The role of the lowest rank, then of the fewest permissions, that has the permission and may be held there. */
export function leastRole(
  { s, roles, holder }: RoleWanted,
  level: Assignment['scope']['type'],
  before: Role | undefined,
): Role | undefined {
  const able = s.model.roles.filter(
    (role) =>
      roles[role.index] === 1 &&
      role.levels.has(level) &&
      role.assignable &&
      !role.unique &&
      (!role.deprecated || s.allowDeprecatedRoles) &&
      (holder.kind !== 'link' || onlyOpens(role)) &&
      (before === undefined || includesAll(role, before)),
  );
  const extent = ({ permissions }: Role): number =>
    [...permissions.values()].reduce((sum, actions) => sum + actions.size, 0);
  return able.sort((a, b) => a.rank - b.rank || extent(a) - extent(b) || (a.id < b.id ? -1 : 1))[0];
}

/** An id no assignment has. */
export function freshId(s: Snapshot, wish: string): string {
  const base = `right-${wish}`.slice(0, 120);
  const { numbering } = s.tables.assignments;
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!numbering.has(id)) return id;
  }
}

function scopeNamed(s: Snapshot, code: ScopeCode): Assignment['scope'] {
  const number = code >> 2;
  switch (code & 3) {
    case DOOR:
      return { type: 'door', id: at(s.tables.doors, number)?.id ?? '' };
    case GROUP:
      return { type: 'group', id: at(s.tables.groups, number)?.document.id ?? '' };
    case PLACE:
      return { type: 'place', id: at(s.tables.places, number)?.document.id ?? '' };
    default:
      return { type: 'organization', id: s.organization.id };
  }
}

function onlyOpens({ permissions }: Role): boolean {
  const opening = ['view', 'unlock', 'get_access'];
  return [...permissions.values()].every((all) => [...all].every((one) => opening.includes(one)));
}

function includesAll(role: Role, before: Role): boolean {
  return [...before.permissions].every(([type, actions]) =>
    [...actions].every((action) => role.permissions.get(type)?.has(action)),
  );
}
