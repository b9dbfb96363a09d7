/** Where a resource lies: "Scope containment" and clause A2 of docs/clauses.md. */
import type { Assignment, CollectionName, Lockdown } from '../policy/document.js';
import { holdingsOf } from './holding.js';
import type { HolderRecord } from './records.js';
import type { AccessRequest, Entity } from './request.js';
import { scheduleHome } from './schedule-home.js';
import { DOOR, GROUP, PLACE, type ScopeCode, scopeCode } from './scope-code.js';
import type { Snapshot } from './snapshot.js';
import { at, find, numberOf } from './table.js';

/** Resource types whose elements the document holds, and where (R18). */
export const HELD_TYPES: ReadonlyMap<string, CollectionName | 'organization' | 'stops'> = new Map([
  ['organization', 'organization'],
  ['place', 'places'],
  ['floor', 'floors'],
  ['door', 'doors'],
  ['elevator', 'elevators'],
  ['elevator_stop', 'stops'],
  ['group', 'groups'],
  ['user', 'users'],
  ['team', 'teams'],
  ['card', 'credentials'],
  ['credential', 'credentials'],
  ['access_link', 'links'],
  ['link', 'links'],
  ['access_right', 'assignments'],
  ['assignment', 'assignments'],
  ['access_schedule', 'schedules'],
  ['unlock_schedule', 'schedules'],
  ['schedule', 'schedules'],
  ['calendar', 'calendars'],
  ['door_lockdown', 'lockdowns'],
  ['place_lockdown', 'lockdowns'],
  ['lockdown', 'lockdowns'],
]);

/**
 * Every scope that contains the resource of a request, sorted; undefined when the resource, or the
 * scope it is said to lie at, does not exist.
 */
export function containersOf(
  s: Snapshot,
  request: AccessRequest,
): readonly ScopeCode[] | undefined {
  const { resource, action } = request;
  const held = HELD_TYPES.get(resource.type);
  const said = resource.properties?.['scope'];
  if (held === undefined || resource.id === '*') return containersOfSaid(s, said);
  const own = containersOfHeld(s, held, resource, action.name === 'view');
  const moves = action.name === 'add_to_place_group' || action.name === 'remove_from_place_group';
  return own !== undefined && moves && held === 'users' && said !== undefined
    ? containersOfSaid(s, said)
    : own;
}

/** Every scope that contains a scope, itself included; undefined when it does not exist. */
export function containersOfScope(
  s: Snapshot,
  scope: Pick<Entity, 'type' | 'id'>,
): readonly ScopeCode[] | undefined {
  switch (scope.type) {
    case 'organization':
      return scope.id === s.organization.id ? [0] : undefined;
    case 'place': {
      const place = numberOf(s.tables.places, scope.id);
      return place < 0 ? undefined : [0, scopeCode(PLACE, place)];
    }
    case 'group': {
      const group = find(s.tables.groups, scope.id);
      if (group === undefined) return undefined;
      const own = scopeCode(GROUP, group.number);
      return group.place < 0 ? [0, own] : sorted([0, scopeCode(PLACE, group.place), own]);
    }
    case 'door':
      return find(s.tables.doors, scope.id)?.containers;
    default:
      return undefined;
  }
}

/** The containers a resource says it lies in; without a scope it lies at the organisation (A2, R20). */
function containersOfSaid(s: Snapshot, said: unknown): readonly ScopeCode[] | undefined {
  if (said === undefined) return [0];
  if (typeof said !== 'object' || said === null) return undefined;
  const { type, id } = said as { type?: unknown; id?: unknown };
  if (typeof type !== 'string' || typeof id !== 'string') return undefined;
  return containersOfScope(s, { type, id });
}

