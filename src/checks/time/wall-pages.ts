/**
 * The minutes on the wall at which a schedule is open, in pages made when first asked for: what its sources
 * open, less what its exceptional days take away.
 */
import { MINUTE_MS } from '../../values/instant.js';
import type { ExceptionalDays } from './exceptional-days.js';
import type { Page } from './wall-page.js';
import { isOpenIn, PAGE_DAYS, PAGE_MINUTES, pageOf } from './wall-page.js';
import type { Wall } from './wall-search.js';
import { findFlip, findOpening, solidGroups } from './wall-search.js';
import type { WallSource } from './wall-source.js';

/**
 * Pages kept, a power of two: five and a half years of one schedule. Each takes from 0.2 kB (flips at half
 * hours) to 6 kB (at any minute).
 */
const SLOTS = 64;

/** All minutes on the wall, page by page. Infinity and -Infinity stand for "never" and "ever since". */
export interface WallPages {
  /** The page of that index. */
  page(index: number): Page;
  /**
   * The first minute after `minute` at which the answer flips. If a century is walked in vain, the minute
   * that was reached: never later than the flip.
   */
  nextFlip(minute: number): number;
  /** Whether the answer flips at a minute that {@link nextFlip} told: it does unless the walk was in vain. */
  flipsAt(minute: number): boolean;
  /**
   * The minute since which it is open without a pause up to `minute`, which must be open. If a century
   * is walked in vain, the minute that was reached: never earlier than the beginning.
   */
  openSince(minute: number): number;
}

/** The pages of a schedule: what its sources open, less what its exceptional days take away. */
export function compileWallPages(sources: readonly WallSource[], days: ExceptionalDays): WallPages {
  const slots: (Page | undefined)[] = [];
  let steadyFrom = 0;
  let steadyUntil = 0;
  let openFrom = 0;
  let openUntil = 0;
  const wall: Wall = { page, sources, days, solid: solidGroups(sources) };

  function page(index: number): Page {
    const slot = index & (SLOTS - 1);
    const known = slots[slot];
    if (known !== undefined && known.index === index) return known;
    const made = pageOf(index, PAGE_DAYS, collectPage(sources, days, index));
    slots[slot] = made;
    return made;
  }

  function isOpenAt(minute: number): boolean {
    const index = Math.floor(minute / PAGE_MINUTES);
    return isOpenIn(page(index), (minute - index * PAGE_MINUTES) * MINUTE_MS);
  }

  return {
    page,
    flipsAt: (minute) =>
      minute === Number.POSITIVE_INFINITY || isOpenAt(minute - 1) !== isOpenAt(minute),
    nextFlip(minute) {
      // A long stretch, such as a schedule closed for ever, is searched once.
      if (!(minute >= steadyFrom && minute < steadyUntil)) {
        steadyUntil = findFlip(wall, minute);
        steadyFrom = minute;
      }
      return steadyUntil;
    },
    openSince(minute) {
      if (!(minute >= openFrom && minute < openUntil)) {
        openFrom = findOpening(wall, minute);
        openUntil = minute + 1;
      }
      return openFrom;
    },
  };
}

/**
 * The spans of one page in minutes since its beginning. A span that starts on an exceptional day does not
 * take place, and the midnight of an exceptional day ends any other; such a span does not resume. On a
 * day with windows of its own those are all there is.
 */
function collectPage(
  sources: readonly WallSource[],
  days: ExceptionalDays,
  index: number,
): readonly (readonly [number, number])[] {
  const from = index * PAGE_MINUTES;
  const until = from + PAGE_MINUTES;
  const spans: [number, number][] = [];
  const add = (start: number, end: number): void => {
    const kept = days.none ? end : cutEnd(days, start, end);
    if (kept > from && kept > start) spans.push([start - from, kept - from]);
  };
  for (const source of sources) source.collect(from, until, add);
  if (days.none) return spans;
  const dayUntil = (index + 1) * PAGE_DAYS;
  // Windows of the day before the page may reach into it.
  for (
    let day = days.nextWindows(index * PAGE_DAYS - 1);
    day < dayUntil;
    day = days.nextWindows(day + 1)
  ) {
    const midnight = day * 1440 - from;
    const end = days.next(day + 1) * 1440 - from;
    for (const window of days.windowsOf(day) ?? []) {
      spans.push([midnight + window[0], Math.min(midnight + window[1], end)]);
    }
  }
  return spans;
}

/** Where a span of a usual source ends; its own start when it does not take place. */
export function cutEnd(days: ExceptionalDays, start: number, end: number): number {
  const day = Math.floor(start / 1440);
  const exceptional = days.next(day);
  return exceptional === day ? start : Math.min(end, exceptional * 1440);
}
