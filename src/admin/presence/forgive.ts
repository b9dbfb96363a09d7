/** Setting people's presence right by hand: forgiven, marked safe, counted anew. */
import type { Outcome } from '../../values/outcome.js';
import { placeNeed } from '../place-need.js';
import { withAlerts } from './alerts.js';
import type { Ordered } from './capacity-order.js';
import { type PlaceScene, sceneChanges, withPresences } from './place-scene.js';
import { type Bearer, type Presence, presenceId } from './presence.js';
import { recounted } from './sweep.js';

/** The site has never seen this person at this place, or has forgotten it. */
export type PresenceCode = 'unknown_presence';

/** When something is ordered, and where ids come from. */
export interface OrderGround {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly newId: () => string;
}

/**
 * Forgives anti-passback: whoever it concerns may go in or out next, whatever was known. Who is inside stays counted
 * and on the muster list. Needs `capacity:update`.
 * @param subject - one person; without one, everybody at the place.
 */
export function planForgive(
  scene: PlaceScene,
  subject?: Bearer,
): Outcome<Ordered<{ readonly forgiven: number }>, PresenceCode> {
  const { place } = scene.state;
  const changes = new Map<string, Presence>();
  const own = subject === undefined ? undefined : presenceId(place, subject);
  for (const [id, presence] of scene.presences) {
    if (own !== undefined && id !== own) continue;
    if (presence.state !== 'unknown') changes.set(id, { ...presence, forgiven: true });
  }
  if (own !== undefined && !scene.presences.has(own)) return unseen(own);
  const value = { forgiven: changes.size };
  return {
    ok: true,
    value: {
      value,
      records: sceneChanges(scene, withPresences(scene, changes)),
      needs: [placeNeed('update', 'capacity', place, place)],
      audit: {
        object: subject ?? { type: 'capacity', id: place },
        data: { place, ...value },
      },
    },
  };
}

/** Marks somebody safe who reported at the assembly point, until he is seen at a door again. Needs `capacity:update`. */
export function planSafe(
  scene: PlaceScene,
  subject: Bearer,
  by: string,
  time: number,
): Outcome<Ordered<Presence>, PresenceCode> {
  const { place } = scene.state;
  const id = presenceId(place, subject);
  const before = scene.presences.get(id);
  if (before === undefined) return unseen(id);
  const after: Presence = { ...before, safe: { at: time, by } };
  return {
    ok: true,
    value: {
      value: after,
      records: sceneChanges(scene, withPresences(scene, new Map([[id, after]]))),
      needs: [placeNeed('update', 'capacity', place, place)],
      audit: { object: { type: subject.type, id: subject.id }, data: { place } },
    },
  };
}

/**
 * Counts a place anew. Needs `capacity:update` where a person orders it.
 * @param scene - with every presence of the place.
 */
export function planRecount(
  scene: PlaceScene,
  { time, newId }: OrderGround,
): Ordered<{ readonly before: number; readonly count: number }> {
  const { place } = scene.state;
  const { scene: after, ...said } = withAlerts(recounted(scene, time), time, newId);
  const value = { before: scene.state.count, count: after.state.count };
  return {
    value,
    ...said,
    records: sceneChanges(scene, after),
    needs: [placeNeed('update', 'capacity', place, place)],
    audit: { object: { type: 'capacity', id: place }, data: value },
  };
}

function unseen(id: string) {
  return { ok: false, code: 'unknown_presence', detail: `nothing is known of \`${id}\`` } as const;
}
