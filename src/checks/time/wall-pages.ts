/**
 * The minutes on the wall at which a schedule is open, in pages of 32 days made when first asked for. A page
 * holds the minutes at which the answer flips, so a test is a look at one page and a few comparisons.
 */
import type { ExceptionalDays } from './exceptional-days.js';
import { mergeSpans } from './spans-source.js';
import type { WallSource } from './wall-source.js';

/** Days of a page: more than the longest occurrence (31), few enough for 16-bit minutes (46 080). */
export const PAGE_DAYS = 32;
/** Minutes of a page. */
export const PAGE_MINUTES = PAGE_DAYS * 1440;

/** Pages kept, a power of two: five and a half years of one schedule, at most about 40 kB. */
const SLOTS = 64;

/** Wall minutes beyond any instant of the years 0001 to 9999, whatever the offset. */
const WALL_MIN = -719_164 * 1440;
const WALL_END = 2_932_898 * 1440;

/** Minutes of a stretch of days, open or closed. */
export interface Page {
  /** Which page: the number of its first day divided by {@link PAGE_DAYS}. */
  readonly index: number;
  /** 1 when open at its first minute, else 0. */
  readonly initial: 0 | 1;
  /** Minutes since the page's beginning at which the answer flips; ascending, none is 0. */
  readonly flips: Uint16Array;
  /** Of each day, and of the end, how many flips lie before it or at its midnight's left. */
  readonly first: Uint16Array;
}

/** All minutes on the wall, page by page. Infinity and -Infinity stand for "never" and "ever since". */
export interface WallPages {
  /** The page of that index. */
  page(index: number): Page;
  /** The first minute after `minute` at which the answer flips. */
  nextFlip(minute: number): number;
  /** The minute since which it is open without a pause up to `minute`, which must be open. */
  openSince(minute: number): number;
}

/** Whether a page is open at a minute counted from its beginning. */
export function isOpenIn(page: Page, minute: number): boolean {
  const day = (minute / 1440) | 0;
  const { flips } = page;
  let index = page.first[day] as number;
  const end = page.first[day + 1] as number;
  while (index < end && (flips[index] as number) <= minute) index++;
  return ((index & 1) ^ page.initial) === 1;
}

/** A page from spans in minutes since its beginning, `days` long. Spans may lie partly outside. */
export function pageOf(
  index: number,
  days: number,
  spans: readonly (readonly [number, number])[],
): Page {
  const end = days * 1440;
  let initial: 0 | 1 = 0;
  const minutes: number[] = [];
  for (const [from, until] of mergeSpans(spans)) {
    if (until <= 0 || from >= end) continue;
    if (from <= 0) initial = 1;
    else minutes.push(from);
    if (until < end) minutes.push(until);
  }
  const first = new Uint16Array(days + 1);
  let count = 0;
  for (let day = 0; day <= days; day++) {
    while (count < minutes.length && (minutes[count] as number) < day * 1440) count++;
    first[day] = count;
  }
  return { index, initial, flips: Uint16Array.from(minutes), first };
}

/** The pages of a schedule: what its sources open, less what its exceptional days take away. */
export function compileWallPages(
  sources: readonly WallSource[],
  days: ExceptionalDays,
): WallPages {
  const slots: (Page | undefined)[] = [];
  let steadyFrom = 0;
  let steadyUntil = 0;
  let openFrom = 0;
  let openUntil = 0;

  function page(index: number): Page {
    const slot = index & (SLOTS - 1);
    const known = slots[slot];
    if (known !== undefined && known.index === index) return known;
    const made = pageOf(index, PAGE_DAYS, collectPage(sources, days, index));
    slots[slot] = made;
    return made;
  }

  function findFlip(minute: number): number {
    let index = Math.floor(minute / PAGE_MINUTES);
    let here = page(index);
    for (const flip of here.flips) {
      if (index * PAGE_MINUTES + flip > minute) return index * PAGE_MINUTES + flip;
    }
    const open = isOpenAtEnd(here);
    for (;;) {
      const at = (index + 1) * PAGE_MINUTES;
      const target = open ? firstPause(sources, days, at) : firstStart(sources, days, at);
      if (target >= WALL_END) return Number.POSITIVE_INFINITY;
      index = Math.floor(target / PAGE_MINUTES);
      here = page(index);
      if ((here.initial === 1) !== open) return index * PAGE_MINUTES;
      if (here.flips.length > 0) return index * PAGE_MINUTES + (here.flips[0] as number);
    }
  }

  function findOpening(minute: number): number {
    let index = Math.floor(minute / PAGE_MINUTES);
    let here = page(index);
    for (let last = here.flips.length - 1; last >= 0; last--) {
      const flip = index * PAGE_MINUTES + (here.flips[last] as number);
      if (flip <= minute) return flip;
    }
    for (;;) {
      const since = lastPause(sources, days, index * PAGE_MINUTES);
      if (since < WALL_MIN) return Number.NEGATIVE_INFINITY;
      index = Math.floor((since - 1) / PAGE_MINUTES);
      here = page(index);
      if (!isOpenAtEnd(here)) return (index + 1) * PAGE_MINUTES;
      const last = here.flips.at(-1);
      if (last !== undefined) return index * PAGE_MINUTES + last;
    }
  }

  return {
    page,
    nextFlip(minute) {
      // A long stretch, such as a schedule closed for ever, is searched once.
      if (!(minute >= steadyFrom && minute < steadyUntil)) {
        steadyUntil = findFlip(minute);
        steadyFrom = minute;
      }
      return steadyUntil;
    },
    openSince(minute) {
      if (!(minute >= openFrom && minute < openUntil)) {
        openFrom = findOpening(minute);
        openUntil = minute + 1;
      }
      return openFrom;
    },
  };
}

function isOpenAtEnd(page: Page): boolean {
  return ((page.flips.length & 1) ^ page.initial) === 1;
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
  for (let day = days.nextWindows(index * PAGE_DAYS - 1); day < dayUntil; day = days.nextWindows(day + 1)) {
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

/** Given that it is closed before `at`: a minute, `at` or later, before which it stays closed. */
function firstStart(sources: readonly WallSource[], days: ExceptionalDays, at: number): number {
  for (let from = at; from < WALL_END; ) {
    let start = days.nextWindows(Math.floor(from / 1440)) * 1440;
    for (const source of sources) start = Math.min(start, source.nextStart(from));
    start = Math.max(start, at);
    const day = Math.floor(start / 1440);
    const opened = start === Number.POSITIVE_INFINITY ? day : days.openedFrom(day);
    if (opened === day) return start;
    from = opened * 1440;
  }
  return Number.POSITIVE_INFINITY;
}

/** Given that it is open before `at`: a minute, `at` or later, before which it stays open. */
function firstPause(sources: readonly WallSource[], days: ExceptionalDays, at: number): number {
  const day = Math.floor(at / 1440);
  // Occurrences that an exceptional day took away may still be missing for as long as they last.
  if (days.before(day) >= day - PAGE_DAYS) return at;
  let covered = at;
  for (const source of sources) covered = Math.max(covered, source.coveredUntil(at));
  return Math.max(at, Math.min(covered, days.next(day) * 1440));
}

/** Given that it is open from `at` on: a minute, `at` or earlier, since which it surely is. */
function lastPause(sources: readonly WallSource[], days: ExceptionalDays, at: number): number {
  let covered = at;
  for (const source of sources) covered = Math.min(covered, source.coveredSince(at));
  const exceptional = days.before(Math.floor(at / 1440));
  return Math.min(at, Math.max(covered, (exceptional + 1 + PAGE_DAYS) * 1440));
}
