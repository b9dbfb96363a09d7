/** The rights at a handed-over door that are the tenant's and his guests', and the people whose rights rest meanwhile. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { usersOfTeams } from '../../engine/within.js';
import type { Assignment } from '../../policy/document.js';
import { hasPermission } from '../../policy/role-model.js';
import { assignmentsAt } from '../provisioning/held.js';

/**
 * The assignments at the very door that come from a tenancy: the tenant's own, those he granted, and those granted by
 * somebody to whom he, or another such person, gave a role there that may grant. What the landlord granted is
 * not among them, nor what the tenant granted elsewhere.
 */
export function tenantsRights(engine: Engine, door: string, tenant: string): Assignment[] {
  const { model } = snapshotOf(engine);
  const there = assignmentsAt(engine, { type: 'door', id: door });
  const mayGrant = ({ role: id }: Assignment) => {
    const role = model.byId.get(id);
    return role !== undefined && hasPermission(role, 'access_right', 'create');
  };
  const found = new Set<Assignment>();
  const granters = new Set([tenant]);
  for (const own of there) if (isHeldBy(own, tenant)) found.add(own);
  // A set grows while it is walked: whoever may grant by what was granted comes in his turn.
  for (const granter of granters) {
    for (const assignment of there) {
      if (assignment.grantedBy !== granter) continue;
      found.add(assignment);
      if (!mayGrant(assignment)) continue;
      for (const member of membersOf(engine, assignment.subject)) granters.add(member);
    }
  }
  return [...found];
}

/**
 * Users whose own rights at the door, or at a group that has it, rest while it is handed over: not the tenant, and
 * nobody whom he let in. Rights at whole places are their holders' work and go on elsewhere.
 */
export function restingUsers(
  engine: Engine,
  door: string,
  tenant: string,
  time: number,
): readonly string[] {
  const tenants = new Set(tenantsRights(engine, door, tenant).map(({ id }) => id));
  const users = new Set<string>();
  for (const entry of engine.access({ type: 'door', id: door }, { time })) {
    const { subject, status, enabled } = entry;
    if (subject.type !== 'user' || subject.id === tenant || status === 'expired' || !enabled)
      continue;
    const assignment = findElement(engine, 'assignments', entry.assignment);
    if (assignment === undefined || tenants.has(assignment.id)) continue;
    const { scope } = assignment;
    if (scope.type === 'door' || scope.type === 'group') users.add(subject.id);
  }
  return [...users].sort();
}

function isHeldBy({ subject }: Assignment, user: string): boolean {
  return subject.type === 'user' && subject.id === user;
}

/** A user himself, or all members of a team, nested ones included. */
function membersOf(engine: Engine, subject: Assignment['subject']): Set<string> {
  if (subject.type === 'user') return new Set([subject.id]);
  return usersOfTeams(snapshotOf(engine), subject.type === 'team' ? [subject.id] : []);
}
