/** The forecast against closed forms, and its calibration on simulated buildings. */
import { describe, expect, test } from 'vitest';
import {
  expectedBy,
  FORECAST_SHARE,
  PRIOR_SECONDS,
  PRIOR_SHAPE,
  type Watched,
} from '../../src/sync/forecast.js';
import { VISITS_KEPT_MAX } from '../../src/sync/limits.js';
import { T0 } from './building.js';

const DAY = 86_400;
const nobody: Watched = { heldSince: T0, countedSince: T0, visits: [] };

describe('expectedBy', () => {
  test('nobody holds it: no forecast', () => {
    expect(expectedBy([])).toBe(null);
  });

  test('one carrier never seen: the quantile of a Lomax distribution', () => {
    const quantile = PRIOR_SECONDS * ((1 - FORECAST_SHARE) ** (-1 / PRIOR_SHAPE) - 1);
    expect(Math.abs((expectedBy([nobody]) ?? 0) - T0 - quantile)).toBeLessThanOrEqual(1);
    expect(quantile).toBeCloseTo(27 * DAY, 3);
  });

  test('one carrier seen daily for ten days: its posterior', () => {
    const visits = Array.from({ length: 10 }, (_, day) => T0 - 10 * DAY + (day + 0.5) * DAY);
    const watched = { heldSince: T0, countedSince: T0 - 10 * DAY, visits };
    const quantile = (PRIOR_SECONDS + 10 * DAY) * (10 ** (1 / (PRIOR_SHAPE + 10)) - 1);
    expect(Math.abs((expectedBy([watched]) ?? 0) - T0 - quantile)).toBeLessThanOrEqual(1);
  });

  test('two alike are as one with twice the shape', () => {
    const quantile = PRIOR_SECONDS * (10 ** (1 / (2 * PRIOR_SHAPE)) - 1);
    expect(Math.abs((expectedBy([nobody, nobody]) ?? 0) - T0 - quantile)).toBeLessThanOrEqual(1);
  });

  test('it does not move on by waiting: visits and time after the change was held change nothing', () => {
    const later = { ...nobody, visits: [T0 + DAY, T0 + 2 * DAY] };
    expect(expectedBy([later])).toBe(expectedBy([nobody]));
  });

  test('another carrier never makes it later', () => {
    const second = { ...nobody, heldSince: T0 + 5 * DAY };
    const alone = expectedBy([nobody]) ?? 0;
    expect(expectedBy([nobody, second]) ?? 0).toBeLessThan(alone);
    expect(expectedBy([nobody, { ...nobody, heldSince: T0 + 900 * DAY }])).toBe(alone);
  });
});

/** A generator of its own, so that the numbers are the same everywhere: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Visits a day of one carrier: a household, a caretaker, or a service provider. None is drawn from the prior. */
function rateOf(draw: () => number): number {
  const kind = draw();
  if (kind < 0.5) return 0.5 + 1.5 * draw();
  if (kind < 0.8) return 0.1 + 0.4 * draw();
  return 0.02 + 0.1 * draw();
}

/** The share of changes whose first visit comes by the forecast, over so many buildings. */
function share(seed: number, buildings: number, daysMax: number, isDaytime: boolean): number {
  const draw = random(seed);
  const wait = (rate: number): number => (-Math.log(1 - draw()) / rate) * DAY;
  /** Between seven in the morning and ten in the evening, at the same daily rate. */
  const shown = (at: number): number => {
    if (!isDaytime) return at;
    const day = Math.floor(at / DAY);
    return day * DAY + 7 * 3600 + (at - day * DAY) * (15 / 24);
  };
  let arrived = 0;
  for (let index = 0; index < buildings; index++) {
    const carriers = 1 + Math.floor(draw() * 4);
    let first = Number.POSITIVE_INFINITY;
    const watched: Watched[] = [];
    for (let carrier = 0; carrier < carriers; carrier++) {
      const rate = rateOf(draw);
      const since = T0 - Math.floor(draw() * daysMax * DAY);
      const held = T0 + Math.floor(draw() * DAY);
      const visits: number[] = [];
      let at = since + wait(rate);
      for (; shown(at) <= held; at += wait(rate)) visits.push(shown(at));
      first = Math.min(first, shown(at));
      const dropped = visits.length - VISITS_KEPT_MAX;
      const countedSince = dropped > 0 ? (visits[dropped - 1] ?? since) : since;
      watched.push({ heldSince: held, countedSince, visits: visits.slice(-VISITS_KEPT_MAX) });
    }
    if (first <= (expectedBy(watched) ?? 0)) arrived += 1;
  }
  return arrived / buildings;
}

test.each([
  ['watched for up to half a year', 1, 180, false],
  ['watched for up to two weeks', 2, 14, false],
  ['watched for up to half a year, visited by day only', 3, 180, true],
])('nine changes in ten arrive by then: buildings %s', (title, seed, days, isDaytime) => {
  const arrived = share(seed, 20_000, days, isDaytime);
  console.log(`delivered by expectedBy, ${title}: ${arrived}`);
  expect(arrived).toBeGreaterThanOrEqual(0.85);
  expect(arrived).toBeLessThanOrEqual(0.95);
});
