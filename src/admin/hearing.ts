/**
 * One change set before its judge: the policy as it is and as it will be, and the actor. His rights are
 * always those of the policy as it is: what a change set gives him cannot carry that change set.
 */
import { holdingsOf, includesScope } from '../engine/holding.js';
import { containersOf, containersOfScope } from '../engine/location.js';
import { holdingManages } from '../engine/manage.js';
import type { HolderRecord } from '../engine/records.js';
import type { AccessRequest } from '../engine/request.js';
import { ORGANIZATION, PLACE, type ScopeCode } from '../engine/scope-code.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, find } from '../engine/table.js';
import { asScopesOf } from './later-scopes.js';
import type { Need } from './need.js';

/** What the judges of single changes share. */
export interface Hearing {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** As the policy is. Active. */
  readonly actor: HolderRecord;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Ids of the actor's assignments that carried something so far. */
  readonly grants: Set<string>;
}

/** What became of one change. */
export type Verdict = 'permitted' | 'no_access_right' | 'tenancy';

/** Whether every need is met; `rank` is the lowest an assignment may have that meets one. */
export function areMet(h: Hearing, needs: readonly Need[], rank = 0): boolean {
  const grants: string[] = [];
  for (const need of needs) {
    for (const containers of placesOf(h, need)) {
      const carriers = carriersOf(h, need, containers, rank);
      if (carriers.length === 0) return false;
      grants.push(...carriers);
    }
  }
  for (const id of grants) h.grants.add(id);
  return true;
}

/** Role index → 1 if the role has every one of the actions on the type. */
export function rolesWith(h: Hearing, type: string, actions: readonly string[]): Uint8Array {
  const { model, permissions } = h.before;
  if (!model.actions.has(type)) return rolesOfOwner(h);
  const flags = actions.map((action) => permissions.get(type, action));
  return Uint8Array.from(model.roles, (_, role) =>
    flags.length > 0 && flags.every((each) => each?.[role] === 1) ? 1 : 0,
  );
}

/** Whether the actor holds, counting now, the unique role of the model; notes it as a grant. */
export function isOwner(h: Hearing): boolean {
  const carriers = counting(h, rolesOfOwner(h), undefined, 0);
  for (const id of carriers) h.grants.add(id);
  return carriers.length > 0;
}

/** Whether a door is handed over at the instant of the change to somebody other than the actor. */
export function isTenantedByAnother(h: Hearing, door: string): boolean {
  const record = find(h.before.tables.doors, door);
  if (record === undefined || record.tenant < 0 || h.time < record.tenantSince) return false;
  return h.actor.kind !== 'user' || h.actor.number !== record.tenant;
}

/** Ids of the actor's counting assignments that meet a need at one of these scopes. */
function carriersOf(
  h: Hearing,
  need: Need,
  containers: readonly ScopeCode[] | undefined,
  rank: number,
): string[] {
  if (containers === undefined) return [];
  // What the model does not name is the owner's alone, wherever his role is held: in a model of one
  // place the people lie at the organisation, above it.
  const anywhere = !h.before.model.actions.has(need.type);
  return counting(
    h,
    rolesWith(h, need.type, need.actions),
    anywhere ? undefined : containers,
    rank,
  );
}

function counting(
  h: Hearing,
  roles: Uint8Array,
  containers: readonly ScopeCode[] | undefined,
  rank: number,
): string[] {
  const { before } = h;
  const ids: string[] = [];
  for (const holding of holdingsOf(before, h.actor)) {
    if (roles[holding.role] !== 1) continue;
    if (containers !== undefined && !includesScope(containers, holding.scope)) continue;
    if ((before.model.roles[holding.role]?.rank ?? -1) < rank) continue;
    if (!holdingManages(before, holding, h.time, undefined)) continue;
    const id = at(before.tables.assignments, holding.assignment)?.id;
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** The unique role; where a model of one's own has several, the one of the highest rank. */
function rolesOfOwner(h: Hearing): Uint8Array {
  const { roles } = h.before.model;
  const unique = roles.filter((role) => role.unique);
  const highest = Math.max(...unique.map((role) => role.rank));
  return Uint8Array.from(roles, (role) => (role.unique && role.rank === highest ? 1 : 0));
}

/** The places at each of which a need must be met, each as every scope that contains it. */
function placesOf(h: Hearing, need: Need): (readonly ScopeCode[] | undefined)[] {
  switch (need.where) {
    case 'create':
      return [containersAfter(h, need.at)];
    case 'delete':
      return [containersIn(h.before, need.at)];
    case 'update':
      return [containersIn(h.before, need.at), containersAfter(h, need.at)];
    case 'join':
      return [containersOfJoining(h, need)];
    case 'move':
      return [containersIn(h.before, need.at), containersAfter(h, need.at)].map(placesAmong);
    case 'everywhere':
      return [containersIn(h.before, need.at), ...containersOfHeld(h.before, need.at)];
    default: {
      const never: never = need.where;
      return never;
    }
  }
}

/** Where it lay before; a new thing apart from groups, since one set could put it into two at once. */
function containersOfJoining(h: Hearing, need: Need): readonly ScopeCode[] | undefined {
  return containersIn(h.before, need.at) ?? placesAmong(containersAfter(h, need.at));
}

/** Each scope at which a user or link holds something, own or by a team, as all that contain it. */
function containersOfHeld(s: Snapshot, { type, id }: Need['at']) {
  const holder = find(s.tables[type === 'user' ? 'users' : 'links'], id);
  const holdings = holder === undefined ? [] : holdingsOf(s, holder);
  const numbers = new Map(holdings.map(({ scope, assignment }) => [scope, assignment]));
  return [...numbers.values()].map((number) => {
    const scope = at(s.tables.assignments, number)?.scope;
    return scope && containersOfScope(s, scope);
  });
}

/** The organisation and the place among scopes. */
function placesAmong(scopes: readonly ScopeCode[] | undefined): readonly ScopeCode[] | undefined {
  return scopes?.filter((scope) => (scope & 3) === ORGANIZATION || (scope & 3) === PLACE);
}

/** Every scope that will contain an element, in the numbers of the present policy. */
function containersAfter(h: Hearing, element: Need['at']): readonly ScopeCode[] | undefined {
  return asScopesOf(h.before, h.after, containersIn(h.after, element));
}

/** Every scope of a policy that contains an element; undefined where it does not exist. */
function containersIn(s: Snapshot, element: Need['at']): readonly ScopeCode[] | undefined {
  return containersOf(s, { resource: element, action: { name: 'update' } } as AccessRequest);
}
