/** What a policy holds, as generators of requests need it. */
import type { Entity } from '../../src/engine/request.js';
import type { Assignment, Policy } from '../../src/policy/document.js';
import { may } from '../reference/roles.js';

export interface Opening extends Entity {
  readonly place: string;
  readonly groups: readonly string[];
  readonly readers: readonly string[];
  readonly centre: { latitude: number; longitude: number };
}

/** Every door and stop with what a request about it needs. */
export function openingsOf(policy: Policy): Opening[] {
  const centreOf = (place: string) => policy.places!.find(({ id }) => id === place)!.location!;
  const groupsOf = (list: 'doors' | 'stops', id: string) =>
    (policy.groups ?? []).filter((group) => group[list]?.includes(id)).map((group) => group.id);
  const doors = (policy.doors ?? []).map((door) => ({
    type: 'door',
    id: door.id,
    place: door.place,
    groups: groupsOf('doors', door.id),
    readers: (door.readers ?? []).map(({ id }) => id),
    centre: door.location ?? centreOf(door.place),
  }));
  const stops = (policy.elevators ?? []).flatMap(({ place, readers, stops }) =>
    stops.map(({ id }) => ({
      type: 'elevator_stop',
      id,
      place,
      groups: groupsOf('stops', id),
      readers: (readers ?? []).map((reader) => reader.id),
      centre: centreOf(place),
    })),
  );
  return [...doors, ...stops];
}

export function reaches({ scope }: Assignment, opening: Opening): boolean {
  if (scope.type === 'group') return opening.groups.includes(scope.id);
  if (scope.type === 'door') return opening.type === 'door' && opening.id === scope.id;
  return scope.type === 'organization' || opening.place === scope.id;
}

export function openable(policy: Policy): Assignment[] {
  const openings = openingsOf(policy);
  return (policy.assignments ?? []).filter(
    (each) =>
      may(policy, each.role, 'door', 'unlock') &&
      openings.some((opening) => reaches(each, opening)),
  );
}

export function idsOf(policy: Policy, type: string): string[] {
  const collections: Record<string, readonly { id: string }[] | undefined> = {
    organization: [policy.organization],
    place: policy.places,
    floor: policy.floors,
    door: policy.doors,
    elevator: policy.elevators,
    elevator_stop: policy.elevators?.flatMap(({ stops }) => stops),
    group: policy.groups,
    user: policy.users,
    team: policy.teams,
    access_link: policy.links,
    link: policy.links,
    card: policy.credentials,
    credential: policy.credentials,
    access_right: policy.assignments,
    assignment: policy.assignments,
    access_schedule: policy.schedules,
    unlock_schedule: policy.schedules,
    schedule: policy.schedules,
    calendar: policy.calendars,
    door_lockdown: policy.lockdowns,
    place_lockdown: policy.lockdowns,
    lockdown: policy.lockdowns,
  };
  return (Object.hasOwn(collections, type) ? (collections[type] ?? []) : []).map(({ id }) => id);
}
