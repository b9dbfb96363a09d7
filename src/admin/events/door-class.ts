/** Where a door lies and what it is, for rules that name doors by class. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { at, find } from '../../engine/table.js';
import type { JsonObject } from '../record.js';
import type { EntityName } from './event.js';

/** A door or stop as rules see it. */
export interface DoorClass {
  readonly place: string | undefined;
  readonly groups: readonly string[];
  readonly lock: 'online' | 'offline';
}

/** Which doors a rule is about: exactly one member. */
export type DoorMatch =
  | { readonly door: string }
  | { readonly stop: string }
  | { readonly group: string }
  | { readonly place: string }
  | { readonly lock: 'online' | 'offline' };

/** The class of a door or stop of the policy; undefined for anything else. */
export function doorClassOf(engine: Engine, object: EntityName): DoorClass | undefined {
  const { tables } = snapshotOf(engine);
  const { type, id } = object;
  if (type !== 'door' && type !== 'elevator_stop') return undefined;
  const portal = find(type === 'door' ? tables.doors : tables.stops, id);
  if (portal === undefined) return undefined;
  const groups = portal.groups.map((number) => at(tables.groups, number)?.document.id);
  return {
    place: at(tables.places, portal.place)?.document.id,
    groups: groups.filter((group) => group !== undefined),
    lock: portal.offline ? 'offline' : 'online',
  };
}

/**
 * How closely a rule fits an object: 4 by its own id, 3 by a group, 2 by its place, 1 by its kind of lock, 0 not
 * at all. `place` is what an event says of itself, for a door that the policy no longer holds.
 */
export function closeness(
  match: DoorMatch,
  object: EntityName,
  known: DoorClass | undefined,
  place: string | undefined = known?.place,
): number {
  if ('door' in match) return object.type === 'door' && object.id === match.door ? 4 : 0;
  if ('stop' in match) return object.type === 'elevator_stop' && object.id === match.stop ? 4 : 0;
  if ('group' in match) return known?.groups.includes(match.group) ? 3 : 0;
  if ('place' in match) return place === match.place ? 2 : 0;
  return known?.lock === match.lock ? 1 : 0;
}

/** Reads the part of a rule that names doors; undefined unless it names exactly one thing. */
export function parseDoorMatch(value: JsonObject): DoorMatch | undefined {
  const named = Object.keys(value);
  const [member] = named;
  const name = member === undefined ? undefined : value[member];
  if (named.length !== 1 || typeof name !== 'string' || name === '') return undefined;
  switch (member) {
    case 'door':
      return { door: name };
    case 'stop':
      return { stop: name };
    case 'group':
      return { group: name };
    case 'place':
      return { place: name };
    case 'lock':
      return name === 'online' || name === 'offline' ? { lock: name } : undefined;
    default:
      return undefined;
  }
}
