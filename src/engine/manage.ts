/** Everything that is not a body at a door: clause A1 of docs/clauses.md, with A2 for where things lie. */
import type { Findings } from './findings.js';
import { assignmentValid, candidatesOf, type Holding } from './holding.js';
import type { HolderRecord } from './records.js';
import type { Entity } from './request.js';
import { DOOR, GROUP, PLACE, type ScopeCode } from './scope-code.js';
import { type Snapshot, zoneAt } from './snapshot.js';
import { at } from './table.js';

/**
 * A1: whether an enabled, valid assignment of the holder, whose scope contains the resource, has a role
 * with the permission.
 */
export function mayManage(
  s: Snapshot,
  holder: HolderRecord,
  roles: Uint8Array,
  containers: readonly ScopeCode[],
  resource: Entity,
  time: number,
  findings: Findings | undefined,
): boolean {
  let permits = false;
  let candidates = false;
  for (const holding of candidatesOf(s, holder, roles, containers)) {
    candidates = true;
    if (!holdingManages(s, holding, time, findings)) continue;
    permits = true;
    if (findings === undefined) return true;
    findings.grants.push(at(s.tables.assignments, holding.assignment)?.id ?? '');
  }
  if (permits) findings?.clear();
  else if (!candidates) findings?.add('no_access_right', resource);
  return permits;
}

/** Whether an assignment counts under A1: enabled, valid, and of an enabled group if that is its scope. */
export function holdingManages(
  s: Snapshot,
  holding: Holding,
  time: number,
  findings: Findings | undefined,
): boolean {
  const zone = zoneAt(s, placeOfCode(s, holding.scope));
  const valid = assignmentValid(s, holding, time, zone, false, findings);
  if ((holding.scope & 3) !== GROUP) return valid;
  const group = at(s.tables.groups, holding.scope >> 2);
  if (group?.enabled) return valid;
  findings?.add('disabled', { type: 'group', id: group?.document.id ?? '' });
  return false;
}

/** The place a scope lies in, -1 for the organisation and groups of no place (R24). */
export function placeOfCode(s: Snapshot, scope: ScopeCode): number {
  switch (scope & 3) {
    case PLACE:
      return scope >> 2;
    case GROUP:
      return at(s.tables.groups, scope >> 2)?.place ?? -1;
    case DOOR:
      return at(s.tables.doors, scope >> 2)?.place ?? -1;
    default:
      return -1;
  }
}
