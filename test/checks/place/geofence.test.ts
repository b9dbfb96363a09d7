import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFence, judgeFence } from '../../../src/checks/place/geofence.js';
import type { Fence } from '../../../src/checks/place/geofence.js';
import type { Geofence, Location } from '../../../src/policy/document.js';
import { destination } from '../../helpers/geodesic.js';
import { runs } from '../../helpers/runs.js';

const SEED = 20261122;
const BERLIN = { latitude: 52.52, longitude: 13.4 };

describe('a circle', () => {
  test('without a centre is no fence at all', () => {
    expect(compileFence({ radius: 50 }, undefined)).toBeUndefined();
    expect(compileFence({}, undefined)).toBeUndefined();
  });

  test('that does not say has 300 m, for the way and for the accuracy', () => {
    const fence = fenceOf({}, BERLIN);
    expect(judgeFence(fence, at(BERLIN, 90, 299.9))).toBe('holds');
    expect(judgeFence(fence, at(BERLIN, 90, 300.1))).toBe('outside');
    expect(judgeFence(fence, { ...BERLIN, accuracy: 300 })).toBe('holds');
    expect(judgeFence(fence, { ...BERLIN, accuracy: 300.1 })).toBe('inaccurate');
  });

  test('ends where the geodesic is as long as its radius, at poles and antimeridian too', () => {
    const centre = fc.oneof(
      position(),
      fc.constantFrom(
        { latitude: 90, longitude: 0 },
        { latitude: -90, longitude: 77 },
        { latitude: 89.9999, longitude: -140 },
        { latitude: 0, longitude: 180 },
        { latitude: -16.5, longitude: -180 },
        { latitude: 64, longitude: 179.9999 },
      ),
    );
    fc.assert(
      fc.property(
        centre,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 1, max: 10_000, noNaN: true }),
        (middle, azimuth, radius) => {
          const fence = fenceOf({ radius }, middle);
          expect(judgeFence(fence, at(middle, azimuth, radius - 0.000_01))).toBe('holds');
          // The chord is up to 1.04 mm shorter than the way along the ground.
          expect(judgeFence(fence, at(middle, azimuth, radius + 0.0011))).toBe('outside');
        },
      ),
      { seed: SEED, numRuns: runs(1500) },
    );
  });

  test('does not hold at the antipode or anywhere far', () => {
    const fence = fenceOf({ radius: 10_000 }, BERLIN);
    expect(judgeFence(fence, { latitude: -52.52, longitude: -166.6, accuracy: 0 })).toBe('outside');
    expect(judgeFence(fence, { latitude: 52.52, longitude: -13.4, accuracy: 0 })).toBe('outside');
  });

  test('with a centre that is no number lets nobody in', () => {
    const fence = fenceOf({}, { latitude: Number.NaN, longitude: 0 });
    expect(judgeFence(fence, { latitude: 0, longitude: 0, accuracy: 1 })).toBe('outside');
  });
});

describe('a stated location', () => {
  const fences: [string, Fence][] = [
    ['circle', fenceOf({ radius: 100 }, BERLIN)],
    ['polygon', fenceOf({ polygon: square(13, 52, 14, 53), accuracyMax: 100 }, undefined)],
  ];
  const good = { ...BERLIN, accuracy: 10 };
  const throwing = {
    get latitude(): number {
      throw new Error('gone');
    },
  };

  describe.each(fences)('at a %s', (_, fence) => {
    test('holds when all is well, own members or inherited, others ignored', () => {
      expect(judgeFence(fence, good)).toBe('holds');
      expect(judgeFence(fence, Object.create(good))).toBe('holds');
      expect(judgeFence(fence, { ...good, altitude: 9e9 })).toBe('holds');
      expect(judgeFence(fence, { ...good, accuracy: 0 })).toBe('holds');
      expect(judgeFence(fence, { ...good, accuracy: 100 })).toBe('holds');
    });

    test.each([
      undefined, null, 0, 'here', true, [], [52.52, 13.4, 10], {}, () => good,
      { ...good, latitude: null }, { ...good, latitude: '52.52' }, { ...good, latitude: Number.NaN },
      { ...good, latitude: 90.01 }, { ...good, latitude: -91 }, { ...good, longitude: undefined },
      { ...good, longitude: 180.01 }, { ...good, longitude: 373.4 }, { ...good, longitude: Infinity },
      { ...good, latitude: new Number(52.52) }, { lat: 52.52, lng: 13.4, accuracy: 10 },
    ])('is missing for %j', (location) => {
      expect(judgeFence(fence, location)).toBe('missing');
    });

    test('is missing when reading it throws', () => {
      expect(judgeFence(fence, throwing)).toBe('missing');
    });

    test.each([undefined, null, Number.NaN, -0.1, 100.1, Infinity, -Infinity, '10', [10], true])(
      'is inaccurate with accuracy %s, even when it lies outside',
      (accuracy) => {
        expect(judgeFence(fence, { ...good, accuracy })).toBe('inaccurate');
        expect(judgeFence(fence, { latitude: 0, longitude: 0, accuracy })).toBe('inaccurate');
      },
    );

    test('is read once, so that it cannot answer differently the second time', () => {
      let reads = 0;
      const shifty = {
        get latitude() {
          return reads++ === 0 ? 0 : BERLIN.latitude;
        },
        longitude: BERLIN.longitude,
        accuracy: 1,
      };
      expect(judgeFence(fence, shifty)).toBe('outside');
      expect(reads).toBe(1);
    });

    test('never holds after any one member was made missing or ill-typed', () => {
      const bad = fc.constantFrom(undefined, null, Number.NaN, '1', {}, [], true, Infinity);
      const member = fc.constantFrom('latitude', 'longitude', 'accuracy');
      fc.assert(
        fc.property(member, bad, (name, value) => {
          expect(judgeFence(fence, { ...good, [name]: value })).not.toBe('holds');
        }),
        { seed: SEED, numRuns: runs(100) },
      );
    });
  });
});

