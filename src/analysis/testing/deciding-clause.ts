/** Which clause of docs/clauses.md decided, read off an answer. */
import { isAssigning } from '../../engine/assigning.js';
import { isOpening } from '../../engine/decide.js';
import type { Decision, Reason } from '../../engine/decision.js';
import type { Clause } from '../../engine/explain.js';
import type { AccessRequest } from '../../engine/request.js';

/** The clause that `explain` names for the same request, without the cost of an explanation. */
export function decidingClauseOf(request: AccessRequest, { context }: Decision): Clause {
  const reason = context.reasons[0];
  if (reason === undefined) return 'D7';
  if (!isOpening(request)) return elsewhereClause(request, reason);
  switch (reason.code) {
    case 'action_unknown':
    case 'resource_unknown':
      return 'D1';
    case 'lockdown':
      return 'D2';
    case 'door_unlocked':
      return 'D3';
    case 'subject_unknown':
    case 'subject_inactive':
    case 'credential_missing':
    case 'credential_unknown':
    case 'credential_foreign':
    case 'credential_inactive':
      return 'D4';
    case 'offline_door':
      return 'D5';
    case 'granted':
      return 'D9';
    case 'no_access_right':
      return 'D7';
    case 'tenancy':
      return 'D10';
    default:
      // Restrictions of a door or place bind everybody; those of a group bind one right.
      return ['door', 'elevator_stop', 'place'].includes(reason.at.type) ? 'D6' : 'D8';
  }
}

function elsewhereClause(request: AccessRequest, { code }: Reason): Clause {
  if (code === 'action_unknown' || code === 'resource_unknown') return 'D1';
  if (code === 'subject_unknown' || code === 'subject_inactive') return 'D4';
  return isAssigning(request) ? 'A3' : 'A1';
}
