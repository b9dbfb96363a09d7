import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRing, isInRing } from '../../../src/checks/place/polygon.js';
import { runs } from '../../helpers/runs.js';

const SEED = 20261122;

describe('a polygon', () => {
  test.each([
    ['a corner', 1, 1],
    ['an edge', 1, 1.5],
    ['the far edge', 2, 1.25],
    ['the middle', 1.5, 1.5],
  ])('has %s inside', (_, longitude, latitude) => {
    expect(inside(square(1, 1, 2, 2), longitude, latitude)).toBe(true);
  });

  test('has what lies just beyond an edge outside', () => {
    for (const [longitude, latitude] of [
      [0.999999, 1.5],
      [2.000001, 1.5],
      [1.5, 2.000001],
      [1.5, 0.999999],
      [0.5, 1],
      [2.5, 2],
    ] as const) {
      expect(inside(square(1, 1, 2, 2), longitude, latitude)).toBe(false);
    }
  });

  test('may repeat its closing corner, begin anywhere and go either way round', () => {
    fc.assert(
      fc.property(ring(), position(), fc.nat(20), (corners, point, turn) => {
        const expected = inside(corners, point.longitude, point.latitude);
        const start = turn % corners.length;
        const turned = [...corners.slice(start), ...corners.slice(0, start)];
        const first = corners[0] as Corner;
        expect(inside(turned, point.longitude, point.latitude)).toBe(expected);
        expect(inside([...corners].reverse(), point.longitude, point.latitude)).toBe(expected);
        expect(inside([...corners, first], point.longitude, point.latitude)).toBe(expected);
      }),
      { seed: SEED, numRuns: runs(500) },
    );
  });

  test('agrees with turf away from the antimeridian', () => {
    fc.assert(
      fc.property(ring(), near(), (corners, [longitude, latitude]) => {
        expect(inside(corners, longitude, latitude)).toBe(turf(corners, longitude, latitude));
      }),
      { seed: SEED, numRuns: runs(5000) },
    );
  });

  test('agrees with turf after both were moved across the antimeridian', () => {
    // Eighths of a degree stay exact when 180 is added.
    fc.assert(
      fc.property(ring(), near(), fc.constantFrom(170, 178, 180, 183), (corners, point, shift) => {
        const moved = corners.map(([x, y]): Corner => [wrap(x + shift), y]);
        const expected = turf(corners, point[0], point[1]);
        expect(inside(moved, wrap(point[0] + shift), point[1])).toBe(expected);
      }),
      { seed: SEED, numRuns: runs(5000) },
    );
  });

  test('crosses the antimeridian the short way and has both names of it inside', () => {
    const fiji = square(177, -19, -178, -16);
    expect(inside(fiji, 179, -17)).toBe(true);
    expect(inside(fiji, -179, -17)).toBe(true);
    expect(inside(fiji, 180, -17)).toBe(true);
    expect(inside(fiji, -180, -17)).toBe(true);
    expect(inside(fiji, 177, -18)).toBe(true);
    expect(inside(fiji, -178, -18)).toBe(true);
    expect(inside(fiji, 176.99, -17)).toBe(false);
    expect(inside(fiji, -177.99, -17)).toBe(false);
    expect(inside(fiji, 0, -17)).toBe(false);
  });

  test('has a corner inside whatever its longitude, also beyond the antimeridian', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: 0.001, max: 60, noNaN: true }),
        (west, width) => {
          const corners = square(west, 1, wrap(west + width), 2);
          for (const [longitude, latitude] of corners) {
            expect(inside(corners, longitude, latitude)).toBe(true);
          }
        },
      ),
      { seed: SEED, numRuns: runs(1000) },
    );
  });

  test('touching a pole has the pole inside by every longitude', () => {
    const wedge: Corner[] = [
      [0, 80],
      [30, 80],
      [15, 90],
    ];
    expect(inside(wedge, 15, 90)).toBe(true);
    expect(inside(wedge, -120, 90)).toBe(true);
    expect(inside(wedge, -120, -90)).toBe(false);
    expect(inside(wedge, -120, 89.9)).toBe(false);
    expect(inside(square(0, 80, 30, 89), 10, 90)).toBe(false);
  });

  test.each([1, -1])('round a pole has no inside and is no ring (turn %s)', (turn) => {
    const round = (latitude: number) =>
      [0, 120, -120].map((longitude): Corner => [longitude * turn, latitude]);
    for (const latitude of [85, 0, -85]) expect(compileRing(round(latitude))).toBeUndefined();
    expect(compileRing([...round(85), [0, 85]])).toBeUndefined();
  });

  test('over exactly 180 degrees goes the way its numbers say', () => {
    const half: Corner[] = [
      [-90, 0],
      [90, 0],
      [0, 40],
    ];
    expect(inside(half, 0, 10)).toBe(true);
    expect(inside(half, 180, 10)).toBe(false);
    const back: Corner[] = [
      [90, 0],
      [-90, 0],
      [0, 40],
    ];
    expect(inside(back, 0, 10)).toBe(true);
    expect(inside(back, 180, 10)).toBe(false);
  });

  test('that begins at the antimeridian has it inside under both of its names', () => {
    for (const corners of [square(-180, 0, -170, 10), square(170, 0, 180, 10)]) {
      expect(inside(corners, 180, 5)).toBe(true);
      expect(inside(corners, -180, 5)).toBe(true);
    }
  });

  test('that touches the south pole has it inside under every longitude', () => {
    const wedge: Corner[] = [
      [0, -80],
      [30, -80],
      [15, -90],
    ];
    expect(inside(wedge, -120, -90)).toBe(true);
    expect(inside(wedge, -120, 90)).toBe(false);
    expect(inside(wedge, -120, -89.9)).toBe(false);
  });

  test('has what lies on the line of an edge but beyond its end outside', () => {
    const notched: Corner[] = [
      [0, 0],
      [30, 0],
      [30, 20],
      [20, 20],
      [20, 10],
      [10, 10],
      [10, 20],
      [0, 20],
    ];
    const swapped = notched.map(([x, y]): Corner => [y, x]);
    for (const corners of [notched, [...notched].reverse()]) {
      expect([5, 15, 25].map((x) => inside(corners, x, 20))).toEqual([true, false, true]);
    }
    for (const corners of [swapped, [...swapped].reverse()]) {
      expect([5, 15, 25].map((y) => inside(corners, 20, y))).toEqual([true, false, true]);
    }
  });

  test('of no corners has nothing inside', () => {
    expect(inside([], 0, 0)).toBe(false);
  });

  test('without extent has only its points inside', () => {
    const line: Corner[] = [
      [1, 1],
      [3, 3],
      [2, 2],
    ];
    expect(inside(line, 2.5, 2.5)).toBe(true);
    expect(inside(line, 2.5, 2.25)).toBe(false);
    expect(
      inside(
        [
          [1, 1],
          [1, 1],
          [1, 1],
        ],
        1,
        1,
      ),
    ).toBe(true);
    expect(
      inside(
        [
          [1, 1],
          [1, 1],
          [1, 1],
        ],
        1,
        1.5,
      ),
    ).toBe(false);
  });
});

type Corner = [number, number];

function square(west: number, south: number, east: number, north: number): Corner[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

function inside(polygon: Corner[], longitude: number, latitude: number): boolean {
  const ring = compileRing(polygon);
  if (ring === undefined) throw new Error('no ring');
  return isInRing(ring, latitude, longitude);
}

function turf(corners: Corner[], longitude: number, latitude: number): boolean {
  const closed = [...corners, corners[0] as Corner];
  return booleanPointInPolygon([longitude, latitude], { type: 'Polygon', coordinates: [closed] });
}

function wrap(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude;
}

function position() {
  return fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
}

/** A star-shaped ring round the origin on the grid of eighths, so that edges and corners are often hit. */
function ring() {
  return fc
    .array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 })), {
      minLength: 3,
      maxLength: 12,
    })
    .map((points) => {
      const angle = ([x, y]: [number, number]) => Math.atan2(y, x);
      return [...points]
        .sort((a, b) => angle(a) - angle(b))
        .map(([x, y]): Corner => [x / 8, y / 8]);
    });
}

function near() {
  const eighth = fc.integer({ min: -45, max: 45 }).map((value) => value / 8);
  return fc.tuple(eighth, eighth);
}
