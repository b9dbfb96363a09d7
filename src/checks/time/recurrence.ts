/**
 * One recurrence of a schedule as spans on the wall: the starts its rule gives, without EXDATE, with
 * RDATE, each followed by the duration. Source: docs/policy.md, "Schedules".
 */
import type { Recurrence } from '../../policy/document.js';
import type { RecurrenceRule } from '../../policy/recurrence-rule.js';
import { parseDuration, parseRecurrenceRule } from '../../policy/recurrence-rule.js';
import { dateOf, weekday } from '../../values/calendar-day.js';
import { MINUTE_MS } from '../../values/instant.js';
import { parseLocalDateTime } from '../../values/local-time.js';
import type { YearOfDays } from './recurrence-dates.js';
import { daysInYear } from './recurrence-dates.js';
import type { WallSource, WeekSpans } from './wall-source.js';
import { countBelow } from './wall-source.js';
import { WEEK_MINUTES } from './week-source.js';
import type { Zone } from './zone.js';

const EVERY_DAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6];

/** Years of starts kept for each recurrence; a year of daily starts takes 3 kB. */
const YEARS_MAX = 16;

/** The starts a rule gives, in wall minutes. */
interface Starts {
  /** Calls `add` with each start in `[from, until)`, in order. */
  each(from: number, until: number, add: (start: number) => void): void;
  /** The first start at or after `at`, or Infinity. */
  next(at: number): number;
}

/**
 * A recurrence, ready to be asked. Nothing is expanded yet; `zone` serves an UNTIL that is an instant.
 * @throws RangeError when the rule, the duration or a local time is not a valid one: a document that
 * was parsed has none.
 */
export function compileRecurrence(recurrence: Recurrence, zone: Zone): WallSource {
  const outcome = parseRecurrenceRule(recurrence.rrule);
  if (!outcome.ok) throw new RangeError(outcome.detail);
  const rule = outcome.value;
  const start = localTime(recurrence.start);
  const duration = parseDuration(recurrence.duration);
  if (duration === undefined) throw new RangeError(`no such duration \`${recurrence.duration}\``);
  const removed = new Set((recurrence.exdates ?? []).map(localTime));
  const exdates = [...removed].sort((a, b) => a - b);
  const added = [...new Set((recurrence.rdates ?? []).map(localTime))]
    .filter((at) => !removed.has(at))
    .sort((a, b) => a - b);
  const end = endOf(rule, zone);
  const starts = rule.count === undefined ? startsOf(rule, start, end) : countedStarts(rule, start);

  function nextStart(at: number): number {
    let next = starts.next(at);
    while (removed.has(next)) next = starts.next(next + 1);
    return Math.min(next, added[countBelow(added, at)] ?? Number.POSITIVE_INFINITY);
  }

  return {
    collect(from, until, add) {
      const earliest = from - duration + 1;
      starts.each(earliest, until, (at) => {
        if (!removed.has(at)) add(at, at + duration);
      });
      for (let index = countBelow(added, earliest); index < added.length; index++) {
        const at = added[index] as number;
        if (at >= until) break;
        add(at, at + duration);
      }
    },
    nextStart,
    weekly: weeklySpans(rule, start, duration),
    solid: gapDays(rule, start) * 1440 <= duration,
    steadyUntil(at) {
      if (rule.count !== undefined || at - duration < starts.next(start)) return at;
      // An occurrence that EXDATE took away would have reached `duration` beyond it.
      const hole = exdates[countBelow(exdates, at - duration)] ?? Number.POSITIVE_INFINITY;
      return Math.max(at, Math.min(hole, end()));
    },
    steadySince(at) {
      if (rule.count !== undefined || at > end()) return at;
      const hole = exdates[countBelow(exdates, at) - 1] ?? Number.NEGATIVE_INFINITY;
      return Math.min(at, Math.max(starts.next(start), hole) + duration);
    },
  };
}

/** The starts of a rule without COUNT: any year can be listed without those before it. */
function startsOf(rule: RecurrenceRule, start: number, end: () => number): Starts {
  const startDay = Math.floor(start / 1440);
  const timeOfDay = start - startDay * 1440;
  const years = new Map<number, YearOfDays>();
  let gap: { after: number; until: number; next: number } | undefined;

  function yearAt(year: number): YearOfDays {
    const known = years.get(year);
    if (known !== undefined) return known;
    // A sparse rule is not searched again for each of the years it skips.
    const skipped = gap !== undefined && year > gap.after && year < gap.until;
    const found =
      skipped && gap !== undefined
        ? { days: [], next: gap.next }
        : daysInYear(rule, startDay, year);
    if (!skipped) gap = { after: year, until: yearOf(found.next), next: found.next };
    if (years.size >= YEARS_MAX) years.delete(years.keys().next().value as number);
    years.set(year, found);
    return found;
  }

  return {
    each(from, until, add) {
      const last = Math.min(until - 1, end());
      const first = Math.max(from, start);
      if (first > last) return;
      const lastYear = dateOf(Math.floor(last / 1440)).year;
      for (let year = dateOf(Math.floor(first / 1440)).year; year <= lastYear; year++) {
        for (const day of yearAt(year).days) {
          const at = day * 1440 + timeOfDay;
          if (at > last) return;
          if (at >= first) add(at);
        }
      }
    },
    next(at) {
      const first = Math.max(at, start);
      if (first > end()) return Number.POSITIVE_INFINITY;
      const { days, next } = yearAt(dateOf(Math.floor(first / 1440)).year);
      const day = days[countBelow(days, Math.ceil((first - timeOfDay) / 1440))] ?? next;
      const found = day * 1440 + timeOfDay;
      return found <= end() ? found : Number.POSITIVE_INFINITY;
    },
  };
}

