import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_RAISE_MAX } from '../../../protocol/limits.js';
import {
  type Clock,
  clockAfterBoot,
  elapsedAtMost,
  intervalAt,
  lowerClock,
  raiseClock,
  resetClock,
} from '../../../protocol/lock/clock.js';
import { DAY, T0 } from '../../helpers/lock-objects.js';
import { runs } from '../../helpers/runs.js';

const PPM = 100;
const NO_CEILING = Number.MAX_SAFE_INTEGER;

/** A clock at T0 with both bounds, set at 0 ms. */
function set(lo = T0, hi: number | null = T0 + 10): Clock {
  const clock = clockAfterBoot(lo, 0, PPM);
  return hi === null ? clock : { ...clock, hi, hiSetMs: 0 };
}

describe('between events', () => {
  it('lo goes on slower and hi faster than the oscillator, by ρ', () => {
    // 100 ppm of ten days are 86.4 s.
    expect(intervalAt(set(), 10 * DAY * 1000)).toEqual({
      lo: T0 + 10 * DAY - 87,
      hi: T0 + 10 + 10 * DAY + 87,
    });
  });

  it('E6 an oscillator within ρ never leaves the interval, for 29 days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 29 * DAY }),
        fc.integer({ min: -PPM, max: PPM }),
        fc.integer({ min: 0, max: 10 }),
        (seconds, off, start) => {
          const elapsedMs = Math.floor(seconds * 1000 * (1 + off / 1_000_000));
          const { lo, hi } = intervalAt(set(), elapsedMs);
          const truth = T0 + start + seconds;
          return lo <= truth && truth <= (hi as number) + 1;
        },
      ),
      { seed: 61, numRuns: runs(300) },
    );
  });

  it('E6 a drift of 1 % is covered by a ρ of 1 %', () => {
    const clock = { ...set(), driftPpm: 10_000 };
    const { lo, hi } = intervalAt(clock, 29 * DAY * 1010);
    expect(lo).toBeLessThanOrEqual(T0 + 29 * DAY);
    expect(hi).toBeGreaterThanOrEqual(T0 + 29 * DAY);
  });

  it('hi is ∞ 30 days after its anchor, to the millisecond', () => {
    expect(intervalAt(set(), 30 * DAY * 1000 - 1).hi).not.toBeNull();
    expect(intervalAt(set(), 30 * DAY * 1000).hi).toBeNull();
  });

  it('hi is ∞ after a power loss, and lo what was committed', () => {
    expect(intervalAt(clockAfterBoot(T0, 5000, PPM), 5000)).toEqual({ lo: T0, hi: null });
  });

  it('a clock that never heard any time does not count from zero', () => {
    expect(intervalAt(clockAfterBoot(0, 0, PPM), DAY * 1000)).toEqual({ lo: 0, hi: null });
  });

  it('E10 2038 and 2106 are times like others', () => {
    for (const lo of [2 ** 31, 2 ** 32]) {
      expect(intervalAt(set(lo, lo + 1), 10_000)).toEqual({ lo: lo + 9, hi: lo + 12 });
    }
  });
});

describe('stamps', () => {
  it('E2 raise lo and never lower it', () => {
    expect(raiseClock(set(), 0, T0 - 1, NO_CEILING)).toEqual({ clock: set(), alarm: false });
    const { clock } = raiseClock(set(), 0, T0 + 4, NO_CEILING);
    expect(intervalAt(clock, 0)).toEqual({ lo: T0 + 4, hi: T0 + 10 });
  });

  it('E5 raise lo by at most the session’s 30 days', () => {
    const { clock } = raiseClock(set(T0, null), 0, T0 + 400 * DAY, T0 + CLOCK_RAISE_MAX);
    expect(intervalAt(clock, 0).lo).toBe(T0 + 30 * DAY);
  });

  it('at hi are no contradiction, a second later they are: alarm, and hi is ∞', () => {
    expect(raiseClock(set(), 0, T0 + 10, NO_CEILING).alarm).toBe(false);
    const { clock, alarm } = raiseClock(set(), 0, T0 + 11, NO_CEILING);
    expect(alarm).toBe(true);
    expect(intervalAt(clock, 0)).toEqual({ lo: T0 + 11, hi: null });
  });

  it('never lower hi', () => {
    expect(raiseClock(set(T0, null), 0, T0 + 5, NO_CEILING).clock.hi).toBeNull();
  });
});

