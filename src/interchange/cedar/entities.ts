/** The document as Cedar entities: who belongs to what, and what lies where ("Scope containment" of docs/clauses.md). */

import { scheduleHome } from '../../engine/schedule-home.js';
import { at } from '../../engine/table.js';
import type { Door, Policy, Stop, Unlock } from '../../policy/document.js';
import { milliseconds } from './conditions.js';
import { hoursNamed, openKey, type Source, zoneOfPlace } from './hours.js';
import { type CedarUid, uidOf, withinUid } from './names.js';

/** A value of Cedar's JSON. */
export type CedarValue =
  | string
  | number
  | boolean
  | { readonly __entity: CedarUid }
  | readonly CedarValue[]
  | { readonly [name: string]: CedarValue };

/** One entity in Cedar's JSON. */
export interface CedarEntity {
  readonly uid: CedarUid;
  readonly attrs: { readonly [name: string]: CedarValue };
  readonly parents: readonly CedarUid[];
}

/** Every entity of the document, things first. */
export function* entitiesOf(source: Source): Generator<CedarEntity> {
  yield* scopes(source);
  yield* portals(source);
  yield* people(source);
  yield* papers(source);
}

/** The name under which `context.arrived` lists an unlock schedule whose first arrival has come. */
export function unlockKey(type: string, id: string, index: number): string {
  return `${type} ${id} ${index}`;
}

/** Organisation, places, floors, groups, and for each scope what may lie in it (A2). */
function* scopes({ policy }: Source): Generator<CedarEntity> {
  const organization = { type: 'organization', id: policy.organization.id };
  const all = [organization];
  yield entity(uidOf(organization), []);
  const seen = roomsSeen(policy);
  for (const { id } of policy.places ?? []) {
    all.push({ type: 'place', id });
    const seenFrom = references('group', seen.get(`place ${id}`));
    yield entity(uidOf({ type: 'place', id }), [uidOf(organization)], { seenFrom });
  }
  for (const { id, place } of policy.floors ?? []) {
    const seenFrom = references('group', seen.get(`floor ${id}`));
    yield entity(uidOf({ type: 'floor', id }), [uidOf({ type: 'place', id: place })], { seenFrom });
  }
  for (const { id, place } of policy.groups ?? []) {
    all.push({ type: 'group', id });
    const above = place === undefined ? organization : { type: 'place', id: place };
    yield entity(uidOf({ type: 'group', id }), [uidOf(above)]);
  }
  for (const { id } of policy.doors ?? []) all.push({ type: 'door', id });
  for (const scope of all) yield entity(withinUid(scope), [uidOf(scope)]);
}

/** Elevators, stops and doors. */
function* portals(source: Source): Generator<CedarEntity> {
  const { policy } = source;
  const groups = groupsByMember(policy);
  const parentsOf = (type: string, id: string, place: string): CedarUid[] => [
    uidOf({ type: 'place', id: place }),
    ...[...(groups.get(`${type} ${id}`) ?? [])].map((group) => uidOf({ type: 'group', id: group })),
  ];
  for (const door of policy.doors ?? []) {
    const { id, place, readers = [], strictExit, lock, tenant } = door;
    const exits = readers.filter(({ direction }) => direction === 'exit').map((each) => each.id);
    const tenancy = tenant && {
      tenant: { __entity: uidOf({ type: 'user', id: tenant.user }) },
      since: milliseconds(tenant.since),
    };
    yield entity(uidOf({ type: 'door', id }), parentsOf('door', id, place), {
      ...portalAttributes(source, 'door', door, place),
      readers: readers.map((each) => each.id),
      exits,
      freeExits: strictExit === true ? [] : exits,
      offline: lock === 'offline',
      ...(tenancy === undefined ? {} : { tenancy }),
    });
  }
  for (const { id, place, readers = [], stops } of policy.elevators ?? []) {
    yield entity(uidOf({ type: 'elevator', id }), [uidOf({ type: 'place', id: place })]);
    const exits = readers.filter(({ direction }) => direction === 'exit').map((each) => each.id);
    for (const stop of stops) {
      const parents = parentsOf('elevator_stop', stop.id, place);
      yield entity(uidOf({ type: 'elevator_stop', id: stop.id }), parents, {
        ...portalAttributes(source, 'elevator_stop', stop, place),
        readers: readers.map((each) => each.id),
        exits,
        freeExits: exits,
      });
    }
  }
}

/** What D3 asks of a door or stop: the schedules that unlock it, and those that wait for a first arrival. */
function portalAttributes(
  source: Source,
  type: string,
  { id, unlock = [] }: Door | Stop,
  place: string,
): { zone: string; unlocks: string[]; firstUnlocks: string[] } {
  const zone = zoneOfPlace(source, place);
  const unlocks: string[] = [];
  const firstUnlocks: string[] = [];
  unlock.forEach(({ schedule, firstToArrive }: Unlock, index: number) => {
    const hours = hoursNamed(source, schedule);
    // Switched off, it unlocks nothing.
    if (hours === undefined || !hours.record.enabled) return;
    if (firstToArrive !== undefined) firstUnlocks.push(unlockKey(type, id, index));
    else unlocks.push(...[openKey(source, hours, zone)].filter((key) => key !== undefined));
  });
  return { zone: zone ?? '', unlocks, firstUnlocks };
}

