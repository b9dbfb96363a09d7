/**
 * The days on which a schedule's usual spans do not count: closed days (`except`, and days of the
 * calendar without windows) and days of the calendar with windows of their own. Days are day numbers.
 */
import type { Calendar, ScheduleBody } from '../../policy/document.js';
import { parseLocalDate } from '../../values/local-time.js';
import { mergeSpans } from './spans-source.js';
import { countBelow } from './wall-source.js';
import { windowMinutes } from './week-source.js';

/** Exceptional days, ready to be asked. A date both closed and with windows is closed. */
export interface ExceptionalDays {
  /** Whether there are none. */
  readonly none: boolean;
  /** The first exceptional day at or after `day`; Infinity when there is none. */
  next(day: number): number;
  /** The last exceptional day before `day`; -Infinity when there is none. */
  before(day: number): number;
  /** The first day at or after `day` that is not closed. */
  openedFrom(day: number): number;
  /** The windows of a day that has its own, in minutes since its midnight; else undefined. */
  windowsOf(day: number): readonly (readonly [number, number])[] | undefined;
  /** The first day at or after `day` with windows of its own; Infinity when there is none. */
  nextWindows(day: number): number;
}

/** The exceptional days of a schedule and its calendar. @throws RangeError for a date that is none. */
export function compileExceptionalDays(
  except: ScheduleBody['except'],
  calendar: Calendar | undefined,
): ExceptionalDays {
  const own = new Map<number, readonly (readonly [number, number])[]>();
  const closedDays: (readonly [number, number])[] = [];
  for (const day of calendar?.days ?? []) {
    const date = localDate(day.date);
    if (day.windows === undefined) closedDays.push([date, date + 1]);
    // A date listed twice has the windows of both.
    else own.set(date, mergeSpans([...(own.get(date) ?? []), ...day.windows.map(windowMinutes)]));
  }
  for (const span of except ?? []) closedDays.push([localDate(span.from), localDate(span.until)]);
  const closed = mergeSpans(closedDays.filter(([from, until]) => from < until));
  const closedFrom = closed.map((span) => span[0]);
  for (const day of [...own.keys()]) if (isClosed(day)) own.delete(day);
  const ownDays = [...own.keys()].sort((a, b) => a - b);

  function closedAround(day: number): readonly [number, number] | undefined {
    const span = closed[countBelow(closedFrom, day + 1) - 1];
    return span !== undefined && day < span[1] ? span : undefined;
  }
  function isClosed(day: number): boolean {
    return closedAround(day) !== undefined;
  }
  function nextWindows(day: number): number {
    return ownDays[countBelow(ownDays, day)] ?? Number.POSITIVE_INFINITY;
  }

  return {
    none: closed.length === 0 && ownDays.length === 0,
    next(day) {
      if (isClosed(day)) return day;
      const nextClosed = closedFrom[countBelow(closedFrom, day)] ?? Number.POSITIVE_INFINITY;
      return Math.min(nextClosed, nextWindows(day));
    },
    before(day) {
      const span = closed[countBelow(closedFrom, day) - 1];
      const lastClosed = span === undefined ? Number.NEGATIVE_INFINITY : Math.min(span[1], day) - 1;
      const lastOwn = ownDays[countBelow(ownDays, day) - 1] ?? Number.NEGATIVE_INFINITY;
      return Math.max(lastClosed, lastOwn);
    },
    openedFrom: (day) => closedAround(day)?.[1] ?? day,
    windowsOf: (day) => own.get(day),
    nextWindows,
  };
}

function localDate(text: string): number {
  const day = parseLocalDate(text);
  if (day === undefined) throw new RangeError(`no such local date \`${text}\``);
  return day;
}
