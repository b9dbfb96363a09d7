/** Whether a grant is open while time is an interval: yes, no, or it cannot be told (offline.md §3.6). */
import { type Grant, TIME_POLICIES } from '../objects/grant.js';
import type { ClockInterval } from '../objects/receipt.js';
import type { Status } from '../status.js';

/** Seconds `from ≤ t < until`. */
export interface Life {
  readonly from: number;
  readonly until: number;
}

/**
 * Undefined when the grant may be used, else the status that refuses it.
 * @param life - when the certificate that signed it holds: outside of it the grant is not open either.
 * @param hasToken - whether a time token with this session's nonce was taken.
 */
export function judgeTime(
  grant: Grant,
  life: Life,
  interval: ClockInterval,
  hasToken: boolean,
): Status | undefined {
  const { lo } = interval;
  const hi = interval.hi ?? Number.POSITIVE_INFINITY;
  const spans = openSpans(grant, life);
  if (!spans.some(({ from, until }) => from <= hi && lo < until))
    return closedStatus(grant, lo, hi);
  // Two spans never touch, so an interval that is open as a whole lies in one of them.
  if (spans.some(({ from, until }) => from <= lo && hi < until)) return undefined;
  if (grant.timePolicy === TIME_POLICIES['lower-bound']) {
    return spans.some(({ from, until }) => from <= lo && lo < until) ? undefined : 'time_uncertain';
  }
  const asks = grant.timePolicy === TIME_POLICIES['nonce-token'] && !hasToken;
  return asks ? 'time_token_needed' : 'time_uncertain';
}

/** Every span in which the grant is open, in order. Empty when its life is empty. */
export function openSpans(grant: Grant, life: Life): readonly Life[] {
  const from = Math.max(grant.nbf, life.from);
  const until = Math.min(grant.exp, life.until);
  if (grant.windows === undefined) return from < until ? [{ from, until }] : [];
  const base = 60 * Math.floor(grant.nbf / 60);
  const spans: Life[] = [];
  for (let index = 0; index < grant.windows.length; index += 2) {
    const start = Math.max(from, base + 60 * (grant.windows[index] as number));
    const end = Math.min(until, base + 60 * (grant.windows[index + 1] as number));
    if (start < end) spans.push({ from: start, until: end });
  }
  return spans;
}

function closedStatus(grant: Grant, lo: number, hi: number): Status {
  if (lo >= grant.exp) return 'expired';
  return hi < grant.nbf ? 'pending' : 'inactive_hours';
}
