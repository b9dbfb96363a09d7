/**
 * Positions that tell fences apart: for every way in which somebody can be inside some of them and outside the others,
 * one position and accuracy. Each of these areas has an edge that runs from one meeting of edges to the next, and lies beside
 * its middle; where fences only touch, they do so at a corner or where edges meet. Areas that are nowhere wider than a
 * millimetre may be missed.
 */

import { type Fence, judgeFence } from '../../checks/place/geofence.js';
import type { Geofence, Location } from '../../policy/document.js';
import { DIFF_FENCES_MAX, DIFF_MEETINGS_MAX } from '../../values/limits.js';
import { OutOfRangeError } from '../out-of-range.js';
import type { Side } from './comparison.js';
import {
  type Arc,
  besideArc,
  meetings,
  type Position,
  pointOf,
  roundArc,
  straightArc,
} from './fence-arcs.js';

/** A fence as it lies on the map. */
export interface FencePlan {
  /** Equal for fences that hold the same. */
  readonly key: string;
  readonly fence: Fence;
  /** Whose fence, for people, and in which policies. */
  readonly where: string;
  readonly sides: readonly Side[];
  /** A position surely inside. */
  readonly inside: Position;
  readonly edge: readonly Arc[];
}

/** A location as a request states it, and the keys of the fences that hold it. */
export interface Witness {
  readonly holds: ReadonlySet<string>;
  readonly location: (Position & { readonly accuracy: number }) | undefined;
}

/** A fence and its edge. */
export function planOf(
  geofence: Geofence,
  centre: Location | undefined,
  fence: Fence,
  where: string,
  side: Side,
): FencePlan {
  const own = { fence, where, sides: [side] };
  const { polygon } = geofence;
  if (polygon !== undefined) {
    const corners = polygon.map(([longitude, latitude]) => ({ latitude, longitude }));
    const edge = corners.flatMap((corner, index) => {
      const next = corners[(index + 1) % corners.length] ?? corner;
      const isPoint = corner.latitude === next.latitude && corner.longitude === next.longitude;
      return isPoint ? [] : [straightArc(corner, next)];
    });
    const key = `polygon ${JSON.stringify(polygon)} ${fence.accuracyMetresMax}`;
    return { ...own, key, inside: corners[0] as Position, edge };
  }
  const from = centre as Location;
  const metres = fence.accuracyMetresMax;
  const key = `circle ${from.latitude} ${from.longitude} ${metres}`;
  return { ...own, key, inside: from, edge: [roundArc(from, metres)] };
}

/** Every way in which these fences hold or do not, each with a location. @throws RangeError for more than are looked at. */
export function fenceWitnesses(plans: readonly FencePlan[]): Witness[] {
  if (plans.length > DIFF_FENCES_MAX)
    throw new OutOfRangeError(`more than ${DIFF_FENCES_MAX} fences around one door`);
  const found = new Map<string, Witness>([['', { holds: new Set(), location: undefined }]]);
  const limits = [...new Set(plans.map(({ fence }) => fence.accuracyMetresMax))];
  for (const position of positions(plans)) {
    const around = plans.filter(
      ({ fence }) => judgeFence(fence, { ...position, accuracy: 0 }) === 'holds',
    );
    for (const accuracy of limits) {
      const holds = around
        .filter(({ fence }) => accuracy <= fence.accuracyMetresMax)
        .map(({ key }) => key);
      const key = holds.join(';');
      if (!found.has(key))
        found.set(key, { holds: new Set(holds), location: { ...position, accuracy } });
    }
  }
  return [...found.values()];
}

/** Points inside, where edges meet, and on both sides of every edge between two such meetings. */
function* positions(plans: readonly FencePlan[]): Generator<Position> {
  let met = 0;
  for (const plan of plans) {
    const { latitude, longitude } = plan.inside;
    yield { latitude, longitude };
    const others = plans.filter((each) => each !== plan).flatMap(({ edge }) => edge);
    for (const arc of plan.edge) {
      const shares = [0, 1];
      for (const other of others) {
        for (const share of meetings(arc, other)) if (share > 0 && share < 1) shares.push(share);
      }
      met += shares.length;
      if (met > DIFF_MEETINGS_MAX)
        throw new OutOfRangeError(
          `fences around one door that meet more than ${DIFF_MEETINGS_MAX} times`,
        );
      yield* alongArc(
        arc,
        shares.sort((a, b) => a - b),
      );
    }
  }
}

function* alongArc(arc: Arc, shares: readonly number[]): Generator<Position> {
  for (const [index, share] of shares.entries()) {
    const next = shares[index + 1];
    yield onMap(pointOf(arc, share));
    if (next === undefined || next === share) continue;
    for (const position of besideArc(arc, (share + next) / 2)) yield onMap(position);
  }
}

function onMap({ latitude, longitude }: Position): Position {
  const turned = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
  return { latitude: Math.max(-90, Math.min(90, latitude)), longitude: turned };
}
