/** Where a local day begins, for whoever needs instants: reports of days, not decisions. */
import { DAY_MS } from '../../values/instant.js';
import type { Zone } from './zone.js';

/** No zone is further from UTC than this, and no day begins earlier or later against it. */
const FARTHEST_MS = 27 * 3_600_000;

/**
 * The first instant, epoch milliseconds, at which the wall shows a local date or a later one. On a day without
 * midnight that is after the jump; a date that never was begins where the next one does.
 * @param day - days since 1970-01-01.
 * @throws RangeError where the zone's source knows nothing.
 */
export function dayStart(zone: Zone, day: number): number {
  const wall = day * DAY_MS;
  let at = wall - FARTHEST_MS;
  for (;;) {
    const { until, offsetMs } = zone.segmentAt(at);
    const start = Math.max(at, wall - offsetMs);
    if (start < until) return start;
    at = until;
  }
}