describe('tokens with the nonce', () => {
  it('lower hi, and never raise it', () => {
    expect(lowerClock(set(), 0, T0 + 3)?.hi).toBe(T0 + 3);
    expect(lowerClock(set(), 0, T0 + 30)).toEqual(set());
    expect(lowerClock(set(T0, null), 0, T0 + 30)?.hi).toBe(T0 + 30);
  });

  it('E7 hi at lo is the least there can be; below it the token is refused', () => {
    expect(lowerClock(set(), 0, T0)?.hi).toBe(T0);
    expect(lowerClock(set(), 0, T0 - 1)).toBeUndefined();
  });

  it('are the anchor from which 30 days count', () => {
    const clock = lowerClock(set(), 5 * DAY * 1000, T0 + 5 * DAY) as Clock;
    expect(intervalAt(clock, 35 * DAY * 1000 - 1).hi).not.toBeNull();
    expect(intervalAt(clock, 35 * DAY * 1000).hi).toBeNull();
  });

  it('E4 what may have passed since the nonce is rounded up, with the drift', () => {
    expect(elapsedAtMost(set(), 1000, 1000)).toBe(0);
    expect(elapsedAtMost(set(), 1000, 1001)).toBe(1);
    expect(elapsedAtMost(set(), 0, 30_000)).toBe(31);
  });
});

it('an ADMIN reset sets lo wherever it says, and knows no hi', () => {
  expect(intervalAt(resetClock(set(), 0, T0 - 90 * DAY), 0)).toEqual({
    lo: T0 - 90 * DAY,
    hi: null,
  });
});

describe('any sequence of events', () => {
  type Event =
    | { kind: 'wait'; seconds: number }
    | { kind: 'stamp'; late: number; radius: number }
    | { kind: 'nonce'; late: number; radius: number }
    | { kind: 'power'; off: number };
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.integer({ min: 0, max: 40 * DAY }),
    }),
    fc.record({
      kind: fc.constant('stamp' as const),
      late: fc.integer({ min: 0, max: 90 * DAY }),
      radius: fc.integer({ min: 0, max: 60 }),
    }),
    fc.record({
      kind: fc.constant('nonce' as const),
      late: fc.integer({ min: 0, max: 30 }),
      radius: fc.integer({ min: 5, max: 60 }),
    }),
    fc.record({ kind: fc.constant('power' as const), off: fc.integer({ min: 0, max: 400 * DAY }) }),
  );

  it('with honest stamps the interval always holds true time, lo never goes back, and no alarm sounds', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let truth = T0;
        let now = 0;
        let clock = clockAfterBoot(T0 - 100, 0, PPM);
        let floor = 0;
        for (const happened of events) {
          if (happened.kind === 'wait') {
            truth += happened.seconds;
            now += happened.seconds * 1000;
          } else if (happened.kind === 'stamp') {
            const stamp = truth - happened.late - happened.radius;
            const raised = raiseClock(
              clock,
              now,
              stamp,
              intervalAt(clock, now).lo + CLOCK_RAISE_MAX,
            );
            expect(raised.alarm).toBe(false);
            clock = raised.clock;
          } else if (happened.kind === 'nonce') {
            const iat = truth - 5;
            truth += happened.late;
            now += happened.late * 1000;
            const bound =
              iat + happened.radius + elapsedAtMost(clock, now - happened.late * 1000, now);
            const lowered = lowerClock(clock, now, bound);
            expect(lowered).toBeDefined();
            clock = lowered as Clock;
          } else {
            // Power comes back with what was committed, and the oscillator begins anew.
            clock = clockAfterBoot(intervalAt(clock, now).lo, 0, PPM);
            truth += happened.off;
            now = 0;
          }
          const { lo, hi } = intervalAt(clock, now);
          expect(lo).toBeGreaterThanOrEqual(floor);
          floor = lo;
          expect(lo).toBeLessThanOrEqual(truth);
          if (hi !== null) expect(hi).toBeGreaterThanOrEqual(truth);
        }
      }),
      { seed: 62, numRuns: runs(400) },
    );
  });
});
