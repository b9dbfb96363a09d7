/** Groups with their doors, their stops and their restrictions. */
import type { Draft } from '../imported.js';
import { unknownRestriction } from './members.js';
import { optionalId } from './objects.js';
import { hasPosition, named, referenceOf } from './places.js';
import { restrictionsOf } from './restrictions.js';
import { all, type KisiSource, optionOf } from './source.js';

/** Puts every group; one under a restriction that no policy can say is switched off. */
export function putGroups(draft: Draft, source: KisiSource): void {
  const doors = membersOf(draft, source, 'group_locks', 'lock_id', 'locks');
  const stops = membersOf(
    draft,
    source,
    'group_elevator_stops',
    'elevator_stop_id',
    'elevator_stops',
  );
  const located = locatedIn(source);
  for (const group of all(source, 'groups')) {
    const { id, pointer } = group;
    const place = optionalId(draft, group, 'place_id');
    const [own, ownStops] = [doors.get(id) ?? [], stops.get(id) ?? []];
    const hasCentre =
      own.every((door) => located.has(`locks ${door}`)) &&
      ownStops.every((stop) => located.has(`elevator_stops ${stop}`));
    const hours = optionOf(optionOf(source.options.hours, 'groups'), id);
    const restrictions = restrictionsOf(draft, group, { collection: 'groups', hours, hasCentre });
    const unknown = unknownRestriction('groups', group);
    if (unknown !== undefined) {
      const message = `switched off, since no policy can say the restriction \`${unknown}\``;
      draft.note(`${pointer}/${unknown}`, 'narrowed', message);
    }
    const element = {
      ...named(draft, group),
      ...(place === undefined ? {} : { place }),
      ...(own.length === 0 ? {} : { doors: own }),
      ...(ownStops.length === 0 ? {} : { stops: ownStops }),
      ...(restrictions === undefined ? {} : { restrictions }),
      ...(unknown === undefined ? {} : { enabled: false }),
    };
    draft.put('groups', element, pointer);
  }
}

/** What each group holds, by the group's id. */
function membersOf(
  draft: Draft,
  source: KisiSource,
  collection: string,
  member: string,
  of: string,
): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const object of all(source, collection)) {
    const group = referenceOf(draft, source, object, 'group_id', 'groups');
    const id = referenceOf(draft, source, object, member, of);
    const own = members.get(group);
    if (own === undefined) members.set(group, [id]);
    else own.push(id);
  }
  return members;
}

/** Locks and stops whose position, or whose place's, is known. */
function locatedIn(source: KisiSource): Set<string> {
  const positioned = all(source, 'places')
    .filter(hasPosition)
    .map(({ id }) => id);
  const places = new Set(positioned);
  const placeOf = (members: Readonly<Record<string, unknown>>) => String(members['place_id']);
  const elevators = new Map(
    all(source, 'elevators').map(({ id, members }) => [id, placeOf(members)]),
  );
  const located = new Set<string>();
  for (const lock of all(source, 'locks')) {
    if (hasPosition(lock) || places.has(placeOf(lock.members))) located.add(`locks ${lock.id}`);
  }
  for (const { id, members } of all(source, 'elevator_stops')) {
    const place = elevators.get(String(members['elevator_id']));
    if (place !== undefined && places.has(place)) located.add(`elevator_stops ${id}`);
  }
  return located;
}
