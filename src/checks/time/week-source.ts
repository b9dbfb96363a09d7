/** The weekly windows of a schedule as a source of open spans. */
import type { ScheduleBody } from '../../policy/document.js';
import { WEEKDAYS } from '../../policy/document.js';
import { parseLocalTime } from '../../values/local-time.js';
import { mergeSpans } from './spans-source.js';
import type { WallSource, WeekSpans } from './wall-source.js';
import { countBelow } from './wall-source.js';

/** Minutes of a week, and the wall minute of a Monday's midnight (1969-12-29). */
export const WEEK_MINUTES = 10_080;
export const MONDAY_MINUTES = -3 * 1440;

/**
 * The spans of weekly windows by their start; one that ends on the next day may run past the Sunday.
 * @throws RangeError when a local time is not one.
 */
export function weekSpans(windows: NonNullable<ScheduleBody['windows']>): WeekSpans {
  const spans: [number, number][] = [];
  for (const window of windows) {
    const [from, until] = windowMinutes(window);
    for (const day of window.days) {
      const midnight = WEEKDAYS.indexOf(day) * 1440;
      spans.push([midnight + from, midnight + until]);
    }
  }
  return spans.sort((a, b) => a[0] - b[0]);
}

/**
 * Minutes of a window since the midnight it starts after; `until` at or before `from` is on the next day.
 * @throws RangeError when a local time is not one.
 */
export function windowMinutes(window: { from: string; until: string }): [number, number] {
  const from = parseLocalTime(window.from);
  const until = parseLocalTime(window.until);
  if (from === undefined || until === undefined || from === 1440) {
    throw new RangeError(`no such window \`${window.from}..${window.until}\``);
  }
  return [from, until <= from ? until + 1440 : until];
}

/** Weekly windows as a source. */
export function weekSource(spans: WeekSpans): WallSource {
  const starts = spans.map((span) => span[0]);
  return {
    collect(from, until, add) {
      // A window is at most a day long, so a week begun up to a day before still counts.
      for (let week = weekBefore(from - 1440); week < until; week += WEEK_MINUTES) {
        for (const [start, end] of spans) {
          if (week + start < until && week + end > from) add(week + start, week + end);
        }
      }
    },
    nextStart(at) {
      const week = weekBefore(at);
      const next = starts[countBelow(starts, at - week)];
      return next === undefined ? week + WEEK_MINUTES + (starts[0] as number) : week + next;
    },
    weekly: spans,
    solid: isWholeWeek(spans),
    steadyUntil: () => Number.POSITIVE_INFINITY,
    steadySince: () => Number.NEGATIVE_INFINITY,
  };
}

/** Whether weekly spans leave no minute of any week out. */
export function isWholeWeek(spans: WeekSpans): boolean {
  const wrapped = spans.flatMap(([from, until]) => [
    [from, until] as const,
    [from - WEEK_MINUTES, until - WEEK_MINUTES] as const,
  ]);
  return mergeSpans(wrapped).some(([from, until]) => from <= 0 && until >= WEEK_MINUTES);
}

function weekBefore(at: number): number {
  return Math.floor((at - MONDAY_MINUTES) / WEEK_MINUTES) * WEEK_MINUTES + MONDAY_MINUTES;
}
