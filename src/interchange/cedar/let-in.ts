/** D10: who counts at a tenanted door himself, so that what he grants at that very door counts too. */
import type { Encounter } from '../../engine/encounter.js';
import { assignmentValid, candidatesOf, groupEnabled, type Holding } from '../../engine/holding.js';
import type { HolderRecord } from '../../engine/records.js';
import { DOOR, scopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';

/**
 * The users who granted something at a door and count there: the least fixed point from the tenant, in rounds (R12).
 * Nobody at a door that is not tenanted now.
 */
export function letIn(s: Snapshot, e: Encounter, roles: Uint8Array): string[] {
  const { portal } = e;
  if (portal.tenant < 0 || e.time < portal.tenantSince) return [];
  const waiting = new Set(portal.holdings.flatMap((number) => granterOf(s, number) ?? []));
  const counted = new Set<number>();
  for (let before = -1; before < counted.size; ) {
    before = counted.size;
    for (const user of waiting) {
      if (!counts(s, e, roles, user, counted)) continue;
      counted.add(user.number);
      waiting.delete(user);
    }
  }
  return [...counted].flatMap((number) => at(s.tables.users, number)?.id ?? []).sort();
}

function counts(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  user: HolderRecord,
  counted: ReadonlySet<number>,
): boolean {
  const { tenant, number, containers } = e.portal;
  const isLetIn = ({ assignment, scope }: Holding): boolean => {
    if (user.number === tenant) return true;
    const granter = granterOf(s, assignment)?.number;
    if (granter === undefined) return false;
    return granter === tenant || (scope === scopeCode(DOOR, number) && counted.has(granter));
  };
  return candidatesOf(s, user, roles, containers).some(
    (holding) =>
      isLetIn(holding) &&
      groupEnabled(s, holding.scope) &&
      assignmentValid(s, holding, e.time, e.zone, false, undefined),
  );
}

function granterOf(s: Snapshot, assignment: number): HolderRecord | undefined {
  const granter = at(s.tables.assignments, assignment)?.grantedBy;
  return granter === undefined ? undefined : find(s.tables.users, granter);
}
