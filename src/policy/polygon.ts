/** Whether the corners of a geofence enclose one area. Source: docs/decisions.md, "Restrictions". */

/** A corner as written: longitude, latitude, in degrees. */
type Corner = readonly [longitude: number, latitude: number];

/**
 * What is wrong with a polygon, for people, or `undefined`. Edges are straight in longitude and latitude
 * and go the short way round the earth; a last corner equal to the first is left out, as are repeats.
 * Refused besides what has no area: edges that meet or touch anywhere but at their shared corner, an edge of
 * exactly half a turn (both ways are as short), and a ring round a pole, whose inside is not to be told.
 */
export function polygonFault(corners: readonly Corner[]): string | undefined {
  const ring = unwrapped(corners);
  if (ring === undefined) return 'an edge goes half way round the earth';
  const last = ring[ring.length - 1];
  const first = ring[0];
  if (first === undefined || last === undefined) return 'fewer than 3 different corners';
  const turn = closingLongitude(last, first) - first[0];
  if (Number.isNaN(turn)) return 'an edge goes half way round the earth';
  if (Math.abs(turn) > 180) return 'goes round a pole';
  if (ring.length > 1 && same(first, last)) ring.pop();
  if (new Set(ring.map(String)).size < 3) return 'fewer than 3 different corners';
  const longitudes = ring.map((corner) => corner[0]);
  if (Math.max(...longitudes) - Math.min(...longitudes) >= 360) return 'goes all round the earth';
  return crosses(ring) ? 'crosses, touches or covers itself' : undefined;
}

/** Corners with longitudes that no longer jump at the antimeridian, without repeats in a row. */
function unwrapped(corners: readonly Corner[]): Corner[] | undefined {
  const ring: Corner[] = [];
  for (const corner of corners) {
    const before = ring[ring.length - 1];
    const next: Corner =
      before === undefined ? corner : [closingLongitude(before, corner), corner[1]];
    if (Number.isNaN(next[0])) return undefined;
    if (before === undefined || !same(before, next)) ring.push(next);
  }
  return ring;
}

/** The longitude of `to`, plus whole turns, nearest to `from`; NaN when two are as near. */
function closingLongitude(from: Corner, to: Corner): number {
  const turns = Math.round((from[0] - to[0]) / 360);
  const longitude = to[0] + 360 * turns;
  const distance = Math.abs(longitude - from[0]);
  return distance === 180 ? Number.NaN : longitude;
}

function same(one: Corner, other: Corner): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

/** Whether two edges share a point they should not. At most `POLYGON_POINTS_MAX`² / 2 comparisons. */
function crosses(ring: readonly Corner[]): boolean {
  const edges = ring.map((corner, index): [Corner, Corner] => [
    corner,
    ring[(index + 1) % ring.length] ?? corner,
  ]);
  return edges.some(([a, b], index) => {
    const after = edges[(index + 1) % edges.length];
    // Neighbours share a corner and must not double back over each other.
    if (
      after !== undefined &&
      side(a, b, after[1]) === 0 &&
      (within(a, b, after[1]) || within(b, after[1], a))
    ) {
      return true;
    }
    for (let other = index + 2; other < edges.length; other++) {
      const edge = edges[other];
      const neighbours = index === 0 && other === edges.length - 1;
      if (edge !== undefined && !neighbours && meet(a, b, edge[0], edge[1])) return true;
    }
    return false;
  });
}

function meet(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const [c1, d1, a1, b1] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (c1 !== d1 && a1 !== b1 && c1 !== 0 && d1 !== 0 && a1 !== 0 && b1 !== 0) return true;
  return (
    (c1 === 0 && within(a, b, c)) ||
    (d1 === 0 && within(a, b, d)) ||
    (a1 === 0 && within(c, d, a)) ||
    (b1 === 0 && within(c, d, b))
  );
}

/** On which side of the line through `a` and `b` a point lies: -1, 0 on it, 1. */
function side(a: Corner, b: Corner, point: Corner): number {
  return Math.sign((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]));
}

/** Whether a point on the line through `a` and `b` lies between them, the ends included. */
function within(a: Corner, b: Corner, point: Corner): boolean {
  return (
    Math.min(a[0], b[0]) <= point[0] &&
    point[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= point[1] &&
    point[1] <= Math.max(a[1], b[1])
  );
}
