/**
 * The minutes on the wall at which a schedule is open, in pages of 32 days made when first asked for. A page
 * holds the minutes at which the answer flips, and a bitmap, so that a test is a look at one bit.
 */
import { MINUTE_MS } from '../../values/instant.js';
import type { ExceptionalDays } from './exceptional-days.js';
import { isWholeWeek, mergeSpans } from './spans-source.js';
import type { WallSource } from './wall-source.js';

/** Days of a page: more than the longest occurrence (31), few enough for 16-bit minutes (46 080). */
export const PAGE_DAYS = 32;
/** Minutes of a page. */
export const PAGE_MINUTES = PAGE_DAYS * 1440;

/** Pages kept, a power of two: five and a half years of one schedule; each from 0.2 kB (half hours) to 6 kB (minutes). */
const SLOTS = 64;

/**
 * Pages walked in a search before it gives up, 105 years: enough for any pause or opening that calendars
 * make, little enough for a rule that is open day after day for ever in a way that is not seen at once.
 */
const WALK_PAGES_MAX = 1200;

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
  /** One bit a unit, 1 when open; unit `n` is bit `n % 32` of word `n / 32`. */
  readonly bits: Uint32Array;
  /** Length of a unit in milliseconds: the longest that divides every flip, so that pages stay small. */
  readonly unitMs: number;
}

/** All minutes on the wall, page by page. Infinity and -Infinity stand for "never" and "ever since". */
export interface WallPages {
  /** The page of that index. */
  page(index: number): Page;
  /**
   * The first minute after `minute` at which the answer flips. If a century is walked in vain, the minute
   * that was reached: never later than the flip.
   */
  nextFlip(minute: number): number;
  /**
   * The minute since which it is open without a pause up to `minute`, which must be open. If a century
   * is walked in vain, the minute that was reached: never earlier than the beginning.
   */
  openSince(minute: number): number;
}

/** Whether a page is open at a time counted in milliseconds from its beginning. */
export function isOpenIn(page: Page, ms: number): boolean {
  const unit = (ms / page.unitMs) | 0;
  return (((page.bits[unit >> 5] as number) >>> (unit & 31)) & 1) === 1;
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
  const unit = minutes.reduce(greatestDivisor, 1440);
  const bits = new Uint32Array(Math.ceil(end / unit / 32));
  for (let index = initial === 1 ? -1 : 0; index < minutes.length; index += 2) {
    fillBits(bits, (minutes[index] ?? 0) / unit, (minutes[index + 1] ?? end) / unit);
  }
  return { index, initial, flips: Uint16Array.from(minutes), bits, unitMs: unit * MINUTE_MS };
}

/** Groups of sources that together are open without a pause while all of the group are steady. */
type Groups = readonly (readonly WallSource[])[];

/** The pages of a schedule: what its sources open, less what its exceptional days take away. */
export function compileWallPages(sources: readonly WallSource[], days: ExceptionalDays): WallPages {
  const slots: (Page | undefined)[] = [];
  let steadyFrom = 0;
  let steadyUntil = 0;
  let openFrom = 0;
  let openUntil = 0;
  let solid: Groups | undefined;

  function groups(): Groups {
    solid ??= solidGroups(sources);
    return solid;
  }

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
    for (let walked = 0; ; walked++) {
      const at = (index + 1) * PAGE_MINUTES;
      if (walked === WALK_PAGES_MAX) return at;
      const target = open ? firstPause(groups(), days, at) : firstStart(sources, days, at);
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
    for (let walked = 0; ; walked++) {
      if (walked === WALK_PAGES_MAX) return index * PAGE_MINUTES;
      const since = lastPause(groups(), days, index * PAGE_MINUTES);
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

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Sets the bits `[from, until)`, whole words at once where it can. */
function fillBits(bits: Uint32Array, from: number, until: number): void {
  for (let bit = from; bit < until; ) {
    if ((bit & 31) === 0 && until - bit >= 32) {
      bits[bit >> 5] = 0xffff_ffff;
      bit += 32;
    } else {
      bits[bit >> 5] = (bits[bit >> 5] as number) | (1 << (bit & 31));
      bit++;
    }
  }
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
function firstPause(groups: Groups, days: ExceptionalDays, at: number): number {
  const day = Math.floor(at / 1440);
  // Occurrences that an exceptional day took away may still be missing for as long as they last.
  if (days.before(day) >= day - PAGE_DAYS) return at;
  const covered = groups.map((group) =>
    group.reduce(
      (until, source) => Math.min(until, source.steadyUntil(at)),
      Number.POSITIVE_INFINITY,
    ),
  );
  return Math.max(at, Math.min(Math.max(at, ...covered), days.next(day) * 1440));
}

/** Given that it is open from `at` on: a minute, `at` or earlier, since which it surely is. */
function lastPause(groups: Groups, days: ExceptionalDays, at: number): number {
  const covered = groups.map((group) =>
    group.reduce(
      (since, source) => Math.max(since, source.steadySince(at)),
      Number.NEGATIVE_INFINITY,
    ),
  );
  const exceptional = days.before(Math.floor(at / 1440));
  return Math.min(at, Math.max(Math.min(at, ...covered), (exceptional + 1 + PAGE_DAYS) * 1440));
}

function solidGroups(sources: readonly WallSource[]): Groups {
  const groups = sources.filter((source) => source.solid).map((source) => [source]);
  const weekly = sources.filter((source) => source.weekly !== undefined);
  if (isWholeWeek(weekly.flatMap((source) => source.weekly ?? []))) groups.push(weekly);
  return groups;
}
