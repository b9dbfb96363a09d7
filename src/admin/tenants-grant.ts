/** What tenants have granted: whoever comes to hold it passes their doors (D10). */
import { type Holding, includesScope } from '../engine/holding.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, find, values } from '../engine/table.js';
import { type Hearing, isTenantedByAnother } from './hearing.js';

/** Per snapshot, tenant → doors: found on first use by one walk over the doors. */
const doorsByTenant = new WeakMap<Snapshot, ReadonlyMap<string, readonly string[]>>();

/**
 * Whether an assignment counts at a door that is handed over to somebody other than the actor, for
 * whoever holds it: one at the very door, or one the tenant granted at any scope that contains it.
 * Role and status do not matter, since both may change later.
 * @param s - the policy whose numbers `holding` has. Who is a tenant is asked of the present one.
 */
export function countsAtTenanted(h: Hearing, s: Snapshot, holding: Holding): boolean {
  const assignment = at(s.tables.assignments, holding.assignment);
  if (assignment === undefined) return false;
  const { scope, grantedBy } = assignment;
  if (scope.type === 'door' && isTenantedByAnother(h, scope.id)) return true;
  if (grantedBy === undefined) return false;
  return (tenantsOf(h.before).get(grantedBy) ?? []).some((door) => {
    const containers = find(s.tables.doors, door)?.containers ?? [];
    return isTenantedByAnother(h, door) && includesScope(containers, holding.scope);
  });
}

function tenantsOf(s: Snapshot): ReadonlyMap<string, readonly string[]> {
  let found = doorsByTenant.get(s);
  if (found === undefined) {
    found = findTenants(s);
    doorsByTenant.set(s, found);
  }
  return found;
}

function findTenants(s: Snapshot): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, tenant } of values(s.tables.doors)) {
    const user = tenant < 0 ? undefined : at(s.tables.users, tenant)?.id;
    if (user === undefined) continue;
    const doors = found.get(user);
    if (doors === undefined) found.set(user, [id]);
    else doors.push(id);
  }
  return found;
}
