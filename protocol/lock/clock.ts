/**
 * Time without a trusted clock (offline.md §3.6): two bounds between which true time lies for certain.
 * Between events they drift apart; only signed stamps bring them together.
 */
import { CLOCK_ANCHOR_MAX } from '../limits.js';
import type { ClockInterval } from '../objects/receipt.js';

/** No clock is set beyond this second (the year 8 921 556), so that sums of times stay whole numbers. */
export const INSTANT_MAX: number = 2 ** 48 - 1;

/** Both bounds as last set, each with the moment of the host's oscillator at which it was. */
export interface Clock {
  /** Unix seconds; 0 in a lock that never heard any time, which does not count on by itself. */
  readonly lo: number;
  readonly loSetMs: number;
  /** Null: no upper bound is known. */
  readonly hi: number | null;
  /** The anchor: 30 days later the upper bound is not believed any more. */
  readonly hiSetMs: number;
  /** How far the oscillator may be off, in parts per million. */
  readonly driftPpm: number;
}

/** What a stamp did to a clock. */
export interface Raised {
  readonly clock: Clock;
  /** The stamp lies after the upper bound: one of the two is wrong, and the upper bound was dropped. */
  readonly alarm: boolean;
}

/** The clock after power came back: the lower bound as committed, no upper one. */
export function clockAfterBoot(lo: number, nowMs: number, driftPpm: number): Clock {
  return { lo, loSetMs: nowMs, hi: null, hiSetMs: nowMs, driftPpm };
}

/** The bounds at this moment, in whole seconds: the lower rounded down, the upper rounded up. */
export function intervalAt(clock: Clock, nowMs: number): ClockInterval {
  const { lo, loSetMs, hi, hiSetMs, driftPpm } = clock;
  const loAge = nowMs - loSetMs;
  const slow = Math.max(0, loAge - drift(loAge, driftPpm));
  const low = lo === 0 ? 0 : lo + Math.floor(slow / 1000);
  const hiAge = nowMs - hiSetMs;
  if (hi === null || hiAge >= CLOCK_ANCHOR_MAX * 1000) return { lo: low, hi: null };
  return { lo: low, hi: hi + Math.ceil((hiAge + drift(hiAge, driftPpm)) / 1000) };
}

/**
 * The clock after a signed stamp.
 * @param stamp - time of the stamp less its radius, Unix seconds: true time is not before it.
 * @param ceiling - how far this session may raise the lower bound at most.
 */
export function raiseClock(clock: Clock, nowMs: number, stamp: number, ceiling: number): Raised {
  const { lo, hi } = intervalAt(clock, nowMs);
  const alarm = hi !== null && stamp > hi;
  const trusted = alarm ? { ...clock, hi: null } : clock;
  const target = Math.min(stamp, ceiling);
  if (target <= lo) return { clock: trusted, alarm };
  return { clock: { ...trusted, lo: target, loSetMs: nowMs }, alarm };
}

/**
 * The clock after a token that named the lock's nonce.
 * @param bound - time of the token, plus its radius, plus what passed since the nonce was made.
 * @returns undefined when true time would have to lie before the lower bound.
 */
export function lowerClock(clock: Clock, nowMs: number, bound: number): Clock | undefined {
  const { lo, hi } = intervalAt(clock, nowMs);
  if (bound < lo) return undefined;
  if (hi !== null && hi <= bound) return clock;
  return { ...clock, hi: bound, hiSetMs: nowMs };
}

/** The clock that an ADMIN key set: it says nothing about an upper bound. */
export function resetClock(clock: Clock, nowMs: number, lo: number): Clock {
  return { ...clock, lo, loSetMs: nowMs, hi: null, hiSetMs: nowMs };
}

/** Seconds that may have passed since `sinceMs` at most. */
export function elapsedAtMost(clock: Clock, sinceMs: number, nowMs: number): number {
  const age = nowMs - sinceMs;
  return Math.ceil((age + drift(age, clock.driftPpm)) / 1000);
}

/** Milliseconds by which the oscillator may be off after `ageMs`. */
function drift(ageMs: number, driftPpm: number): number {
  return Math.ceil((ageMs * driftPpm) / 1_000_000);
}
