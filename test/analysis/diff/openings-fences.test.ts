/**
 * Fences that cross, touch, nest and move: wherever somebody says to be, and however exactly, a line covers the request
 * if and only if the two policies differ. A cell between edges for which no position is found fails it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveringLine } from '../../../src/analysis/diff/covering-line.js';
import { diffPolicies } from '../../../src/analysis/diff/diff-policies.js';
import { compilePolicy } from '../../../src/index.js';
import { choose, type Draw } from '../../helpers/arbitraries-draw.js';
import { shift } from '../../helpers/arbitraries-places.js';
import { right, site, unlock } from '../../helpers/builders.js';
import { runs } from '../../helpers/runs.js';
import { SEED } from '../../helpers/worlds.js';

const SPAN = { from: '2026-03-02T00:00:00Z', until: '2026-03-03T00:00:00Z' };
const RADII = [40, 50, 100, 300];

function drawFence(draw: Draw, centre: { latitude: number; longitude: number }): object {
  if (draw.chance(60)) return { radius: draw.pick(RADII) };
  const from = shift(centre, draw.pick([0, 40, 100]), draw.int(0, 3) * 90);
  const turn = draw.int(0, 3) * 20;
  const polygon = Array.from({ length: draw.int(3, 6) }, (_, corner, count = 6) => {
    const { latitude, longitude } = shift(
      from,
      draw.pick([50, 100]),
      turn + (corner * 360) / count,
    );
    return [longitude, latitude];
  });
  return { polygon, ...draw.maybe(50, { accuracyMax: draw.pick([10, 300]) }) };
}

function drawSite(draw: Draw) {
  const centre = { latitude: 52.5, longitude: 13.5 };
  const door = shift(centre, draw.pick([0, 60]), 90);
  const fenced = (percent: number, around: { latitude: number; longitude: number }) =>
    draw.maybe(percent, { restrictions: { geofence: drawFence(draw, around) } });
  return site({
    places: [{ id: 'hq', location: centre, ...fenced(40, centre) }],
    doors: [{ id: 'front', place: 'hq', location: door, ...fenced(30, door) }],
    groups: [
      { id: 'staff', doors: ['front'], ...fenced(70, door) },
      { id: 'crew', doors: ['front'], ...fenced(70, door) },
    ],
    assignments: [
      right('a', 'ada'),
      ...(draw.chance(50) ? [right('b', 'ada', { scope: { type: 'group', id: 'crew' } })] : []),
    ],
  });
}

test('wherever somebody stands, a line covers the request if and only if two policies of fences differ', () => {
  let differing = 0;
  const property = fc.property(fc.gen(), (g) => {
    const draw = choose(g);
    const [before, after] = [drawSite(draw), drawSite(draw)].map((policy) => compilePolicy(policy));
    const diff = diffPolicies(before!, after!, SPAN);
    for (let ask = 0; ask < 60; ask++) {
      const from = shift({ latitude: 52.5, longitude: 13.5 }, draw.pick([0, 60]), 90);
      const metres = draw.pick([0, ...RADII, draw.int(0, 350)]) * draw.pick([1, 0.999, 1.001]);
      const place = shift(from, metres, draw.int(0, 359));
      const location = { ...place, accuracy: draw.pick([0, 10, 40, 50, 100, 300, 301]) };
      const request = unlock('ada', 'front', { location });
      const [was, is] = [before!.check(request), after!.check(request)];
      const expected = was === is ? undefined : is ? 'gains' : 'loses';
      if (expected !== undefined) differing += 1;
      expect(coveringLine(diff, before!, after!, request)?.effect).toBe(expected);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: runs(40), endOnFailure: true });
  expect(differing).toBeGreaterThan(100);
});

/** A strip about a position: so long that what crosses it lies anywhere on it, and as wide as is said. */
function strip(
  centre: { latitude: number; longitude: number },
  degrees: number,
  metresWide: number,
): object {
  const ends = [shift(centre, 1700, degrees), shift(centre, 1300, degrees + 180)];
  const sides = [90, -90].map((side) =>
    ends.map((end) => shift(end, metresWide / 2, degrees + side)),
  );
  const corners = [sides[0]![0]!, sides[0]![1]!, sides[1]![1]!, sides[1]![0]!];
  return { polygon: corners.map(({ latitude, longitude }) => [longitude, latitude]) };
}

function crossed(group: object, door: object | undefined, location = {}) {
  return site({
    places: [{ id: 'hq', location: { latitude: 52.5, longitude: 13.5 } }],
    doors: [
      {
        id: 'front',
        place: 'hq',
        ...location,
        ...(door === undefined ? {} : { restrictions: { geofence: door } }),
      },
    ],
    groups: [{ id: 'staff', doors: ['front'], restrictions: { geofence: group } }],
    assignments: [right('a', 'ada')],
  });
}

// Fails where edges are walked in steps: the square in which two strips meet lies between any two.
test('where long thin fences cross somebody can stand, however thin they are', () => {
  let inside = 0;
  const property = fc.property(fc.gen(), (g) => {
    const draw = choose(g);
    const at = shift(
      { latitude: 52.5, longitude: draw.pick([13.5, 180, -179.999]) },
      draw.int(0, 900),
      77,
    );
    const [width, angle] = [draw.pick([0.01, 0.1, 1, 5]), draw.int(0, 359)];
    const across = strip(at, angle + draw.int(20, 160), draw.pick([0.01, 0.1, 1, 5]));
    const before = crossed(strip(at, angle, width), across);
    const [was, is] = [before, { ...before, assignments: [] }].map((each) => compilePolicy(each));
    const diff = diffPolicies(was!, is!, SPAN);
    const request = unlock('ada', 'front', { location: { ...at, accuracy: 5 } });
    if (was!.check(request)) inside += 1;
    expect(coveringLine(diff, was!, is!, request)?.effect).toBe(
      was!.check(request) ? 'loses' : undefined,
    );
  });
  fc.assert(property, { seed: SEED, numRuns: runs(60), endOnFailure: true });
  expect(inside).toBeGreaterThan(50);
});

test('a circle that bulges over the middle of a long edge by a hand is told, on either side', () => {
  const door = { latitude: 52.5, longitude: 13.5 };
  const location = { location: door };
  for (const metres of [299.9, 299.99, 299.999]) {
    const south = shift(door, metres, 180);
    const polygon = [
      [-0.07, 0],
      [-0.07, -0.1],
      [0.131, -0.1],
      [0.131, 0],
    ].map(([east = 0, north = 0]) => [south.longitude + east, south.latitude + north]);
    const before = compilePolicy(crossed({ radius: 300 }, { polygon }, location));
    const after = compilePolicy({
      ...crossed({ radius: 300 }, { polygon }, location),
      assignments: [],
    });
    const diff = diffPolicies(before, after, SPAN);
    const between = shift(south, (300 - metres) / 2, 180);
    const request = unlock('ada', 'front', { location: { ...between, accuracy: 5 } });
    expect(before.check(request)).toBe(true);
    expect(coveringLine(diff, before, after, request)?.effect).toBe('loses');
  }
});

test('a fence that moves by some millimetres gains and loses a margin', () => {
  const [before, after] = [0, 5e-8].map((east) =>
    compilePolicy(crossed(strip({ latitude: 52.5, longitude: 13.5 + east }, 0, 50), undefined)),
  );
  const diff = diffPolicies(before!, after!, SPAN);
  expect(new Set(diff.openings.map(({ effect }) => effect))).toEqual(new Set(['gains', 'loses']));
});
