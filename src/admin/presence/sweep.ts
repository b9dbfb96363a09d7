/** What time alone does to a place: timers run out, and what is no longer needed is forgotten. */
import { HOUR_MS } from '../../values/instant.js';
import { type Capacity, openWindowMs } from './capacity.js';
import { type PlaceScene, stateWith, withPresences } from './place-scene.js';
import type { Presence } from './presence.js';

/**
 * The place at an instant. Whose timer has run out is no longer counted; where they are nobody knows, so a muster lists
 * them apart until they are forgotten.
 * @param scene - with every presence of the place: else those that are missing keep no timer.
 */
export function swept(scene: PlaceScene, time: number): PlaceScene {
  const changes = new Map<string, Presence | undefined>();
  let nextSweep: number | undefined;
  for (const [id, presence] of scene.presences) {
    const now = presenceAt(scene.capacity, presence, time);
    if (now !== presence) changes.set(id, now);
    if (now?.until !== undefined) nextSweep = Math.min(nextSweep ?? now.until, now.until);
  }
  const after = withPresences(withPending(scene, time), changes);
  const state = stateWith(after.state, { count: after.state.count, nextSweep });
  return state === after.state ? after : { ...after, state };
}

/**
 * The place counted anew from its presences, whatever the count was.
 * @param scene - with every presence of the place.
 */
export function recounted(scene: PlaceScene, time: number): PlaceScene {
  const after = swept(scene, time);
  let count = 0;
  for (const { state } of after.presences.values()) if (state === 'inside') count++;
  return count === after.state.count ? after : { ...after, state: { ...after.state, count } };
}

/** The place without passings that nobody will see any more. */
export function withPending(scene: PlaceScene, time: number): PlaceScene {
  const { pending } = scene.state;
  const oldest = time - openWindowMs(scene.capacity);
  const kept = pending.filter(({ at }) => at >= oldest);
  if (kept.length === pending.length) return scene;
  return { ...scene, state: { ...scene.state, pending: kept } };
}

/** A presence at an instant: with its timer run out, or undefined where it is to be forgotten. */
export function presenceAt(
  { forgetHours = 24, mode }: Capacity,
  presence: Presence,
  time: number,
): Presence | undefined {
  const now =
    presence.until !== undefined && presence.until <= time ? timedOut(presence) : presence;
  const last = Math.max(now.since, now.lastSeen);
  const isPast = now.state !== 'inside' && last + forgetHours * HOUR_MS <= time;
  return isPast || mode === 'off' ? undefined : now;
}

function timedOut({ until, entered: _entered, ...rest }: Presence): Presence {
  return { ...rest, state: 'unknown', since: until ?? rest.since, door: rest.lastDoor };
}
