/** What may help further where a request is still refused: edits against the first of the reasons. */
import { isOpening, portalOf } from '../../engine/decide.js';
import { holderOf, placeOf } from '../../engine/encounter.js';
import { type Findings, inOrder } from '../../engine/findings.js';
import { containersOf } from '../../engine/location.js';
import type { LockdownRecord, PortalRecord } from '../../engine/records.js';
import type { AccessRequest } from '../../engine/request.js';
import { type Snapshot, zoneAt } from '../../engine/snapshot.js';
import type { Edit } from './edit.js';
import { lockdownEdits, personEdits, restrictionEdits } from './edits-place.js';
import { exemptRights, grantingEdits, mendingEdits, type Wanted } from './edits-right.js';

/**
 * Edits against the first reason for which a request is refused; what is refused for two reasons takes an edit against each.
 * @param focus - the assignment that is to permit, where one was chosen.
 */
export function furtherEdits(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  findings: Findings,
  focus: string | undefined,
): Edit[] {
  const holder = holderOf(s, request.subject);
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  const reasons = inOrder(findings.reasons);
  const zone = portal && zoneAt(s, portal.place);
  // One after the other: what is refused for two reasons of one clause takes an edit against each.
  const [reason] = reasons;
  if (reason === undefined) return [];
  const roles = s.permissions.get(request.resource.type, request.action.name);
  const containers = portal?.containers ?? containersOf(s, request);
  const wanted: Wanted | undefined = holder &&
    roles &&
    containers && { s, request, time, portal, holder, roles, containers };
  switch (reason.code) {
    case 'action_unknown':
    case 'resource_unknown':
    case 'subject_unknown':
    case 'offline_door':
      return [];
    case 'lockdown': {
      const lockdown = portal && lockdownOf(s, portal, reason.at.id);
      const exempt = wanted && lockdown ? exemptRights(wanted, lockdown) : [];
      return [...exempt, ...lockdownEdits(s, reason.at.id, holder)];
    }
    case 'subject_inactive':
    case 'credential_missing':
    case 'credential_unknown':
    case 'credential_foreign':
    case 'credential_inactive':
      return personEdits(s, request, holder, reason);
    default:
      break;
  }
  const ofDoor = ['door', 'elevator_stop', 'place'].includes(reason.at.type);
  const isRestriction = reason.code !== 'no_access_right' && reason.code !== 'tenancy';
  if (portal !== undefined && ofDoor && isRestriction) {
    return restrictionEdits(s, request, holder, reason, zone, time);
  }
  if (wanted === undefined) return [];
  return [...mendingEdits(wanted, focus), ...(focus === undefined ? grantingEdits(wanted) : [])];
}

function lockdownOf(s: Snapshot, portal: PortalRecord, id: string): LockdownRecord | undefined {
  const { lockdowns } = placeOf(s, portal);
  const all = [...portal.lockdowns, ...lockdowns, ...s.lockdowns];
  return all.find(({ document }) => document.id === id);
}
