/** The oracle's reading of A3 in `decide` (R23): which assignments let the actor assign, change or remove a role. */
import type { Assignment, RoleDocument } from '../../src/policy/document.js';
import type { Ask } from './decide.js';
import { rolesOf } from './roles.js';
import { equal, find, holds, isNamed, lies } from './scopes.js';
import type { Named } from './scopes.js';
import { instantOf } from './time.js';

/**
 * Those of the actor's counting assignments with the permission, each of which alone suffices.
 * @param counting - what A1 would permit by.
 */
export function assigning(ask: Ask, counting: readonly Assignment[]): Assignment[] {
  const { policy, resource, action, person } = ask;
  const { role, subject } = resource.properties ?? {};
  const held = resource.id === '*' ? undefined : find(policy.assignments, resource.id)!;
  const isChange = action !== 'delete' && action !== 'view';
  const asked = { role: role === undefined ? held?.role : role, subject: isNamed(subject) ? subject : held?.subject };
  const judged = [...(held ? [{ role: held.role as unknown, subject: held.subject as Named }] : [])] as (typeof asked)[];
  if (held === undefined || action !== 'delete') judged.push(asked);
  if (role !== undefined && !rolesOf(policy).some(({ id }) => id === role)) return [];
  const isOwn = judged.some(({ subject: target }) => target !== undefined && holds(policy, person!, target));
  if (isChange && isOwn) return [];
  return counting.filter((own) => {
    const mine = rolesOf(policy).find(({ id }) => id === own.role)!;
    if (isChange && outlasts(resource.properties?.['validity'], own)) return false;
    return judged.every(({ role: id, subject: target }) => {
      const meant = rolesOf(policy).find((each) => each.id === id);
      if (meant === undefined || !mayAssign(mine, meant) || meant.rank > mine.rank) return false;
      return target === undefined || ranksOf(ask, target).every((rank) => rank <= mine.rank);
    });
  });
}

function mayAssign(mine: RoleDocument, meant: RoleDocument): boolean {
  if (meant.unique === true || meant.assignable === false) return false;
  return mine.assigns === 'up_to_own_rank' ? meant.rank <= mine.rank : (mine.assigns ?? []).includes(meant.id);
}

/** Ranks of what the target holds, of any status, at the scope asked about or above. */
function ranksOf({ policy, resource, action }: Ask, target: Named): number[] {
  const around = lies(policy, resource, action)!;
  const roles = (policy.assignments ?? [])
    .filter(({ subject, scope }) => holds(policy, target, subject) && around.some((each) => equal(each, scope)))
    .map(({ role }) => role);
  return rolesOf(policy).filter(({ id }) => roles.includes(id)).map(({ rank }) => rank);
}

function outlasts(validity: unknown, own: Assignment): boolean {
  const end = own.validity?.until;
  if (end === undefined) return false;
  const until = instantOf((validity as Record<string, unknown> | null | undefined)?.['until']);
  return until === undefined || until > instantOf(end)!;
}

