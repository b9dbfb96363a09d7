/** The shape that the role-only peers are given: a role for each scope, listing the doors it opens. */
import type { Site } from '../site.js';

/** Roles by user, and doors by role. */
export interface DoorRoles {
  readonly ofUser: ReadonlyMap<string, readonly string[]>;
  readonly doors: ReadonlyMap<string, readonly string[]>;
}

/** One role for the organisation, one for each place and group; doors are spelt out in each. */
export function doorRoles(site: Site): DoorRoles {
  const doors = new Map<string, string[]>([['everywhere', site.doors.map((door) => door.id)]]);
  for (const scope of [...site.places, ...site.groups]) doors.set(scope, []);
  for (const door of site.doors) {
    for (const scope of [door.place, ...door.groups]) doors.get(scope)?.push(door.id);
  }
  return {
    doors,
    ofUser: new Map(
      site.users.map((user) => [
        user.id,
        [...(user.everywhere ? ['everywhere'] : []), ...user.places, ...user.groups],
      ]),
    ),
  };
}
