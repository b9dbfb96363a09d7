/** Places, floors, locks, elevators and their stops. */
import type { Draft } from '../imported.js';
import { unknownRestriction } from './members.js';
import {
  idOf,
  type KisiObject,
  optionalFlag,
  optionalId,
  optionalNumber,
  optionalText,
} from './objects.js';
import { type RestrictionReading, restrictionsOf } from './restrictions.js';
import { all, type KisiSource, optionOf } from './source.js';

/** Puts everything that stands in a building. */
export function putPlaces(draft: Draft, source: KisiSource): void {
  const located = new Set(
    all(source, 'places')
      .filter(hasPosition)
      .map(({ id }) => id),
  );
  for (const place of all(source, 'places')) {
    const zone =
      optionalText(draft, place, 'tz_time_zone') ?? optionalText(draft, place, 'time_zone');
    putBound(draft, source, place, 'places', hasPosition(place), {
      ...named(draft, place),
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
  }
  for (const floor of all(source, 'floors')) {
    const element = {
      ...named(draft, floor),
      place: referenceOf(draft, source, floor, 'place_id', 'places'),
    };
    draft.put('floors', element, floor.pointer);
  }
  for (const lock of all(source, 'locks')) {
    const place = referenceOf(draft, source, lock, 'place_id', 'places');
    const floor = optionalId(draft, lock, 'floor_id');
    const readers = optionOf(source.options.readers, lock.id);
    putBound(draft, source, lock, 'locks', hasPosition(lock) || located.has(place), {
      ...named(draft, lock),
      place,
      ...(floor === undefined ? {} : { floor }),
      ...(readers === undefined ? {} : { readers: readers.map((id) => ({ id })) }),
    });
  }
  putElevators(draft, source, located);
}

/** An element that has a name or none. */
export function named(draft: Draft, object: KisiObject): { id: string; name?: string } {
  const name = optionalText(draft, object, 'name');
  return { id: object.id, ...(name === undefined ? {} : { name }) };
}

/** The id of an object of another collection, which must be there. */
export function referenceOf(
  draft: Draft,
  source: KisiSource,
  object: KisiObject,
  member: string,
  collection: string,
): string {
  const id = idOf(draft, object, member);
  if (id === undefined) return '';
  if (!source.known.has(`${collection} ${id}`)) {
    draft.refuse(
      `${object.pointer}/${member}`,
      'reference',
      `not among \`${collection}\` \`${id}\``,
    );
  }
  return id;
}

/** Whether an object says where it is. */
export function hasPosition({ members }: KisiObject): boolean {
  return typeof members['latitude'] === 'number' && typeof members['longitude'] === 'number';
}

/** Puts a place or door with its position, its restrictions and, if it is locked down, that. */
function putBound(
  draft: Draft,
  source: KisiSource,
  object: KisiObject,
  collection: 'places' | 'locks',
  hasCentre: boolean,
  element: { readonly id: string; readonly [member: string]: unknown },
): void {
  const { id, pointer } = object;
  const latitude = optionalNumber(draft, object, 'latitude');
  const longitude = optionalNumber(draft, object, 'longitude');
  const location = hasPosition(object) ? { location: { latitude, longitude } } : {};
  const hours = optionOf(optionOf(source.options.hours, collection), id);
  const restrictions = strictRestrictions(draft, object, { collection, hours, hasCentre });
  const bound = restrictions === undefined ? {} : { restrictions };
  draft.put(
    collection === 'places' ? 'places' : 'doors',
    { ...element, ...location, ...bound },
    pointer,
  );
  if (!optionalFlag(draft, object, 'locked_down')) return;
  const scope = { type: collection === 'places' ? 'place' : 'door', id };
  draft.put('lockdowns', { id: `${scope.type}-${id}`, scope }, `${pointer}/locked_down`);
}

function putElevators(draft: Draft, source: KisiSource, located: ReadonlySet<string>): void {
  const stops = new Map<string, object[]>();
  const places = new Map<string, string>();
  for (const elevator of all(source, 'elevators')) {
    places.set(elevator.id, referenceOf(draft, source, elevator, 'place_id', 'places'));
  }
  for (const stop of all(source, 'elevator_stops')) {
    const elevator = referenceOf(draft, source, stop, 'elevator_id', 'elevators');
    const floor = referenceOf(draft, source, stop, 'floor_id', 'floors');
    const hours = optionOf(optionOf(source.options.hours, 'elevator_stops'), stop.id);
    const hasCentre = located.has(places.get(elevator) ?? '');
    const reading = { collection: 'elevator_stops', hours, hasCentre } as const;
    const restrictions = strictRestrictions(draft, stop, reading);
    const element = {
      ...named(draft, stop),
      floor,
      ...(restrictions === undefined ? {} : { restrictions }),
    };
    const own = stops.get(elevator);
    if (own === undefined) stops.set(elevator, [element]);
    else own.push(element);
  }
  for (const elevator of all(source, 'elevators')) {
    const place = places.get(elevator.id);
    const element = { ...named(draft, elevator), place, stops: stops.get(elevator.id) ?? [] };
    draft.put('elevators', element, elevator.pointer);
  }
}

/** Restrictions of what binds everybody: one that no policy can say refuses the import. */
function strictRestrictions(
  draft: Draft,
  object: KisiObject,
  reading: RestrictionReading,
): object | undefined {
  const unknown = unknownRestriction(reading.collection, object);
  if (unknown !== undefined) {
    const pointer = `${object.pointer}/${unknown}`;
    draft.refuse(pointer, 'unsupported', `a restriction that no policy can say \`${unknown}\``);
  }
  return restrictionsOf(draft, object, reading);
}
