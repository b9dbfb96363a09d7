/** @casl/ability, with one ability for each user, built once and kept. */
import { createMongoAbility, type MongoAbility, subject } from '@casl/ability';
import type { Contender } from '../contender.js';
import type { Site, SiteUser } from '../site.js';

/** Builds the abilities of the users named in `asked` (all that the requests need) before the clock runs. */
export function caslPeer(site: Site, asked: ReadonlySet<string>): Contender {
  const abilities = new Map<string, MongoAbility>();
  for (const user of site.users) if (asked.has(user.id)) abilities.set(user.id, abilityOf(user));
  const doors = new Map(
    site.doors.map((door) => [
      door.id,
      subject('door', { place: door.place, groups: door.groups }),
    ]),
  );
  return {
    name: '@casl/ability, cached',
    note: 'one ability per user, built before timing; a door is given with its place and groups',
    check(request) {
      const door = doors.get(request.resource.id);
      const ability = abilities.get(request.subject.id);
      if (door === undefined || ability === undefined) return false;
      return ability.can(request.action.name, door);
    },
  };
}

function abilityOf(user: SiteUser): MongoAbility {
  if (user.everywhere) return createMongoAbility([{ action: 'unlock', subject: 'door' }]);
  const rules = [];
  if (user.groups.length > 0) {
    rules.push({
      action: 'unlock',
      subject: 'door',
      conditions: { groups: { $in: [...user.groups] } },
    });
  }
  if (user.places.length > 0) {
    rules.push({
      action: 'unlock',
      subject: 'door',
      conditions: { place: { $in: [...user.places] } },
    });
  }
  return createMongoAbility(rules);
}
