/** The floor for schedules: one bit for each minute of the week, and the zone's offsets in a sorted array. */
import { DateTime } from 'luxon';
import type { Contender } from '../contender.js';

/** A weekly window in minutes since Monday 00:00; `until` may pass the end of the week. */
export interface WeeklyWindow {
  readonly from: number;
  readonly until: number;
}

const WEEK_MINUTES = 7 * 1440;
/** Minutes from Monday 00:00 to 1970-01-01T00:00, a Thursday. */
const EPOCH_IN_WEEK = 3 * 1440;

/** A contender for instants in epoch milliseconds within `[from, until)`. */
export function weeklyBitmapFloor(
  windows: readonly WeeklyWindow[],
  timeZone: string,
  from: number,
  until: number,
): Contender<number> {
  const bits = new Uint8Array(WEEK_MINUTES / 8);
  for (const window of windows) {
    for (let minute = window.from; minute < window.until; minute++) {
      const inWeek = minute % WEEK_MINUTES;
      bits[inWeek >> 3]! |= 1 << (inWeek & 7);
    }
  }
  const { starts, offsets } = offsetsOf(timeZone, from, until);
  let current = 0;

  const find = (instant: number): number => {
    let low = 0;
    let high = offsets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= instant) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    name: 'weekly bitmap, cached offsets',
    check(instant) {
      if (instant < starts[current]! || instant >= starts[current + 1]!) current = find(instant);
      const minute = Math.floor((instant + offsets[current]!) / 60_000) + EPOCH_IN_WEEK;
      const inWeek = minute % WEEK_MINUTES;
      return ((bits[inWeek >> 3]! >> (inWeek & 7)) & 1) === 1;
    },
  };
}

/** Offsets in milliseconds, each in force from its start to the next; the last start is the end. */
function offsetsOf(
  timeZone: string,
  from: number,
  until: number,
): { starts: Float64Array; offsets: Float64Array } {
  const offsetAt = (instant: number): number =>
    DateTime.fromMillis(instant, { zone: timeZone }).offset * 60_000;
  const starts = [from];
  const offsets = [offsetAt(from)];
  for (let day = from; day < until; day += 86_400_000) {
    const next = Math.min(day + 86_400_000, until - 1);
    if (offsetAt(next) === offsets[offsets.length - 1]) continue;
    let before = day;
    let after = next;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(middle) === offsets[offsets.length - 1]) before = middle;
      else after = middle;
    }
    starts.push(after);
    offsets.push(offsetAt(after));
  }
  return { starts: Float64Array.from([...starts, until]), offsets: Float64Array.from(offsets) };
}
