import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chordSquared, ecefOf, isPosition } from '../../src/values/position.js';
import { destination } from '../helpers/geodesic.js';
import { runs } from '../helpers/runs.js';

describe('positions on the ellipsoid', () => {
  test('the axes go through 0° N 0° E, 0° N 90° E and the pole', () => {
    expect(ecefOf(0, 0)).toEqual({ x: 6_378_137, y: 0, z: 0 });
    const east = ecefOf(0, 90);
    expect(east.x).toBeCloseTo(0, 8);
    expect(east.y).toBeCloseTo(6_378_137, 8);
    const pole = ecefOf(90, 0);
    expect(Math.hypot(pole.x, pole.y)).toBeLessThan(1e-8);
    // The semi-minor axis of WGS 84, published as 6 356 752.3142 m.
    expect(pole.z).toBeCloseTo(6_356_752.3142, 4);
  });

  test.each([
    [90, 180, true],
    [-90, -180, true],
    [0, 0, true],
    [90.0001, 0, false],
    [0, 180.0001, false],
    [NaN, 0, false],
    [0, Infinity, false],
    ['1', 2, false],
    [1, null, false],
    [undefined, 1, false],
    [1n, 1, false],
    [new Number(1), 1, false],
  ])('%s, %s is a position: %s', (latitude, longitude, expected) => {
    expect(isPosition(latitude, longitude)).toBe(expected);
  });
});

describe('the chord', () => {
  test('is the geodesic to a millimetre and its own curvature up to 10 km, anywhere', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        (latitude, longitude, azimuth, metres) => {
          const there = destination(latitude, longitude, azimuth, metres);
          const from = ecefOf(latitude, longitude);
          const chord = Math.sqrt(chordSquared(from, there.latitude, there.longitude));
          // s³/24R² at the smallest radius of curvature (a(1−e²) = 6 335 439 m), and 5 µm for Vincenty.
          const short = metres ** 3 / (24 * 6_335_439 ** 2);
          expect(chord).toBeLessThanOrEqual(metres + 5e-6);
          expect(chord).toBeGreaterThanOrEqual(metres - short - 5e-6);
          expect(metres - chord).toBeLessThan(0.00105);
        },
      ),
      { seed: 20261122, numRuns: runs(3000) },
    );
  });

  test('of a point to itself is nothing, also by another name of the same point', () => {
    expect(chordSquared(ecefOf(52.5, 13.4), 52.5, 13.4)).toBe(0);
    expect(Math.sqrt(chordSquared(ecefOf(10, 180), 10, -180))).toBeLessThan(1e-8);
    expect(Math.sqrt(chordSquared(ecefOf(90, 20), 90, -135))).toBeLessThan(1e-8);
  });

  test('is the same there and back, and equal to the distance of the two ECEF positions', () => {
    fc.assert(
      fc.property(position(), position(), (a, b) => {
        const from = ecefOf(a.latitude, a.longitude);
        const to = ecefOf(b.latitude, b.longitude);
        const chord = Math.sqrt(chordSquared(from, b.latitude, b.longitude));
        expect(chord).toBeCloseTo(Math.hypot(from.x - to.x, from.y - to.y, from.z - to.z), 6);
        expect(chord).toBeCloseTo(Math.sqrt(chordSquared(to, a.latitude, a.longitude)), 6);
      }),
      { seed: 20261122, numRuns: runs(500) },
    );
  });

  test('of a bad number is NaN, which no comparison lets through', () => {
    expect(chordSquared(ecefOf(0, 0), Number.NaN, 0)).toBeNaN();
    expect(chordSquared(ecefOf(Number.NaN, 0), 0, 0)).toBeNaN();
    expect(chordSquared(ecefOf(0, 0), 0, Number.POSITIVE_INFINITY)).toBeNaN();
  });
});

function position() {
  return fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
}
