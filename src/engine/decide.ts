/** Deciding one request: the clauses of docs/clauses.md in their order. The single way to an answer. */

import { isAssigning, judgeAssigning, readNamed } from './assigning.js';
import { accompanied } from './companions.js';
import { type Encounter, encounter, holderOf } from './encounter.js';
import type { Clause } from './explain.js';
import type { Findings } from './findings.js';
import { containersOf } from './location.js';
import { mayManage } from './manage.js';
import {
  lockedDown,
  needsPresence,
  restricted,
  standsUnlocked,
  subjectRefused,
} from './opening.js';
import type { PortalRecord } from './records.js';
import type { AccessRequest } from './request.js';
import { mayPass } from './rights.js';
import type { Snapshot } from './snapshot.js';
import { find } from './table.js';

/**
 * Whether a request is permitted. With findings: every reason of the clause that decides, and every
 * grant; without, the shortest way to yes or no.
 * @param time - the request's time, already read.
 */
export function judge(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  findings: Findings | undefined,
): boolean {
  if (!isOpening(request)) return judgeElse(s, request, time, findings);
  const roles = request.resource.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  if (roles === undefined) return refuse(findings, 'action_unknown', request);
  const portal = portalOf(s, request);
  if (portal === undefined) return refuse(findings, 'resource_unknown', request);
  const e = accompanied(s, encounter(s, portal, request, time), roles);
  return judgeOpening(s, e, roles, findings);
}

/** Whether a request is about a body at a door or stop; id `*` asks for the permission alone (R20). */
export function isOpening(request: AccessRequest): boolean {
  const { action, resource } = request;
  return (
    resource.id !== '*' &&
    ((resource.type === 'door' && action.name === 'unlock') ||
      (resource.type === 'elevator_stop' && action.name === 'get_access'))
  );
}

/** The door or stop a request is about. */
export function portalOf(s: Snapshot, request: AccessRequest): PortalRecord | undefined {
  const { resource } = request;
  return find(resource.type === 'door' ? s.tables.doors : s.tables.stops, resource.id);
}

/** D2 to D10 at a door or stop that exists. */
function judgeOpening(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  findings: Findings | undefined,
): boolean {
  const deciding = decidingClause(s, e, roles, findings);
  return deciding === 'D3' || deciding === 'D9';
}

/** The clause that decides an opening, and what it finds. D3 and D9 permit, every other refuses. */
export function decidingClause(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  findings: Findings | undefined,
): Clause {
  if (lockedDown(s, e, findings)) return 'D2';
  if (standsUnlocked(s, e)) {
    findings?.add('door_unlocked', e.portal);
    return 'D3';
  }
  if (subjectRefused(s, e, findings)) return 'D4';
  if (needsPresence(e, findings)) return 'D5';
  if (restricted(s, e, findings)) return 'D6';
  if (mayPass(s, e, roles, findings)) {
    findings?.add('granted', e.portal);
    return 'D9';
  }
  // D7 to D10 are one question; the clause whose reasons it gives is the one that refused.
  for (const { code } of findings?.reasons ?? []) {
    if (code === 'no_access_right') return 'D7';
    if (code === 'tenancy') return 'D10';
  }
  return 'D8';
}

/** A1 to A3: whatever is not a body at a door. */
function judgeElse(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  findings: Findings | undefined,
): boolean {
  const { subject, action, resource } = request;
  const roles = s.permissions.get(resource.type, action.name);
  if (roles === undefined) return refuse(findings, 'action_unknown', request);
  const containers = containersOf(s, request);
  if (containers === undefined) return refuse(findings, 'resource_unknown', request);
  const holder = holderOf(s, subject);
  if (holder === undefined) {
    findings?.add('subject_unknown', subject);
    return false;
  }
  if (!holder.active) {
    findings?.add('subject_inactive', { type: holder.kind, id: holder.id });
    return false;
  }
  if (isAssigning(request)) {
    const named = readNamed(s, request);
    if (named === undefined) return refuse(findings, 'resource_unknown', request);
    const carriers = judgeAssigning(s, holder, roles, containers, request, named, time);
    if (carriers.length === 0) return refuse(findings, 'no_access_right', request);
    for (const { id } of carriers) findings?.grants.push(id);
  } else if (!mayManage(s, holder, roles, containers, resource, time, findings)) {
    return false;
  }
  findings?.add('granted', resource);
  return true;
}

function refuse(
  findings: Findings | undefined,
  code: 'action_unknown' | 'resource_unknown' | 'no_access_right',
  request: AccessRequest,
): false {
  findings?.add(code, request.resource);
  return false;
}
