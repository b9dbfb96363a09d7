/** Seconds at the ends, minutes between: no second too many, and no whole minute too few. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as limits from '../../protocol/limits.js';
import { endOfFit, grantTime, WINDOWS_MAX } from '../../src/lowering/grant-time.js';
import { LIFE_SECONDS_MAX } from '../../src/lowering/options.js';
import type { Span } from '../../src/values/instant.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';
import { faultsOf, opens } from './lock.js';

/** Spans from milliseconds of length and pause in turn. */
function spansOf(start: number, lengths: readonly (readonly [number, number])[]): Span[] {
  let at = start;
  return lengths.map(([pause, length]) => {
    const from = at + pause;
    at = from + length;
    return { from, until: at };
  });
}

function grantOf(spans: readonly Span[]) {
  const time = grantTime(spans);
  const rest = { timePolicy: 0, requirements: 0, scope: 1, assignments: ['a'] } as const;
  return time === undefined ? undefined : { ...time, ...rest };
}

const seconds = (from: number, until: number): Span => ({ from: from * 1000, until: until * 1000 });

describe('the time of a grant', () => {
  test.each([
    ['nothing', [], undefined],
    ['one span needs no window', [seconds(61, 179)], { nbf: 61, exp: 179 }],
    [
      'part of a second at the ends is cut',
      [{ from: 60_001, until: 119_999 }],
      { nbf: 61, exp: 119 },
    ],
    ['less than a second is nothing', [{ from: 60_001, until: 60_999 }], undefined],
    [
      'a whole second on its own is a grant',
      [{ from: 60_001, until: 62_000 }],
      { nbf: 61, exp: 62 },
    ],
    [
      'inside it is minutes, at its ends seconds',
      [seconds(61, 179), seconds(245, 400), seconds(481, 599)],
      { nbf: 61, exp: 599, windows: [0, 1, 4, 5, 8, 9] },
    ],
    [
      'a span without a whole minute is left out in the middle',
      [seconds(0, 60), seconds(121, 239), seconds(300, 360)],
      { nbf: 0, exp: 360, windows: [0, 1, 5, 6] },
    ],
    [
      'and at the ends, where the next takes its place to the second',
      [seconds(61, 119), seconds(185, 300), seconds(355, 470), seconds(481, 539)],
      { nbf: 185, exp: 470, windows: [0, 2, 3, 5] },
    ],
    ['of which one may be left', [seconds(1, 59), seconds(65, 130)], { nbf: 65, exp: 130 }],
    [
      'beyond 32 bits of minutes’ milliseconds',
      [seconds(4e9, 4e9 + 60)],
      { nbf: 4e9, exp: 4e9 + 60 },
    ],
  ])('%s', (_, spans, expected) => {
    expect(grantTime(spans)).toEqual(expected);
  });

  test('opens inside the spans only, and at every whole minute that lies in one', () => {
    const length = fc.oneof(
      fc.integer({ min: 1, max: 90_000 }),
      fc.integer({ min: 1, max: 9 }).map((n) => n * 60_000),
    );
    const pairs = fc.array(fc.tuple(length, length), { minLength: 1, maxLength: WINDOWS_MAX });
    const start = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4e12 }));
    let opened = 0;
    const law = fc.property(start, pairs, (at, lengths) => {
      const spans = spansOf(at, lengths);
      const grant = grantOf(spans);
      if (grant !== undefined) expect(faultsOf(grant)).toEqual([]);
      const isIn = (t: number) =>
        spans.some(({ from, until }) => from <= t * 1000 && t * 1000 < until);
      const end = Math.ceil(spans.at(-1)!.until / 1000);
      for (let t = Math.floor(at / 1000) - 61; t <= end + 61; t++) {
        const isOpen = grant !== undefined && opens(grant, t, 0);
        if (isOpen) opened += 1;
        if (isOpen && !isIn(t)) throw new Error(`opens at ${t}`);
        // A whole minute in a span: the wire can say it, unless it is the only second at all.
        const minute = spans.some(
          ({ from, until }) =>
            from <= Math.floor(t / 60) * 60_000 && Math.floor(t / 60) * 60_000 + 60_000 <= until,
        );
        if (minute && !isOpen) throw new Error(`stays shut at ${t}`);
      }
    });
    fc.assert(law, { seed: SEED, numRuns: runs(200) });
    expect(opened).toBeGreaterThan(1000);
  });
});

test('what fits one grant ends where the span too many begins', () => {
  const many = spansOf(
    0,
    Array.from({ length: 40 }, () => [60_000, 60_000] as const),
  );
  expect(endOfFit(many.slice(0, 32))).toBe(Number.POSITIVE_INFINITY);
  expect(endOfFit(many.slice(0, 33))).toBe(many[32]?.from);
  expect(endOfFit(many)).toBe(many[32]?.from);
});

test('the caps are those of the protocol', () => {
  expect(WINDOWS_MAX).toBe(limits.WINDOWS_MAX);
  expect(LIFE_SECONDS_MAX).toBe(limits.GRANT_LIFE_MAX);
});
