/** Token buckets for many callers in bounded memory. */
import type { Rate } from './client.js';

/** Callers remembered. Whoever is forgotten begins with a full bucket again. */
const CALLERS_MAX = 10_000;

/** One bucket for each caller. */
export interface Buckets {
  /** Takes one from a caller's bucket. @returns 0, or the whole seconds to wait where it is empty. */
  take(caller: string, rate: Rate, now: number): number;
  /** The seconds `take` would answer, without taking. */
  wait(caller: string, rate: Rate, now: number): number;
  /** Whether a caller could take as much at once as anybody ever may. */
  isFull(caller: string, rate: Rate, now: number): boolean;
  /** How many callers are remembered. */
  readonly size: number;
}

/** Buckets, all of them full. */
export function openBuckets(callersMax = CALLERS_MAX): Buckets {
  const buckets = new Map<string, { left: number; at: number }>();
  const look = (caller: string, rate: Rate, now: number): number => {
    const bucket = buckets.get(caller);
    if (bucket === undefined) return rate.burst;
    // A clock that was set back gives nothing.
    const seconds = Math.max(0, now - bucket.at) / 1000;
    return Math.min(rate.burst, bucket.left + seconds * rate.perSecond);
  };
  return {
    take(caller, rate, now) {
      const left = look(caller, rate, now);
      const taken = left >= 1 ? left - 1 : left;
      const bucket = buckets.get(caller);
      if (bucket !== undefined) {
        bucket.left = taken;
        bucket.at = now;
      } else {
        if (buckets.size >= callersMax) forget(buckets);
        buckets.set(caller, { left: taken, at: now });
      }
      return secondsFor(left, rate);
    },
    wait: (caller, rate, now) => secondsFor(look(caller, rate, now), rate),
    isFull: (caller, rate, now) => look(caller, rate, now) >= rate.burst,
    get size() {
      return buckets.size;
    },
  };
}

/** @throws RangeError for a rate that is none. */
export function checkRate(rate: Rate | false | undefined): void {
  if (rate === undefined || rate === false) return;
  const isRate =
    rate.perSecond > 0 && rate.burst >= 1 && Number.isFinite(rate.perSecond + rate.burst);
  if (!isRate) throw new RangeError('a rate has perSecond above 0 and burst from 1');
}

function secondsFor(left: number, { perSecond }: Rate): number {
  return left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond));
}

/** A tenth of the callers, those first who were first seen, so that one sweep pays for many callers. */
function forget(buckets: Map<string, unknown>): void {
  let left = Math.ceil(buckets.size / 10);
  for (const caller of buckets.keys()) {
    if (left-- === 0) return;
    buckets.delete(caller);
  }
}
