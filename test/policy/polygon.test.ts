import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { polygonFault } from '../../src/policy/polygon.js';
import { runs } from '../helpers/runs.js';

type Corner = [number, number];

describe('a polygon', () => {
  test.each<[string, string]>([
    ['a triangle', '0 0, 1 0, 0 1'],
    ['a square with its closing point', '0 0, 1 0, 1 1, 0 1, 0 0'],
    ['a ring the other way round', '0 1, 1 1, 1 0, 0 0'],
    ['a corner written twice in a row', '0 0, 0 0, 1 0, 0 1'],
    ['a corner on a straight edge', '0 0, 1 0, 2 0, 2 2'],
    ['a concave one', '0 0, 4 0, 4 4, 2 1, 0 4'],
    ['one over the antimeridian', '179 0, -179 0, -179 1, 179 1'],
    ['one with a corner on the antimeridian, written both ways', '179 0, 180 0, -180 1, 179 1'],
    ['one that touches a pole', '0 80, 90 80, 45 90'],
    ['one as wide as half the earth', '-90 0, 0 10, 89 0, 0 -10'],
  ])('encloses an area: %s', (_title, corners) => {
    expect(polygonFault(ring(corners))).toBeUndefined();
  });

  test.each<[string, RegExp, string]>([
    ['no corner', /3 different/, ''],
    ['one corner', /3 different/, '0 0'],
    ['two corners and the closing point', /3 different/, '0 0, 1 1, 0 0'],
    ['one corner, over and over', /3 different/, '5 5, 5 5, 5 5, 5 5'],
    ['two corners, there and back', /3 different/, '0 0, 1 1, 0 0, 1 1'],
    ['the two names of the antimeridian', /3 different/, '180 0, -180 0, 179 0, 180 0'],
    ['corners on one line', /itself/, '0 0, 1 1, 3 3'],
    ['a bow tie', /itself/, '0 0, 1 1, 1 0, 0 1'],
    ['a bow tie over the antimeridian', /itself/, '179 0, -179 1, -179 0, 179 1'],
    ['an edge that doubles back', /itself/, '0 0, 4 0, 2 0, 2 2'],
    ['a spike at its first corner', /itself/, '2 0, 4 0, 4 4, 0 4, 0 0, 3 0'],
    ['a corner that touches an edge', /itself/, '0 0, 4 0, 4 4, 2 0, 0 4'],
    ['two rings that meet at a corner', /itself/, '0 0, 2 2, 4 0, 4 4, 2 2, 0 4'],
    ['a ring gone round twice', /itself/, '0 0, 1 0, 0 1, 0 0, 1 0, 0 1'],
    ['a ring round a pole', /pole/, '0 80, 120 80, -120 80'],
    ['an edge half way round the earth', /half way/, '-90 0, 90 0, 0 10'],
    ['a closing edge half way round the earth', /half way/, '-90 0, 0 10, 90 0'],
    ['a band all round the earth', /all round/, '0 0, 120 0, -120 0, 0 1, 0 3, -120 3, 120 3, 0 2'],
  ])('encloses none: %s', (_title, fault, corners) => {
    expect(polygonFault(ring(corners))).toMatch(fault);
  });

  test('is judged alike whichever corner comes first, in either direction, shifted in longitude', () => {
    const corner = fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 }));
    fc.assert(
      fc.property(
        fc.array(corner, { minLength: 3, maxLength: 7 }),
        fc.nat(6),
        fc.integer({ min: 174, max: 186 }),
        (corners, turn, shift) => {
          const sound = polygonFault(corners) === undefined;
          const first = turn % corners.length;
          const turned = [...corners.slice(first), ...corners.slice(0, first)];
          const shifted = corners.map(
            ([x, y]): Corner => [x + shift > 180 ? x + shift - 360 : x + shift, y],
          );
          expect(polygonFault(turned) === undefined).toBe(sound);
          expect(polygonFault([...corners].reverse()) === undefined).toBe(sound);
          expect(polygonFault(shifted) === undefined).toBe(sound);
          expect(polygonFault([...corners, corners[0] as Corner]) === undefined).toBe(sound);
        },
      ),
      { seed: 20261122, numRuns: runs(500) },
    );
  });

  test('sorted round its middle is a star and sound, and a bow tie of it is not', () => {
    const angles = fc.uniqueArray(fc.integer({ min: 0, max: 71 }), { minLength: 5, maxLength: 12 });
    fc.assert(
      fc.property(
        angles,
        fc.array(fc.integer({ min: 3, max: 9 }), { minLength: 12, maxLength: 12 }),
        (steps, radii) => {
          const sorted = [...steps].sort((one, other) => one - other);
          // Gaps below half a turn keep the middle inside, so that no edge can meet another.
          const wide = sorted.some(
            (step, index) => ((sorted[(index + 1) % sorted.length] ?? 0) - step + 72) % 72 >= 36,
          );
          fc.pre(!wide);
          const star = sorted.map((step, index): Corner => {
            const angle = (step * Math.PI) / 36;
            const radius = radii[index] ?? 3;
            return [radius * Math.cos(angle), radius * Math.sin(angle)];
          });
          expect(polygonFault(star)).toBeUndefined();
          // The same star gone round twice, from one middle to the other, always meets itself.
          expect(
            polygonFault([...star, ...star.map(([x, y]): Corner => [x * 0.9, y * 1.1])]),
          ).toMatch(/itself/);
        },
      ),
      { seed: 20261122, numRuns: runs(200) },
    );
  });
});

/** Corners written as `longitude latitude, …`. */
function ring(text: string): Corner[] {
  const corners = text === '' ? [] : text.split(', ');
  return corners.map((corner) => corner.split(' ').map(Number) as Corner);
}
