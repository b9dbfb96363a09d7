/**
 * A schedule compiled to something cheap to test, by the one rule for time: it is open when the clock on
 * the wall at the door shows a time inside it. Source: docs/policy.md, "Schedules".
 */
import type { Calendar, ScheduleBody } from '../../policy/document.js';
import type { Span } from '../../values/instant.js';
import { DAY_MS, INSTANT_END, INSTANT_MIN, MINUTE_MS } from '../../values/instant.js';
import { parseLocalDateTime } from '../../values/local-time.js';
import type { ExceptionalDays } from './exceptional-days.js';
import { compileExceptionalDays } from './exceptional-days.js';
import { compileRecurrence } from './recurrence.js';
import { ALWAYS, mergeSpans, spansSource } from './spans-source.js';
import { isOpenIn, PAGE_MINUTES, pageOf } from './wall-page.js';
import type { WallPages } from './wall-pages.js';
import { compileWallPages, cutEnd } from './wall-pages.js';
import type { WallSource, WeekSpans } from './wall-source.js';
import { MONDAY_MINUTES, WEEK_MINUTES, weekSource, weekSpans } from './week-source.js';
import type { Zone } from './zone.js';

/** A schedule, ready to ask. Instants are epoch milliseconds of the years 0001 to 9999. */
export interface CompiledSchedule {
  /**
   * Whether the wall clock at `ms` shows a time inside. `enabled` is not looked at: the caller decides
   * what a disabled schedule means.
   * @throws RangeError outside the years 0001 to 9999 or where the zone's source knows nothing; so do the
   * other questions.
   */
  isOpen(ms: number): boolean;
  /**
   * The first instant after `ms` at which {@link isOpen} flips; null when it never does. Where 80 years
   * or more were searched in vain (every boundary fell into hours the clock skips, or a rule opens all of
   * the time in a roundabout way), the instant the search has reached: never later than the flip.
   */
  nextChange(ms: number): number | null;
  /** The open spans cut to `[from, until)`, in order, as long as they can be; found as they are read. */
  openSpans(from: number, until: number): Iterable<Span>;
  /**
   * The local day number on which the span open at `ms` began, where spans on the wall that touch or
   * overlap are one; -Infinity when it has no beginning, undefined when closed at `ms`.
   */
  openedOn(ms: number): number | undefined;
}

const PAGE_MS = PAGE_MINUTES * MINUTE_MS;
const WEEK_MS = WEEK_MINUTES * MINUTE_MS;
const MONDAY_MS = MONDAY_MINUTES * MINUTE_MS;

/** Twice the most an offset can be: wall minutes that a later instant may show again. */
const REWIND_MINUTES = 2 * 1440;

/**
 * Stretches of constant offset looked at for one change. Each without a change means that the clock
 * skipped the next boundary, or comes near one only later: three a year at most, so this is 85 years.
 */
const LOOKS_MAX = 256;

/**
 * Compiles a schedule with its calendar for a zone. Cheap: nothing is expanded before it is asked about.
 * @param calendar - the calendar `schedule.calendar` names.
 * @throws RangeError when a time, date, duration or rule is not valid; a parsed policy has none such.
 */
export function compileSchedule(
  schedule: ScheduleBody,
  calendar: Calendar | undefined,
  zone: Zone,
): CompiledSchedule {
  const days = compileExceptionalDays(schedule.except, calendar);
  const week = schedule.windows === undefined ? undefined : weekSpans(schedule.windows);
  const pages = compileWallPages(sourcesOf(schedule, week, days, zone), days);
  const onlyWeek = schedule.recurrences === undefined && schedule.events === undefined && days.none;
  const isOpen = week !== undefined && onlyWeek ? weekTest(week, zone) : pageTest(pages, zone);

  return {
    isOpen,
    nextChange: (ms) => changeBefore(isOpen, pages, zone, ms, INSTANT_END),
    openSpans: (from, until) => ({
      [Symbol.iterator]: () => openSpans(isOpen, pages, zone, from, until),
    }),
    openedOn(ms) {
      if (!isOpen(ms)) return undefined;
      return Math.floor(pages.openSince(Math.floor((ms + zone.offsetAt(ms)) / MINUTE_MS)) / 1440);
    },
  };
}

