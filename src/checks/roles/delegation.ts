/**
 * Who may hand out or take away which role, by the role model alone. Where the roles are held and
 * whether the assignment counts is for the caller to establish (A3).
 */

import type { Role } from '../../policy/role-model.js';
import { hasPermission } from '../../policy/role-model.js';

/** What is done to an assignment. */
export type AssignmentAction = 'create' | 'update' | 'delete';

/**
 * Whether a holder of `held` may hand out `role` at all: `assigns` covers it, it ranks no higher, and it
 * is neither unique (those are transferred) nor marked unassignable.
 */
export function mayHandOut(held: Role, role: Role): boolean {
  return role.assignable && mayTakeAway(held, role);
}

/** Whether a holder of `held` may end an assignment of `role`: as handing out, but of unassignable roles too. */
export function mayTakeAway(held: Role, role: Role): boolean {
  if (role.unique || role.rank > held.rank) return false;
  return held.assigns === 'up_to_own_rank' || held.assigns.has(role.id);
}

/**
 * A3 for one holding of the actor: whether it carries an action on an assignment of `role` to a subject
 * whose highest role there ranks `targetRank`. An update ends the old assignment and makes the new one:
 * ask for both roles.
 * @param held - role of a counting assignment of the actor that contains the scope.
 * @param targetRank - of the target's highest role at that scope or above; `-Infinity` for none.
 */
export function mayDelegate(
  held: Role,
  action: AssignmentAction,
  role: Role,
  targetRank: number,
): boolean {
  if (!hasPermission(held, 'access_right', action) || !(held.rank >= targetRank)) return false;
  return action === 'delete' ? mayTakeAway(held, role) : mayHandOut(held, role);
}
