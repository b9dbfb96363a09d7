/** The first floor: what a good engineer writes by hand with Map and Set, for this one question. */
import type { Contender } from '../contender.js';
import type { Site } from '../site.js';

interface User {
  readonly groups: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly everywhere: boolean;
}

interface Door {
  readonly place: string;
  readonly groups: readonly string[];
}

/** A contender that looks names up in Maps and tries each of the door's groups in the user's Set. */
export function mapSetFloor(site: Site): Contender {
  const users = new Map<string, User>();
  for (const user of site.users) {
    users.set(user.id, {
      groups: new Set(user.groups),
      places: new Set(user.places),
      everywhere: user.everywhere,
    });
  }
  const doors = new Map<string, Door>();
  for (const door of site.doors) doors.set(door.id, { place: door.place, groups: door.groups });

  return {
    name: 'by hand, Map and Set',
    check(request) {
      if (request.action.name !== 'unlock' || request.resource.type !== 'door') return false;
      const door = doors.get(request.resource.id);
      if (door === undefined || request.subject.type !== 'user') return false;
      const user = users.get(request.subject.id);
      if (user === undefined) return false;
      if (user.everywhere || user.places.has(door.place)) return true;
      for (const group of door.groups) if (user.groups.has(group)) return true;
      return false;
    },
  };
}
