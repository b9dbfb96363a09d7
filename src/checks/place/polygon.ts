/**
 * Polygons on the map: edges are straight in longitude and latitude and go the short way round, an edge
 * is inside. Rings may cross the antimeridian and touch a pole.
 */

/** A ring, its longitudes unwrapped so that no edge jumps: they may lie beyond ±180. */
export interface Ring {
  readonly longitudes: Float64Array;
  readonly latitudes: Float64Array;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/**
 * The ring through `[longitude, latitude]` corners in degrees; the closing corner may be repeated.
 * An edge over exactly 180° of longitude goes the way its two numbers say (0 to 180 eastwards).
 * @returns undefined for a ring round a pole: which side of it is the inside cannot be told, and a valid
 *   document has none.
 */
export function compileRing(corners: readonly (readonly [number, number])[]): Ring | undefined {
  const longitudes: number[] = [];
  const latitudes: number[] = [];
  let turns = 0;
  let before = corners[0]?.[0] ?? Number.NaN;
  for (const [longitude, latitude] of corners) {
    turns += turnsBetween(before, longitude);
    before = longitude;
    longitudes.push(longitude + 360 * turns);
    latitudes.push(latitude);
  }
  turns += turnsBetween(before, corners[0]?.[0] ?? Number.NaN);
  if (turns !== 0) return undefined;
  return {
    longitudes: Float64Array.from(longitudes),
    latitudes: Float64Array.from(latitudes),
    west: Math.min(...longitudes),
    east: Math.max(...longitudes),
    south: Math.min(...latitudes),
    north: Math.max(...latitudes),
  };
}

/** Whether a position in degrees lies in the ring or on its edge. Allocates nothing; false for NaN. */
export function isInRing(ring: Ring, latitude: number, longitude: number): boolean {
  if (!(latitude >= ring.south && latitude <= ring.north)) return false;
  // A pole is one point with every longitude: touching its parallel anywhere is touching it.
  if (latitude === 90 || latitude === -90) return true;
  // Turned as the corners were, by one multiplication, so that a point on a corner equals it exactly;
  // begun a turn early, so that the division may round either way.
  for (let turns = Math.floor((ring.west - longitude) / 360); ; turns++) {
    const turned = longitude + 360 * turns;
    if (!(turned <= ring.east)) return false;
    if (turned >= ring.west && isInPlane(ring, turned, latitude)) return true;
  }
}

/** Full turns to add when going from one longitude to the next the short way: -1, 0 or 1. */
function turnsBetween(from: number, to: number): number {
  const step = to - from;
  return step > 180 ? -1 : step < -180 ? 1 : 0;
}

/** The even-odd rule in the plane, edges first. */
function isInPlane(ring: Ring, x: number, y: number): boolean {
  const { longitudes, latitudes } = ring;
  let inside = false;
  let x1 = longitudes[longitudes.length - 1] ?? Number.NaN;
  let y1 = latitudes[latitudes.length - 1] ?? Number.NaN;
  for (let index = 0; index < longitudes.length; index++) {
    const x2 = longitudes[index] ?? Number.NaN;
    const y2 = latitudes[index] ?? Number.NaN;
    const cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    if (cross === 0 && isBetween(x, x1, x2) && isBetween(y, y1, y2)) return true;
    // Count edges that cross the parallel of y east of x; an upper end belongs to the next edge.
    const crosses = y1 > y !== y2 > y;
    if (crosses && y2 > y1 === cross > 0) inside = !inside;
    x1 = x2;
    y1 = y2;
  }
  return inside;
}

function isBetween(value: number, a: number, b: number): boolean {
  return a <= b ? value >= a && value <= b : value >= b && value <= a;
}