describe('a polygon', () => {
  test('needs no centre and allows an accuracy of 300 m when it does not say', () => {
    const fence = fenceOf({ polygon: square(13, 52, 14, 53) }, undefined);
    expect(judgeFence(fence, { ...BERLIN, accuracy: 300 })).toBe('holds');
    expect(judgeFence(fence, { ...BERLIN, accuracy: 301 })).toBe('inaccurate');
  });

  test.each([
    ['a corner', 1, 1], ['an edge', 1, 1.5], ['the far edge', 2, 1.25], ['the middle', 1.5, 1.5],
  ])('has %s inside', (_, longitude, latitude) => {
    expect(inside(square(1, 1, 2, 2), longitude, latitude)).toBe(true);
  });

  test('has what lies just beyond an edge outside', () => {
    for (const [longitude, latitude] of [[0.999999, 1.5], [2.000001, 1.5], [1.5, 2.000001], [1.5, 0.999999], [0.5, 1], [2.5, 2]] as const) {
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
    const wedge: Corner[] = [[0, 80], [30, 80], [15, 90]];
    expect(inside(wedge, 15, 90)).toBe(true);
    expect(inside(wedge, -120, 90)).toBe(true);
    expect(inside(wedge, -120, -90)).toBe(false);
    expect(inside(wedge, -120, 89.9)).toBe(false);
    expect(inside(square(0, 80, 30, 89), 10, 90)).toBe(false);
  });

  test.each([1, -1])('round a pole has the pole and everything nearer inside (turn %s)', (turn) => {
    const north = [0, 60, 120, 180, -120, -60].map((longitude): Corner => [longitude * turn, 85]);
    for (const longitude of [-180, -179.5, -61, 0, 0.5, 59, 179.5, 180]) {
      expect(inside(north, longitude, 87)).toBe(true);
      expect(inside(north, longitude, 85)).toBe(true);
      expect(inside(north, longitude, 84.9)).toBe(false);
      expect(inside(north, longitude, -87)).toBe(false);
      expect(inside(north, longitude, 90)).toBe(true);
    }
    const south = north.map(([longitude]): Corner => [longitude, -85]);
    expect(inside(south, 33, -90)).toBe(true);
    expect(inside(south, 33, 86)).toBe(false);
  });

  test('round the equator has no inside and is no fence', () => {
    const equator: Corner[] = [[0, 0], [120, 0], [-120, 0]];
    expect(compileFence({ polygon: equator }, undefined)).toBeUndefined();
  });

  test('over exactly 180 degrees goes the way its numbers say', () => {
    const half: Corner[] = [[-90, 0], [90, 0], [0, 40]];
    expect(inside(half, 0, 10)).toBe(true);
    expect(inside(half, 180, 10)).toBe(false);
  });

  test('without extent has only its points inside', () => {
    const line: Corner[] = [[1, 1], [3, 3], [2, 2]];
    expect(inside(line, 2.5, 2.5)).toBe(true);
    expect(inside(line, 2.5, 2.25)).toBe(false);
    expect(inside([[1, 1], [1, 1], [1, 1]], 1, 1)).toBe(true);
    expect(inside([[1, 1], [1, 1], [1, 1]], 1, 1.5)).toBe(false);
  });
});

type Corner = [number, number];

function fenceOf(fence: Geofence, centre: Location | undefined): Fence {
  const compiled = compileFence(fence, centre);
  if (compiled === undefined) throw new Error('no fence');
  return compiled;
}

function at(from: Location, azimuth: number, metres: number) {
  return { ...destination(from.latitude, from.longitude, azimuth, metres), accuracy: 0 };
}

function square(west: number, south: number, east: number, north: number): Corner[] {
  return [[west, south], [east, south], [east, north], [west, north]];
}

function inside(polygon: Corner[], longitude: number, latitude: number): boolean {
  const fence = fenceOf({ polygon }, undefined);
  return judgeFence(fence, { latitude, longitude, accuracy: 0 }) === 'holds';
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
