/** What the commands look up in a policy besides decisions: names of things, and the clock at a door. */
import type { Engine } from '../engine/engine.js';
import type { Policy } from '../policy/document.js';
import type { TimeZoneSource } from '../values/time-zone.js';
import { hint, InputError } from './failure.js';
import { shown } from './terminal.js';
import type { Wall } from './wall.js';

/** A compiled policy with its lookups. */
export interface Site {
  readonly engine: Engine;
  readonly policy: Policy;
  /** The file it was read from, as given. */
  readonly file: string;
  /** The name people gave an entity, safe to print, or nothing. */
  nameOf(type: string, id: string): string | undefined;
  /** The clock at a door, stop, place or group; the organisation's, else UTC, for anything else. */
  wallOf(type: string, id: string): Wall;
}

/** Ids and kinds of what people open. */
export interface Openable {
  readonly type: 'door' | 'elevator_stop';
  readonly id: string;
  readonly action: 'unlock' | 'get_access';
  readonly place: string;
}

/** The lookups of a policy. */
export function siteOf(engine: Engine, file: string, source: TimeZoneSource): Site {
  const policy = engine.policy;
  const names = new Map<string, string | undefined>();
  const places = new Map<string, string | undefined>();
  const zones = new Map((policy.places ?? []).map((place) => [place.id, place.timeZone]));
  const add = (
    type: string,
    element: { id: string; name?: string | undefined; place?: string | undefined },
  ): void => {
    const key = `${type} ${element.id}`;
    names.set(key, element.name);
    places.set(key, type === 'place' ? element.id : element.place);
  };
  add('organization', policy.organization);
  for (const place of policy.places ?? []) add('place', place);
  for (const door of policy.doors ?? []) add('door', door);
  for (const group of policy.groups ?? []) add('group', group);
  for (const user of policy.users ?? []) add('user', user);
  for (const team of policy.teams ?? []) add('team', team);
  for (const link of policy.links ?? []) {
    add('link', link);
    add('access_link', link);
  }
  for (const elevator of policy.elevators ?? []) {
    for (const stop of elevator.stops) add('elevator_stop', { ...stop, place: elevator.place });
  }
  return {
    engine,
    policy,
    file,
    nameOf(type, id) {
      const name = names.get(`${type} ${id}`);
      return name === undefined || name === '' ? undefined : shown(name);
    },
    wallOf(type, id) {
      const place = places.get(`${type} ${id}`);
      const zone = place === undefined ? undefined : zones.get(place);
      return { source, timeZone: zone ?? policy.organization.timeZone ?? 'UTC' };
    },
  };
}

/** Doors and elevator stops of a policy, in document order. */
export function openablesOf(policy: Policy): Openable[] {
  return [
    ...(policy.doors ?? []).map(
      (door): Openable => ({ type: 'door', id: door.id, action: 'unlock', place: door.place }),
    ),
    ...(policy.elevators ?? []).flatMap((elevator) =>
      elevator.stops.map(
        (stop): Openable => ({
          type: 'elevator_stop',
          id: stop.id,
          action: 'get_access',
          place: elevator.place,
        }),
      ),
    ),
  ];
}

/** @throws InputError naming the nearest id when `id` is none of the collection's. */
export function mustExist(
  what: string,
  id: string,
  elements: readonly { readonly id: string }[],
): void {
  if (elements.some((element) => element.id === id)) return;
  const near = hint(
    id,
    elements.slice(0, 20_000).map((element) => element.id),
  );
  throw new InputError(`the policy has no ${what} \`${shown(id)}\`${near}`);
}
