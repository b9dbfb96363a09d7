/** The oracle's reading of "Scope containment", A2, R18, R19 and R22: where things lie. */

import type { Entity } from '../../src/engine/request.js';
import type { Policy, ScheduleBody } from '../../src/policy/document.js';

/** A type and an id. */
export type Named = { readonly type: string; readonly id: string };

/** The element of that id. */
export function find<T extends { readonly id: string }>(
  all: readonly T[] | undefined,
  id: string | undefined,
): T | undefined {
  return (all ?? []).find((each) => each.id === id);
}

export function equal(one: Named, other: Named): boolean {
  return one.type === other.type && one.id === other.id;
}

export function isNamed(value: unknown): value is Named {
  const { type, id } = (value ?? {}) as Record<string, unknown>;
  return typeof type === 'string' && typeof id === 'string';
}

/** Whether `person` is the subject of an assignment or belongs to it, directly or nested. */
export function holds(policy: Policy, person: Named, subject: Named): boolean {
  if (equal(person, subject)) return true;
  const team = subject.type === 'team' ? find(policy.teams, subject.id) : undefined;
  if (person.type === 'user' && team?.users?.includes(person.id)) return true;
  return (team?.teams ?? []).some((id) => holds(policy, person, { type: 'team', id }));
}

/** The place in which a scope or resource of the document lies. */
export function placeOf(policy: Policy, { type, id }: Named): string | undefined {
  switch (type) {
    case 'place':
      return find(policy.places, id)?.id;
    case 'floor':
      return find(policy.floors, id)?.place;
    case 'door':
      return find(policy.doors, id)?.place;
    case 'elevator':
      return find(policy.elevators, id)?.place;
    case 'elevator_stop':
      return policy.elevators?.find(({ stops }) => find(stops, id))?.place;
    case 'group':
      return find(policy.groups, id)?.place;
    default:
      return undefined;
  }
}

/** A scope and all that contain it; undefined when it does not exist. */
export function above(policy: Policy, scope: Named): Named[] | undefined {
  const { type, id } = scope;
  const organization = { type: 'organization', id: policy.organization.id };
  if (type === 'organization') return id === organization.id ? [organization] : undefined;
  const all = { place: policy.places, group: policy.groups, door: policy.doors } as Record<
    string,
    Policy['places']
  >;
  if (!Object.hasOwn(all, type) || find(all[type], id) === undefined) return undefined;
  const place = placeOf(policy, scope);
  const groups = (policy.groups ?? []).filter(
    ({ doors }) => type === 'door' && doors?.includes(id),
  );
  const inPlace = place === undefined || type === 'place' ? [] : [{ type: 'place', id: place }];
  return [
    scope,
    ...groups.map((group) => ({ type: 'group', id: group.id })),
    ...inPlace,
    organization,
  ];
}

/** The scopes that contain a resource for an action; undefined when it does not exist. */
export function lies(policy: Policy, resource: Entity, action: string): Named[] | undefined {
  const organization = { type: 'organization', id: policy.organization.id };
  const stated = resource.properties?.['scope'];
  const asked =
    stated === undefined
      ? [organization]
      : isNamed(stated)
        ? above(policy, { type: stated.type, id: stated.id })
        : undefined;
  if (resource.id === '*') return asked;
  const isPlacing = action === 'add_to_place_group' || action === 'remove_from_place_group';
  const held = heldAt(policy, resource, action);
  if (held === 'not held') return asked;
  return held !== undefined && isPlacing && stated !== undefined ? asked : held;
}