/** Everything that opens: the weekly windows, each recurrence, the events; or all of the time. */
function sourcesOf(
  schedule: ScheduleBody,
  week: WeekSpans | undefined,
  days: ExceptionalDays,
  zone: Zone,
): readonly WallSource[] {
  const sources: WallSource[] = [];
  if (week !== undefined) sources.push(weekSource(week));
  for (const recurrence of schedule.recurrences ?? []) {
    sources.push(compileRecurrence(recurrence, zone));
  }
  if (schedule.events !== undefined) {
    const spans = schedule.events.map((event): [number, number] => {
      const from = localTime(event.from);
      return [from, cutEnd(days, from, localTime(event.until))];
    });
    sources.push(spansSource(mergeSpans(spans.filter(([from, until]) => from < until))));
  }
  return sources.length === 0 ? [ALWAYS] : sources;
}

/** The test of a schedule that is the same every week: one page for all weeks. */
function weekTest(spans: WeekSpans, zone: Zone): (ms: number) => boolean {
  const wrapped = spans.map(([from, until]): [number, number] => [
    from - WEEK_MINUTES,
    until - WEEK_MINUTES,
  ]);
  const page = pageOf(0, 7, [...wrapped, ...spans]);
  return (ms) => {
    const wall = ms + zone.offsetAt(ms) - MONDAY_MS;
    return isOpenIn(page, wall - Math.floor(wall / WEEK_MS) * WEEK_MS);
  };
}

/** The test of any schedule: the page of that time, made on the first look. */
function pageTest(pages: WallPages, zone: Zone): (ms: number) => boolean {
  return (ms) => {
    const wall = ms + zone.offsetAt(ms);
    const index = Math.floor(wall / PAGE_MS);
    return isOpenIn(pages.page(index), wall - index * PAGE_MS);
  };
}

/** The first instant after `ms` and before `end` at which the test flips; else null. */
function changeBefore(
  isOpen: (ms: number) => boolean,
  pages: WallPages,
  zone: Zone,
  ms: number,
  end: number,
): number | null {
  const open = isOpen(ms);
  let at = ms;
  for (let look = 0; look < LOOKS_MAX; look++) {
    const { until, offsetMs } = zone.segmentAt(at);
    const minute = Math.floor((at + offsetMs) / MINUTE_MS);
    const change = pages.nextFlip(minute) * MINUTE_MS - offsetMs;
    if (change < until) return change < end ? change : null;
    // Nothing more on this stretch. Where the clock cannot come upon a flip for long, changes of
    // offset on the way do not matter; else the next stretch is looked at.
    const flip = pages.nextFlip(minute - REWIND_MINUTES);
    at = Math.max(until, flip * MINUTE_MS - DAY_MS);
    if (at >= end) return null;
    // A century walked in vain is not followed by another one: there are eighty of them to the year 9999.
    if (isOpen(at) !== open || !pages.flipsAt(flip)) return at;
  }
  return at;
}

function* openSpans(
  isOpen: (ms: number) => boolean,
  pages: WallPages,
  zone: Zone,
  from: number,
  until: number,
): Generator<Span, void, undefined> {
  const end = Math.min(until, INSTANT_END);
  let start: number | undefined;
  for (let at: number | null = Math.max(from, INSTANT_MIN); at !== null && at < end; ) {
    const open = isOpen(at);
    if (open) start ??= at;
    else if (start !== undefined) {
      yield { from: start, until: at };
      start = undefined;
    }
    at = changeBefore(isOpen, pages, zone, at, end);
  }
  if (start !== undefined) yield { from: start, until: end };
}

function localTime(text: string): number {
  const minutes = parseLocalDateTime(text);
  if (minutes === undefined) throw new RangeError(`no such local time \`${text}\``);
  return minutes;
}