function yearOf(day: number): number {
  return day === Number.POSITIVE_INFINITY ? day : dateOf(day).year;
}

/** The starts of a rule with COUNT: listed from the first one on, as far as asked. */
function countedStarts(rule: RecurrenceRule, start: number): Starts {
  const all = startsOf(rule, start, () => Number.POSITIVE_INFINITY);
  const count = rule.count as number;
  const list: number[] = [];

  /** Lists at least the starts before `until`, or, if there are none left, all. */
  function extend(until: number): void {
    let next = list.length === 0 ? start : (list.at(-1) as number) + 1;
    while (list.length < count) {
      next = all.next(next);
      if (next >= until) return;
      list.push(next);
      next += 1;
    }
  }

  return {
    each(from, until, add) {
      extend(until);
      for (let index = countBelow(list, from); index < list.length; index++) {
        const at = list[index] as number;
        if (at >= until) return;
        add(at);
      }
    },
    next(at) {
      extend(at);
      const listed = list[countBelow(list, at)];
      if (listed !== undefined) return listed;
      return list.length < count ? all.next(at) : Number.POSITIVE_INFINITY;
    },
  };
}

/** The last minute at which an occurrence may start. Put into the zone when first asked for. */
function endOf(rule: RecurrenceRule, zone: Zone): () => number {
  const { until } = rule;
  if (until === undefined) return () => Number.POSITIVE_INFINITY;
  if (until.kind === 'wall') return () => until.wallMinutes;
  let minutes: number | undefined;
  return () => {
    minutes ??= Math.floor((until.instant + offsetOrLeast(zone, until.instant)) / MINUTE_MS);
    return minutes;
  };
}

/**
 * The zone's offset, or the least one there can be where the source ends: times near such an UNTIL
 * cannot be asked about either, and what opens less is safe.
 */
function offsetOrLeast(zone: Zone, instant: number): number {
  try {
    return zone.offsetAt(instant);
  } catch (error) {
    if (error instanceof RangeError) return -1440 * MINUTE_MS;
    throw error;
  }
}

/** The longest time from one start to the next in days, where that is plain to see; else Infinity. */
function gapDays(rule: RecurrenceRule, start: number): number {
  const { freq, interval } = rule;
  const narrowed =
    rule.byMonth.length + rule.byYearDay.length + rule.byWeekNo.length + rule.bySetPos.length > 0;
  if (narrowed || rule.byDay.some((by) => by.ordinal !== 0)) return Number.POSITIVE_INFINITY;
  if (rule.byMonthDay.length > 0) {
    const monthly = freq === 'MONTHLY' && interval === 1 && rule.byDay.length === 0;
    return monthly && rule.byMonthDay.some((day) => Math.abs(day) <= 28)
      ? 31
      : Number.POSITIVE_INFINITY;
  }
  if (rule.byDay.length > 0) {
    return interval === 1 || freq === 'WEEKLY' ? weekGap(rule) : Number.POSITIVE_INFINITY;
  }
  if (freq === 'DAILY') return interval;
  if (freq === 'WEEKLY') return 7 * interval;
  const day = dateOf(Math.floor(start / 1440)).day;
  return freq === 'MONTHLY' && interval === 1 && day <= 28 ? 31 : Number.POSITIVE_INFINITY;
}

/** The longest pause between the weekdays of a rule, going round its weeks. */
function weekGap(rule: RecurrenceRule): number {
  const days = rule.byDay.map((by) => (by.weekday - rule.weekStart + 7) % 7).sort((a, b) => a - b);
  let gap = (days[0] as number) + 7 * rule.interval - (days.at(-1) as number);
  for (let index = 1; index < days.length; index++) {
    gap = Math.max(gap, (days[index] as number) - (days[index - 1] as number));
  }
  return gap;
}

/** The spans a rule opens in every week, when it is the same every week and none is over a week long. */
function weeklySpans(rule: RecurrenceRule, start: number, duration: number): WeekSpans | undefined {
  if (rule.interval !== 1 || gapDays(rule, start) > 7 || duration > WEEK_MINUTES) return undefined;
  const startDay = Math.floor(start / 1440);
  const timeOfDay = start - startDay * 1440;
  const given = rule.byDay.map((by) => by.weekday);
  const days = given.length > 0 ? given : rule.freq === 'DAILY' ? EVERY_DAY : [weekday(startDay)];
  return days.map((day) => [day * 1440 + timeOfDay, day * 1440 + timeOfDay + duration] as const);
}

function localTime(text: string): number {
  const minutes = parseLocalDateTime(text);
  if (minutes === undefined) throw new RangeError(`no such local time \`${text}\``);
  return minutes;
}
