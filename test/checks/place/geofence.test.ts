import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fence } from '../../../src/checks/place/geofence.js';
import { compileFence, judgeFence } from '../../../src/checks/place/geofence.js';
import type { Geofence, Location } from '../../../src/policy/document.js';
import { destination } from '../../helpers/geodesic.js';
import { runs } from '../../helpers/runs.js';

const SEED = 20261122;
const BERLIN = { latitude: 52.52, longitude: 13.4 };

test('nobody is inside a fence of no kind', () => {
  const square = { kind: 'square', accuracyMetresMax: 300 } as unknown as Fence;
  expect(judgeFence(square, { ...BERLIN, accuracy: 5 })).toBe('outside');
});

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

  test('without any extent still has its centre inside', () => {
    const fence = fenceOf({ radius: 0 }, BERLIN);
    expect(judgeFence(fence, { ...BERLIN, accuracy: 0 })).toBe('holds');
    expect(judgeFence(fence, { ...BERLIN, latitude: 52.520_01, accuracy: 0 })).toBe('outside');
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
      undefined,
      null,
      0,
      'here',
      true,
      [],
      [52.52, 13.4, 10],
      {},
      () => good,
      { ...good, latitude: null },
      { ...good, latitude: '52.52' },
      { ...good, latitude: Number.NaN },
      { ...good, latitude: 90.01 },
      { ...good, latitude: -91 },
      { ...good, longitude: undefined },
      { ...good, longitude: 180.01 },
      { ...good, longitude: 373.4 },
      { ...good, longitude: Infinity },
      { ...good, latitude: new Number(52.52) },
      { lat: 52.52, lng: 13.4, accuracy: 10 },
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

  test('holds inside and on its edge, and nowhere else', () => {
    const fence = fenceOf({ polygon: square(13, 52, 14, 53) }, undefined);
    const answer = (latitude: number, longitude: number) =>
      judgeFence(fence, { latitude, longitude, accuracy: 1 });
    expect(answer(52.5, 13.5)).toBe('holds');
    expect(answer(52, 13)).toBe('holds');
    expect(answer(51.999, 13.5)).toBe('outside');
    expect(answer(52.5, 14.001)).toBe('outside');
  });

  test('round a pole is no fence', () => {
    const polygon: Corner[] = [
      [0, 0],
      [120, 0],
      [-120, 0],
    ];
    expect(compileFence({ polygon }, undefined)).toBeUndefined();
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
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

function position() {
  return fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
}
