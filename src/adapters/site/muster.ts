/** Who is inside a place of a site, for whoever may know. */

import { placeNeed } from '../../admin/place-need.js';
import type { PermissionNeed } from '../../admin/plan.js';
import type { Reached } from '../../admin/presence/capacity-state.js';
import { type PresenceCode, planSafe } from '../../admin/presence/forgive.js';
import { type Muster, musterOf, musterPresences } from '../../admin/presence/muster.js';
import type { PlaceScene } from '../../admin/presence/place-scene.js';
import type { Bearer, Presence } from '../../admin/presence/presence.js';
import { recounted } from '../../admin/presence/sweep.js';
import type { Outcome } from '../../values/outcome.js';
import { mayRead } from './api-keys.js';
import type { NotKept } from './presence.js';
import { readWholePlace } from './scene.js';
import type { Actor, Site, WriteResult } from './site.js';

/** How full a place is. */
export interface Occupancy {
  readonly place: string;
  readonly count: number;
  /** How many people it holds, if the policy says so. */
  readonly capacity: number | undefined;
  /** Thresholds reached and not fallen below since. */
  readonly reached: readonly Reached[];
}

/** Why nothing is told: the reader may not know it, or nothing is kept. */
export type ReadCode = 'refused' | NotKept;

type Reader = Extract<Actor, { type: 'user' }>;

/** How full a place is now. Needs `capacity:view` there. */
export async function readOccupancy(
  site: Site,
  actor: Reader,
  place: string,
): Promise<Outcome<Occupancy, ReadCode>> {
  return overPlace(site, actor, place, 'read.occupancy', [countNeed(place)], (scene) => {
    const { count, reached } = recounted(scene, site.host.now()).state;
    return { place, count, capacity: scene.people, reached };
  });
}

/** Who is inside a place now, by name. Needs `capacity:view` and `user:view` there. */
export async function readMuster(
  site: Site,
  actor: Reader,
  place: string,
): Promise<Outcome<Muster, ReadCode>> {
  const needs = [countNeed(place), placeNeed('view', 'user', '*', place)];
  return overPlace(site, actor, place, 'read.muster', needs, (scene) => {
    const now = site.host.now();
    return musterOf(site.engine, scene.capacity, musterPresences(scene, now), now);
  });
}

/** Marks somebody safe who reported at the assembly point. */
export function markSafe(
  site: Site,
  actor: Actor,
  place: string,
  subject: Bearer,
): Promise<WriteResult<Presence, NotKept | PresenceCode>> {
  return site.write<Presence, NotKept | PresenceCode>({
    actor,
    operation: 'presence.mark_safe',
    plan: async ({ store, engine, time }) => {
      const scene = await readWholePlace(store, engine, place);
      return scene === undefined ? notKept(place) : planSafe(scene, subject, actor.id, time);
    },
  });
}

async function overPlace<T>(
  site: Site,
  actor: Reader,
  place: string,
  operation: string,
  needs: readonly PermissionNeed[],
  read: (scene: PlaceScene) => T,
): Promise<Outcome<T, ReadCode>> {
  await site.refresh();
  if (!(await mayRead(site, actor, operation, needs))) {
    return { ok: false, code: 'refused', detail: `not to be known of \`${place}\`` };
  }
  const scene = await readWholePlace(site.store, site.engine, place);
  // Nobody counted is not nobody inside: whoever has to clear the building must not be told an empty list.
  if (scene === undefined || scene.capacity.mode === 'off') return notKept(place);
  return { ok: true, value: read(scene) };
}

function countNeed(place: string): PermissionNeed {
  return placeNeed('view', 'capacity', place, place);
}

function notKept(place: string) {
  return { ok: false, code: 'not_kept', detail: `nothing is kept of \`${place}\`` } as const;
}