function heldAt(
  policy: Policy,
  { type, id }: Named,
  action: string,
): Named[] | undefined | 'not held' {
  const organization = { type: 'organization', id: policy.organization.id };
  const inPlace = (place: string | undefined) =>
    place === undefined ? undefined : [{ type: 'place', id: place }, organization];
  const atScope = (element: { readonly scope: Named } | undefined) =>
    element && above(policy, element.scope);
  const lockdown = find(policy.lockdowns, id);
  switch (type) {
    case 'organization':
    case 'door':
      return above(policy, { type, id });
    case 'group':
      return above(policy, { type, id });
    case 'elevator':
      return inPlace(placeOf(policy, { type, id }));
    case 'place':
    case 'floor':
    case 'elevator_stop': {
      const around = inPlace(placeOf(policy, { type, id }));
      const through = (policy.groups ?? []).filter((group) =>
        reaches(policy, group, { type, id }, action),
      );
      return around && [...around, ...through.map((group) => ({ type: 'group', id: group.id }))];
    }
    case 'user':
      return find(policy.users, id) && aroundPerson(policy, { type: 'user', id });
    case 'team':
      return find(policy.teams, id) && aroundPerson(policy, { type: 'team', id });
    case 'access_link':
    case 'link':
      return find(policy.links, id) && aroundPerson(policy, { type: 'link', id });
    case 'card':
    case 'credential': {
      const credential = find(policy.credentials, id);
      return credential && aroundPerson(policy, { type: 'user', id: credential.user });
    }
    case 'access_right':
    case 'assignment':
      return atScope(find(policy.assignments, id));
    case 'door_lockdown':
      return lockdown?.scope.type === 'place' ? undefined : atScope(lockdown);
    case 'place_lockdown':
      return lockdown?.scope.type === 'door' ? undefined : atScope(lockdown);
    case 'lockdown':
      return atScope(lockdown);
    case 'access_schedule':
    case 'unlock_schedule':
    case 'schedule': {
      return find(policy.schedules, id) && whereUsed(policy, (schedule) => schedule === id);
    }
    case 'calendar': {
      const uses = (body: ScheduleBody | undefined) => body?.calendar === id;
      const idle = (policy.schedules ?? [])
        .filter(uses)
        .some((each) => usesOf(policy).every(({ schedule }) => schedule !== each.id));
      if (find(policy.calendars, id) === undefined) return undefined;
      return idle
        ? [organization]
        : whereUsed(policy, (each) =>
            uses(typeof each === 'string' ? find(policy.schedules, each) : each),
          );
    }
    default:
      return 'not held';
  }
}

// A group reaches its stops, and for `view` the floors and places in which its doors and stops lie.
function reaches(
  policy: Policy,
  group: NonNullable<Policy['groups']>[number],
  { type, id }: Named,
  action: string,
): boolean {
  if (type === 'elevator_stop') return (group.stops ?? []).includes(id);
  const doors = (policy.doors ?? []).filter((door) => group.doors?.includes(door.id));
  const stops = (policy.elevators ?? []).flatMap(({ place, stops }) =>
    stops.map((stop) => ({ ...stop, place })),
  );
  const members = [...doors, ...stops.filter((stop) => group.stops?.includes(stop.id))];
  return (
    action === 'view' &&
    members.some((member) => (type === 'floor' ? member.floor === id : member.place === id))
  );
}

function aroundPerson(policy: Policy, person: Named): Named[] {
  const own = (policy.assignments ?? []).filter(({ subject }) => holds(policy, person, subject));
  const away = own
    .filter(({ scope }) => scope.type !== 'door')
    .flatMap(({ scope }) => above(policy, scope)!);
  return [{ type: 'organization', id: policy.organization.id }, ...away];
}

function whereUsed(policy: Policy, isMeant: (schedule: string | ScheduleBody) => boolean): Named[] {
  const places = usesOf(policy)
    .filter(({ schedule }) => isMeant(schedule))
    .map(({ place }) => place);
  const organization = { type: 'organization', id: policy.organization.id };
  const [place] = places;
  return place !== undefined && places.every((each) => each === place)
    ? [{ type: 'place', id: place }, organization]
    : [organization];
}

/** Every use of a schedule in the document, with the place in which the user of it lies. */
function usesOf(policy: Policy): { schedule: string | ScheduleBody; place: string | undefined }[] {
  const stops = (policy.elevators ?? []).flatMap(({ place, stops }) =>
    stops.map((stop) => ({ ...stop, place })),
  );
  const openings = [...(policy.doors ?? []), ...stops];
  const places = (policy.places ?? []).map(({ id, restrictions }) => ({ place: id, restrictions }));
  const bound = [...openings, ...places, ...(policy.groups ?? [])];
  const uses = [
    ...bound.map(({ restrictions, place }) => ({ schedule: restrictions?.schedule, place })),
    ...openings.flatMap(({ unlock, place }) =>
      (unlock ?? []).flatMap((each) =>
        [each.schedule, each.firstToArrive].map((schedule) => ({ schedule, place })),
      ),
    ),
    ...(policy.assignments ?? []).map(({ validity, scope }) => ({
      schedule: validity?.schedule,
      place: placeOf(policy, scope),
    })),
  ];
  return uses.flatMap(({ schedule, place }) =>
    schedule === undefined ? [] : [{ schedule, place }],
  );
}
