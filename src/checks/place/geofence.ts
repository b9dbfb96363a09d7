/** Geofences: whether a stated location lies in a circle or polygon, and is accurate enough to say so. */
import type { Geofence, Location } from '../../policy/document.js';
import { RADIUS_METRES_DEFAULT } from '../../values/limits.js';
import type { Ecef } from '../../values/position.js';
import { chordSquared, ecefOf, isPosition } from '../../values/position.js';
import type { Ring } from './polygon.js';
import { compileRing, isInRing } from './polygon.js';

/** A geofence ready to be judged. */
export type Fence =
  | {
      readonly kind: 'circle';
      readonly centre: Ecef;
      readonly radiusSquared: number;
      readonly accuracyMetresMax: number;
    }
  | { readonly kind: 'polygon'; readonly ring: Ring; readonly accuracyMetresMax: number };

/** What a location is to a fence; anything but `holds` is the detail of a refusal. */
export type FenceAnswer = 'holds' | 'missing' | 'inaccurate' | 'outside';

/**
 * Compiles a geofence of a valid document. A circle's accuracy limit is its radius; both it and a
 * polygon's `accuracyMax` default to 300 m.
 * @param centre - the door's location, else its place's; a polygon needs none.
 * @returns undefined when nothing can lie inside: a circle without a centre, or a ring round a
 *   pole. The caller must refuse then.
 */
export function compileFence(fence: Geofence, centre: Location | undefined): Fence | undefined {
  if (fence.polygon !== undefined) {
    const ring = compileRing(fence.polygon);
    const accuracyMetresMax = fence.accuracyMax ?? RADIUS_METRES_DEFAULT;
    return ring === undefined ? undefined : { kind: 'polygon', ring, accuracyMetresMax };
  }
  if (centre === undefined) return undefined;
  const radius = fence.radius ?? RADIUS_METRES_DEFAULT;
  return {
    kind: 'circle',
    centre: ecefOf(centre.latitude, centre.longitude),
    radiusSquared: radius * radius,
    accuracyMetresMax: radius,
  };
}

/**
 * Judges a location as a request states it: `missing` without latitude and longitude in range, else
 * `inaccurate` without an accuracy from 0 to the limit, else `outside` or `holds`. The accuracy is only
 * compared with the limit, never added to the distance. Allocates nothing and never throws: what cannot
 * be read is missing.
 */
export function judgeFence(fence: Fence, location: unknown): FenceAnswer {
  if (typeof location !== 'object' || location === null) return 'missing';
  try {
    return judge(fence, location);
  } catch {
    // A getter or proxy of the caller's that throws.
    return 'missing';
  }
}

function judge(fence: Fence, location: object): FenceAnswer {
  // Each member is read once, so that a getter cannot answer the check and the use differently.
  const { latitude, longitude, accuracy } = location as Readonly<Record<string, unknown>>;
  if (!isPosition(latitude, longitude)) return 'missing';
  if (typeof accuracy !== 'number' || !(accuracy >= 0 && accuracy <= fence.accuracyMetresMax)) {
    return 'inaccurate';
  }
  return contains(fence, latitude as number, longitude as number) ? 'holds' : 'outside';
}

function contains(fence: Fence, latitude: number, longitude: number): boolean {
  switch (fence.kind) {
    case 'circle':
      return chordSquared(fence.centre, latitude, longitude) <= fence.radiusSquared;
    case 'polygon':
      return isInRing(fence.ring, latitude, longitude);
    default:
      fence satisfies never;
      // Whatever a fence of no kind may be, nobody is inside it.
      return false;
  }
}
