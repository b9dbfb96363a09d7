/**
 * Where to stand at a door: for each set of its geofences that have a point in common, one such point. The closest point
 * of a circle to anything is its centre, and regions with straight edges that meet have a corner, a crossing of edges
 * or the point of an edge nearest to the circle's centre in common: so these points are enough, but for fences that meet in
 * less than a millimetre.
 */
import { compileFence, type Fence, judgeFence } from '../../checks/place/geofence.js';
import type { Ring } from '../../checks/place/polygon.js';
import { placeOf } from '../../engine/encounter.js';
import type { PortalRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Geofence, Location } from '../../policy/document.js';
import { chordSquared, type Ecef } from '../../values/position.js';

/** The fact `location`, exact to the point. */
export interface Standpoint extends Location {
  readonly accuracy: 0;
}

/** Longitude and latitude in degrees, the longitude perhaps beyond ±180. */
type Point = readonly [longitude: number, latitude: number];

/** Steps in which an edge is nearest to a centre are sought: a thousandth of a millimetre of the longest. */
const NARROWINGS = 80;

/** About a tenth of a millimetre, in degrees: points on an edge are tried on both sides of rounding. */
const NUDGE = 1e-9;

/** Points of which no other lies in all of their fences and one more; the door's own centre first. None without a fence. */
export function standpoints(s: Snapshot, portal: PortalRecord): Standpoint[] {
  const place = placeOf(s, portal);
  const always = [portal.restrictions?.geofence, place.restrictions?.geofence];
  const ofGroups = portal.groups.map((group) => at(s.tables.groups, group)?.restrictions?.geofence);
  const own = 'location' in portal.document ? portal.document.location : undefined;
  const centre = own ?? place.document.location;
  const compile = (geofences: readonly (Geofence | undefined)[]): Fence[] =>
    geofences.flatMap((geofence) => (geofence && compileFence(geofence, centre)) ?? []);
  const shared = compile(always);
  const groups = compile(ofGroups);
  const all = [...shared, ...groups];
  if (all.length === 0) return [];
  const points: Point[] = centre === undefined ? [] : [[centre.longitude, centre.latitude]];
  points.push(...pointsOf(shared));
  // Of the groups one is enough, so that they need not meet each other.
  for (const group of groups) points.push(...pointsOf([...shared, group]));
  return leastDominated(points.map(standpoint), all);
}

/** Corners, crossings, and points nearest to the centre of a circle, with those beside them. */
function pointsOf(fences: readonly Fence[]): Point[] {
  const rings = fences.flatMap((fence) => (fence.kind === 'polygon' ? [edgesOf(fence.ring)] : []));
  const centre = fences.find((fence) => fence.kind === 'circle')?.centre;
  const found: Point[] = [];
  for (const [index, ring] of rings.entries()) {
    found.push(...ring.map(([from]) => from));
    if (centre !== undefined) found.push(...ring.flatMap((edge) => beside(nearest(edge, centre))));
    for (const other of rings.slice(index + 1)) found.push(...crossings(ring, other));
  }
  return found;
}

type Edge = readonly [from: Point, to: Point];

function edgesOf({ longitudes, latitudes }: Ring): Edge[] {
  const corners = Array.from(
    longitudes,
    (longitude, index): Point => [longitude, latitudes[index] ?? 0],
  );
  return corners.map((corner, index) => [corner, corners[(index + 1) % corners.length] ?? corner]);
}

/** Where edges of two rings cross, whole turns apart or not. */
function crossings(ring: readonly Edge[], other: readonly Edge[]): Point[] {
  const found: Point[] = [];
  for (const turn of [-360, 0, 360]) {
    for (const [a, b] of ring) {
      for (const [from, to] of other) {
        const [c, d]: Edge = [
          [from[0] + turn, from[1]],
          [to[0] + turn, to[1]],
        ];
        const crossing = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0]);
        if (crossing === 0) continue;
        const along = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / crossing;
        const across = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / crossing;
        if (along < 0 || along > 1 || across < 0 || across > 1) continue;
        found.push(...beside(between([a, b], along)));
      }
    }
  }
  return found;
}

/** The point of an edge nearest to a centre: distances along a short edge fall, then rise. */
function nearest(edge: Edge, centre: Ecef): Point {
  let [from, until] = [0, 1];
  for (let step = 0; step < NARROWINGS; step++) {
    const [one, two] = [from + (until - from) / 3, until - (until - from) / 3];
    const [near, far] = [between(edge, one), between(edge, two)];
    const isNearer = chordSquared(centre, near[1], near[0]) <= chordSquared(centre, far[1], far[0]);
    if (isNearer) until = two;
    else from = one;
  }
  return between(edge, (from + until) / 2);
}

function between([a, b]: Edge, share: number): Point {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

/** A point and those around it. */
function beside([longitude, latitude]: Point): Point[] {
  const found: Point[] = [[longitude, latitude]];
  for (const east of [-NUDGE, 0, NUDGE]) {
    for (const north of [-NUDGE, 0, NUDGE]) found.push([longitude + east, latitude + north]);
  }
  return found;
}

function standpoint([longitude, latitude]: Point): Standpoint {
  const turned = longitude - 360 * Math.round(longitude / 360);
  return {
    latitude: Math.min(90, Math.max(-90, latitude)),
    longitude: Math.abs(turned) === 180 ? longitude : turned,
    accuracy: 0,
  };
}

/** One point for each set of fences that hold there, if no other point has all of them and more. */
function leastDominated(points: readonly Standpoint[], fences: readonly Fence[]): Standpoint[] {
  const bySet = new Map<
    string,
    { readonly point: Standpoint; readonly holds: readonly boolean[] }
  >();
  for (const point of points) {
    const holds = fences.map((fence) => judgeFence(fence, point) === 'holds');
    const key = holds.map(Number).join('');
    if (holds.includes(true) && !bySet.has(key)) bySet.set(key, { point, holds });
  }
  const found = [...bySet.values()];
  const within = (a: readonly boolean[], b: readonly boolean[]): boolean =>
    a.every((holds, index) => !holds || b[index] === true);
  return found
    .filter(
      ({ holds }) => !found.some((other) => other.holds !== holds && within(holds, other.holds)),
    )
    .map(({ point }) => point);
}