function containersOfHeld(
  s: Snapshot,
  held: CollectionName | 'organization' | 'stops',
  resource: Entity,
  view: boolean,
): readonly ScopeCode[] | undefined {
  const { tables } = s;
  const { id } = resource;
  switch (held) {
    case 'organization':
      return id === s.organization.id ? [0] : undefined;
    case 'places':
      return containersOfRoom(s, numberOf(tables.places, id), undefined, view);
    case 'floors': {
      const floor = find(tables.floors, id);
      if (floor === undefined) return undefined;
      return containersOfRoom(s, numberOf(tables.places, floor.place), id, view);
    }
    case 'doors':
      return find(tables.doors, id)?.containers;
    case 'stops':
      return find(tables.stops, id)?.containers;
    case 'elevators': {
      const elevator = find(tables.elevators, id);
      return elevator && containersOfScope(s, { type: 'place', id: elevator.place });
    }
    case 'groups':
      return containersOfScope(s, { type: 'group', id });
    case 'users':
    case 'teams':
    case 'links':
      return containersOfPerson(s, find(tables[held], id));
    case 'credentials': {
      const credential = find(tables.credentials, id);
      return credential && containersOfPerson(s, find(tables.users, credential.user));
    }
    case 'assignments':
      return containersOfAssignment(s, find(tables.assignments, id));
    case 'schedules':
    case 'calendars': {
      if (numberOf<unknown>(tables[held], id) < 0) return undefined;
      const home = scheduleHome(s, held, id);
      return home < 0 ? [0] : [0, scopeCode(PLACE, home)];
    }
    case 'lockdowns':
      return containersOfLockdown(s, find(tables.lockdowns, id), resource.type);
    default: {
      const never: never = held;
      return never;
    }
  }
}

/** A place or one of its floors; for `view` also every group with a door or stop there (R22). */
function containersOfRoom(
  s: Snapshot,
  placeNumber: number,
  floor: string | undefined,
  view: boolean,
): readonly ScopeCode[] | undefined {
  const place = placeNumber < 0 ? undefined : at(s.tables.places, placeNumber);
  if (place === undefined) return undefined;
  const containers = [0, scopeCode(PLACE, placeNumber)];
  if (!view) return containers;
  const groups = new Set<number>();
  for (const portal of [
    ...place.doors.map((number) => at(s.tables.doors, number)),
    ...place.stops.map((number) => at(s.tables.stops, number)),
  ]) {
    if (portal === undefined || (floor !== undefined && portal.document.floor !== floor)) continue;
    for (const group of portal.groups) groups.add(group);
  }
  return sorted([...containers, ...[...groups].map((group) => scopeCode(GROUP, group))]);
}

/** People lie at the organisation and wherever they hold an assignment at a place or group (R19). */
function containersOfPerson(
  s: Snapshot,
  holder: HolderRecord | undefined,
): readonly ScopeCode[] | undefined {
  if (holder === undefined) return undefined;
  const containers = new Set<ScopeCode>([0]);
  for (const { scope } of holdingsOf(s, holder)) {
    if ((scope & 3) === DOOR) continue;
    containers.add(scope);
    if ((scope & 3) !== GROUP) continue;
    const place = at(s.tables.groups, scope >> 2)?.place ?? -1;
    if (place >= 0) containers.add(scopeCode(PLACE, place));
  }
  return sorted([...containers]);
}

function containersOfAssignment(
  s: Snapshot,
  assignment: Assignment | undefined,
): readonly ScopeCode[] | undefined {
  return assignment && containersOfScope(s, assignment.scope);
}

/** A lockdown of the organisation is found under either name, one of a door or place under its own. */
function containersOfLockdown(
  s: Snapshot,
  lockdown: Lockdown | undefined,
  type: string,
): readonly ScopeCode[] | undefined {
  if (lockdown === undefined) return undefined;
  const other = type === 'door_lockdown' ? 'place' : type === 'place_lockdown' ? 'door' : undefined;
  return lockdown.scope.type === other ? undefined : containersOfScope(s, lockdown.scope);
}

function sorted(codes: ScopeCode[]): ScopeCode[] {
  return codes.sort((a, b) => a - b);
}
