/**
 * Searches for the next or last flip over pages of wall time. A search steps over what is closed or open for
 * years, so that a schedule closed until the year 9999 costs no more than one closed until Monday.
 */
import type { ExceptionalDays } from './exceptional-days.js';
import type { Page } from './wall-page.js';
import { isOpenAtEnd, PAGE_DAYS, PAGE_MINUTES } from './wall-page.js';
import type { WallSource } from './wall-source.js';
import { isWholeWeek } from './week-source.js';

/**
 * Pages walked in a search before it gives up, 105 years: enough for any pause or opening that calendars
 * make, little enough for a rule that is open day after day for ever in a way that is not seen at once.
 */
const WALK_PAGES_MAX = 1200;

/** Wall minutes beyond any instant of the years 0001 to 9999, whatever the offset. */
const WALL_MIN = -719_164 * 1440;
const WALL_END = 2_932_898 * 1440;

/** What is searched. */
export interface Wall {
  page(index: number): Page;
  readonly sources: readonly WallSource[];
  readonly days: ExceptionalDays;
  /** Groups of sources that together are open without a pause while all of the group are steady. */
  readonly solid: Groups;
}

type Groups = readonly (readonly WallSource[])[];

/** The groups of sources that are solid together; see {@link Wall}. */
export function solidGroups(sources: readonly WallSource[]): Groups {
  const groups = sources.filter((source) => source.solid).map((source) => [source]);
  const weekly = sources.filter((source) => source.weekly !== undefined);
  if (isWholeWeek(weekly.flatMap((source) => source.weekly ?? []))) groups.push(weekly);
  return groups;
}

/**
 * The first minute after `minute` at which the answer flips; Infinity when it never does. If a century is
 * walked in vain, the minute that was reached: never later than the flip.
 */
export function findFlip(wall: Wall, minute: number): number {
  let index = Math.floor(minute / PAGE_MINUTES);
  let here = wall.page(index);
  for (const flip of here.flips) {
    if (index * PAGE_MINUTES + flip > minute) return index * PAGE_MINUTES + flip;
  }
  const open = isOpenAtEnd(here);
  for (let walked = 0; ; walked++) {
    const at = (index + 1) * PAGE_MINUTES;
    if (walked === WALK_PAGES_MAX) return at;
    const target = open
      ? firstPause(wall.solid, wall.days, at)
      : firstStart(wall.sources, wall.days, at);
    if (target >= WALL_END) return Number.POSITIVE_INFINITY;
    index = Math.floor(target / PAGE_MINUTES);
    here = wall.page(index);
    if ((here.initial === 1) !== open) return index * PAGE_MINUTES;
    if (here.flips.length > 0) return index * PAGE_MINUTES + (here.flips[0] as number);
  }
}

/**
 * The minute since which it is open without a pause up to `minute`, which must be open; -Infinity when it
 * ever was. If a century is walked in vain, the minute that was reached: never earlier than the beginning.
 */
export function findOpening(wall: Wall, minute: number): number {
  let index = Math.floor(minute / PAGE_MINUTES);
  let here = wall.page(index);
  for (let last = here.flips.length - 1; last >= 0; last--) {
    const flip = index * PAGE_MINUTES + (here.flips[last] as number);
    if (flip <= minute) return flip;
  }
  for (let walked = 0; ; walked++) {
    if (walked === WALK_PAGES_MAX) return index * PAGE_MINUTES;
    const since = lastPause(wall.solid, wall.days, index * PAGE_MINUTES);
    if (since < WALL_MIN) return Number.NEGATIVE_INFINITY;
    index = Math.floor((since - 1) / PAGE_MINUTES);
    here = wall.page(index);
    if (!isOpenAtEnd(here)) return (index + 1) * PAGE_MINUTES;
    const last = here.flips.at(-1);
    if (last !== undefined) return index * PAGE_MINUTES + last;
  }
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
