/** Who may pass: the clauses D7 to D10 of docs/clauses.md. */
import type { Encounter } from './encounter.js';
import type { Findings } from './findings.js';
import { assignmentValid, candidatesOf, groupEnabled, type Holding } from './holding.js';
import type { HolderRecord } from './records.js';
import { restrictionsHold } from './restrictions.js';
import { DOOR, GROUP, scopeCode } from './scope-code.js';
import type { Snapshot } from './snapshot.js';
import { at, find } from './table.js';

/**
 * Whether one counting candidate permits (D9). With findings: every grant, or every reason why none
 * permits; without, the first grant ends it.
 * @param roles - role index → 1 if the role has the permission asked about.
 */
export function mayPass(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  findings: Findings | undefined,
): boolean {
  const { holder, portal } = e;
  if (holder === undefined) return false;
  const tenanted = portal.tenant >= 0 && e.time >= portal.tenantSince;
  let permits = false;
  let candidates = false;
  let suspended = false;
  for (const holding of candidatesOf(s, holder, roles, portal.containers)) {
    if (tenanted && !admitted(s, e, roles, holder, holding)) {
      if (findings !== undefined) suspended ||= holdingCounts(s, e, holding, undefined);
      continue;
    }
    candidates = true;
    if (!holdingCounts(s, e, holding, findings)) continue;
    permits = true;
    if (findings === undefined) return true;
    findings.grants.push(at(s.tables.assignments, holding.assignment)?.id ?? '');
  }
  if (findings === undefined) return permits;
  if (permits) findings.clear();
  else if (suspended) {
    findings.clear();
    findings.add('tenancy', portal);
  } else if (!candidates) findings.add('no_access_right', portal);
  return permits;
}

/** D8: whether a candidate counts for this request. */
export function holdingCounts(
  s: Snapshot,
  e: Encounter,
  holding: Holding,
  findings: Findings | undefined,
): boolean {
  const valid = assignmentValid(s, holding, e.time, e.zone, e.lenient, findings);
  if ((holding.scope & 3) !== GROUP) return valid;
  if (!valid && findings === undefined) return false;
  const group = at(s.tables.groups, holding.scope >> 2);
  if (group === undefined) return false;
  const place = { type: 'group', id: group.document.id };
  if (!group.enabled) {
    if (findings === undefined) return false;
    findings.add('disabled', place);
  }
  return restrictionsHold(s, e, group.restrictions, place, findings) && group.enabled && valid;
}

/** D10: whether a tenancy lets a candidate count: the tenant's own, what the tenant granted, or what somebody granted at this very door who counts here himself. */
export function admitted(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  holder: HolderRecord,
  holding: Holding,
): boolean {
  const { portal } = e;
  if (holder.kind === 'user' && holder.number === portal.tenant) return true;
  const granter = granterOf(s, holding);
  if (granter === undefined) return false;
  if (granter.number === portal.tenant) return true;
  return isAtDoor(e, holding) && countsHere(s, e, roles, granter);
}

/**
 * Whether somebody counts at a tenanted door: a chain of enabled, valid grants leads to the tenant
 * (R12). A search from the granter upward; visiting each user once makes it the least fixed point.
 */
function countsHere(s: Snapshot, e: Encounter, roles: Uint8Array, granter: HolderRecord): boolean {
  const seen = new Set([granter.number]);
  const waiting = [granter];
  for (let user = waiting.pop(); user !== undefined; user = waiting.pop()) {
    for (const holding of candidatesOf(s, user, roles, e.portal.containers)) {
      if (!groupEnabled(s, holding.scope)) continue;
      if (!assignmentValid(s, holding, e.time, e.zone, false, undefined)) continue;
      const above = granterOf(s, holding);
      if (above === undefined) continue;
      if (above.number === e.portal.tenant) return true;
      if (!isAtDoor(e, holding) || seen.has(above.number)) continue;
      seen.add(above.number);
      waiting.push(above);
    }
  }
  return false;
}

function isAtDoor(e: Encounter, holding: Holding): boolean {
  return e.portal.type === 'door' && holding.scope === scopeCode(DOOR, e.portal.number);
}

function granterOf(s: Snapshot, holding: Holding): HolderRecord | undefined {
  const granter = at(s.tables.assignments, holding.assignment)?.grantedBy;
  return granter === undefined ? undefined : find(s.tables.users, granter);
}
