/** What a site tells the engine of who is inside. */
import { formatInstant } from '../../values/instant.js';
import { openWindowMs } from './capacity.js';
import type { PendingPassing } from './capacity-state.js';
import type { Passing } from './passing.js';
import type { PlaceScene } from './place-scene.js';
import { type Bearer, isSameBearer, type Presence, presenceId } from './presence.js';

/** The facts `occupancy` and `presence` of a request. */
export interface PresenceFacts {
  readonly occupancy: number;
  readonly presence: {
    readonly state: Presence['state'];
    /** RFC 3339: of who is inside the last entry. */
    readonly since?: string;
  };
}

/** What else is known of the person who asks. */
export interface AskedOf {
  /** Anti-passback spares him: where he is is then said to be unknown. */
  readonly isExempt: boolean;
  /** Who would come in with him, by vouching for him. */
  readonly companions: readonly Bearer[];
}

/**
 * The facts of somebody at a door of the place. `occupancy` is how many others are inside or on their way in: those let
 * in who have not opened yet and the companions included, so that a limit holds when all of them are in.
 * @param scene - swept at that time; with the presences of the person and the companions.
 */
export function presenceFacts(
  scene: PlaceScene,
  passing: Pick<Passing, 'subject' | 'time' | 'place'>,
  { isExempt, companions }: AskedOf,
): PresenceFacts | undefined {
  if (scene.capacity.mode === 'off') return undefined;
  const { subject, time, place } = passing;
  const own = scene.presences.get(presenceId(place, subject));
  const isHidden = isExempt || own?.forgiven === true;
  // Somebody inside of whom that is not said must not count against himself.
  const self = isHidden && own?.state === 'inside' ? 1 : 0;
  const coming = companions.filter((companion) => {
    const presence = scene.presences.get(presenceId(place, companion));
    return presence?.state !== 'inside' && !isSameBearer(companion, subject);
  });
  const others = [...onTheirWay(scene, time), ...coming].filter(
    (bearer, at, all) =>
      !isSameBearer(bearer, subject) && all.findIndex((one) => isSameBearer(one, bearer)) === at,
  );
  const occupancy = Math.max(scene.state.count - self, 0) + others.length;
  if (own === undefined || isHidden) return { occupancy, presence: { state: 'unknown' } };
  const since = own.state === 'inside' ? (own.entered ?? own.since) : own.since;
  return { occupancy, presence: { state: own.state, since: formatInstant(since) } };
}

function onTheirWay({ capacity, state }: PlaceScene, time: number): readonly Bearer[] {
  const oldest = time - openWindowMs(capacity);
  const isComing = ({ adds, at }: PendingPassing) => adds && at >= oldest;
  return state.pending.filter(isComing).map(({ subject }) => subject);
}
