/** The oracle's reading of place: distances and polygons as docs/decisions.md defines them. */
import type { Geofence, Location } from '../../src/policy/document.js';

/**
 * Why a position is not in a geofence, or undefined when it is (R9).
 * @param centre - of a circle; undefined only beside a polygon.
 */
export function outsideOf(
  fence: Geofence,
  centre: Location | undefined,
  fact: unknown,
): string | undefined {
  if (typeof fact !== 'object' || fact === null) return 'missing';
  const { latitude, longitude, accuracy } = fact as Record<string, unknown>;
  if (typeof latitude !== 'number' || !(Math.abs(latitude) <= 90)) return 'missing';
  if (typeof longitude !== 'number' || !(Math.abs(longitude) <= 180)) return 'missing';
  const radius = fence.radius ?? 300;
  const limit = fence.polygon ? (fence.accuracyMax ?? 300) : radius;
  if (typeof accuracy !== 'number' || !(accuracy >= 0 && accuracy <= limit)) return 'inaccurate';
  const inside = fence.polygon
    ? isInside(fence.polygon, longitude, latitude)
    : centre !== undefined && metresBetween(centre, { latitude, longitude }) <= radius;
  return inside ? undefined : 'outside';
}

/** Length of the straight line between two points on the WGS 84 ellipsoid, in metres. */
export function metresBetween(one: Location, other: Location): number {
  const [x1, y1, z1] = earthCentred(one);
  const [x2, y2, z2] = earthCentred(other);
  return Math.sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2);
}

function earthCentred({ latitude, longitude }: Location): [number, number, number] {
  const flattening = 1 / 298.257223563;
  const squaredEccentricity = flattening * (2 - flattening);
  const [phi, lambda] = [(latitude / 180) * Math.PI, (longitude / 180) * Math.PI];
  const normal = 6_378_137 / Math.sqrt(1 - squaredEccentricity * Math.sin(phi) ** 2);
  const fromAxis = normal * Math.cos(phi);
  const height = normal * (1 - squaredEccentricity) * Math.sin(phi);
  return [fromAxis * Math.cos(lambda), fromAxis * Math.sin(lambda), height];
}

function isInside(polygon: NonNullable<Geofence['polygon']>, x: number, y: number): boolean {
  const corners: [number, number][] = [];
  for (const [longitude, latitude] of polygon) {
    const before = corners.at(-1)?.[0] ?? longitude;
    // Each corner on the turn of the globe that is nearest to the one before: the short way round.
    corners.push([longitude + 360 * Math.round((before - longitude) / 360), latitude]);
  }
  return [x - 360, x, x + 360].some((east) => isInsideOnPlane(corners, east, y));
}

function isInsideOnPlane(corners: readonly [number, number][], x: number, y: number): boolean {
  let inside = false;
  for (const [index, [x2, y2]] of corners.entries()) {
    const [x1, y1] = corners.at(index - 1)!;
    const onLine = (x2 - x1) * (y - y1) === (y2 - y1) * (x - x1);
    const between = (a: number, b: number, c: number) => Math.min(a, c) <= b && b <= Math.max(a, c);
    if (onLine && between(x1, x, x2) && between(y1, y, y2)) return true;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