/** Users, teams, links and credentials lie wherever their holder has an assignment, but for doors (R19). */
function* people({ policy }: Source): Generator<CedarEntity> {
  const held = new Map<string, Set<string>>();
  for (const { subject, scope } of policy.assignments ?? []) {
    if (scope.type !== 'door')
      add(held, `${subject.type} ${subject.id}`, `${scope.type} ${scope.id}`);
  }
  const teams = new Map<string, Set<string>>();
  for (const team of policy.teams ?? []) {
    for (const id of team.users ?? []) add(teams, `user ${id}`, `team ${team.id}`);
    for (const id of team.teams ?? []) add(teams, `team ${id}`, `team ${team.id}`);
  }
  const parentsOf = (name: string): CedarUid[] =>
    [
      ...new Set([
        `organization ${policy.organization.id}`,
        ...(teams.get(name) ?? []),
        ...(held.get(name) ?? []),
      ]),
    ].map(namedUid);
  for (const { id, active, primaryDevice } of policy.users ?? []) {
    const device = primaryDevice === undefined ? {} : { primaryDevice };
    const attrs = { active: active !== false, ...device };
    yield entity(uidOf({ type: 'user', id }), parentsOf(`user ${id}`), attrs);
  }
  for (const { id } of policy.teams ?? [])
    yield entity(uidOf({ type: 'team', id }), parentsOf(`team ${id}`));
  for (const { id, active } of policy.links ?? []) {
    yield entity(uidOf({ type: 'link', id }), parentsOf(`link ${id}`), {
      active: active !== false,
    });
  }
  for (const { id, user, state } of policy.credentials ?? []) {
    const holder = uidOf({ type: 'user', id: user });
    const attrs = { holder: { __entity: holder }, active: state === 'active' };
    yield entity(uidOf({ type: 'credential', id }), [holder], attrs);
  }
}

/** Assignments and lockdowns lie at their scope; schedules and calendars in the one place that uses them, if it is one. */
function* papers({ policy, s }: Source): Generator<CedarEntity> {
  for (const { id, scope } of policy.assignments ?? []) {
    yield entity(uidOf({ type: 'access_right', id }), [uidOf(scope)]);
  }
  for (const { id, scope } of policy.lockdowns ?? []) {
    yield entity(uidOf({ type: 'lockdown', id }), [uidOf(scope)]);
    if (scope.type !== 'place') yield entity(uidOf({ type: 'door_lockdown', id }), [uidOf(scope)]);
    if (scope.type !== 'door') yield entity(uidOf({ type: 'place_lockdown', id }), [uidOf(scope)]);
  }
  for (const collection of ['schedules', 'calendars'] as const) {
    const type = collection === 'schedules' ? 'schedule' : 'calendar';
    for (const { id } of policy[collection] ?? []) {
      const place = at(s.tables.places, scheduleHome(s, collection, id))?.document.id;
      const home =
        place === undefined
          ? { type: 'organization', id: policy.organization.id }
          : { type: 'place', id: place };
      yield entity(uidOf({ type, id }), [uidOf(home)]);
    }
  }
}

/** Floors and places by name, with the groups that have a door or stop there (R22). */
function roomsSeen(policy: Policy): Map<string, Set<string>> {
  const seen = new Map<string, Set<string>>();
  const groups = groupsByMember(policy);
  const see = (member: string, place: string, floor: string | undefined): void => {
    for (const group of groups.get(member) ?? []) {
      add(seen, `place ${place}`, group);
      if (floor !== undefined) add(seen, `floor ${floor}`, group);
    }
  };
  for (const { id, place, floor } of policy.doors ?? []) see(`door ${id}`, place, floor);
  for (const { place, stops } of policy.elevators ?? []) {
    for (const { id, floor } of stops) see(`elevator_stop ${id}`, place, floor);
  }
  return seen;
}

/** Doors and stops by name, with the groups that hold them. */
function groupsByMember({ groups }: Policy): Map<string, Set<string>> {
  const holding = new Map<string, Set<string>>();
  for (const { id, doors, stops } of groups ?? []) {
    for (const door of doors ?? []) add(holding, `door ${door}`, id);
    for (const stop of stops ?? []) add(holding, `elevator_stop ${stop}`, id);
  }
  return holding;
}

function entity(
  own: CedarUid,
  parents: readonly CedarUid[],
  attrs: CedarEntity['attrs'] = {},
): CedarEntity {
  return { uid: own, attrs, parents };
}

function references(type: string, ids: Iterable<string> = []): CedarValue[] {
  return [...ids].map((id) => ({ __entity: uidOf({ type, id }) }));
}

/** No type has a blank in it, and no id. */
function namedUid(name: string): CedarUid {
  const [type = '', id = ''] = name.split(' ');
  return uidOf({ type, id });
}

function add(lists: Map<string, Set<string>>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, new Set([value]));
  else list.add(value);
}
