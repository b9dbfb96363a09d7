/**
 * On which days a recurrence rule falls, by plain day arithmetic: enough to tell in bounded time whether
 * it ever occurs. Independent of the engine that expands rules, which may search for ever.
 */
import { dateOf, dayNumber, daysInMonth, weekday } from '../values/calendar-day.js';
import type { RecurrenceDay, RecurrenceRule } from './recurrence-parts.js';

/** Days of 400 Gregorian years, after which dates and weekdays repeat: also 20 871 whole weeks. */
export const GREGORIAN_CYCLE_DAYS = 146_097;

/** The day after 9999-12-31: no later local date can be written. */
const DAY_END = dayNumber(10_000, 1, 1);

/** The most an offset from UTC can move an instant on the wall, in minutes, rounded up. */
const OFFSET_MINUTES_MAX = 1440;

/**
 * The rule with what it leaves to its start said aloud: `FREQ=WEEKLY` from a Monday is every Monday. A
 * lone BYWEEKNO means all days of the week, and BYMONTHDAY without BYMONTH every month, as every engine has it.
 * @see RFC 5545 §3.3.10, "Information, not contained in the rule"
 */
export function completeRule(rule: RecurrenceRule, startDay: number): RecurrenceRule {
  const { freq } = rule;
  const onStartsWeekday: readonly RecurrenceDay[] = [{ weekday: weekday(startDay), ordinal: 0 }];
  const said =
    rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length + rule.byWeekNo.length > 0;
  if (said || freq === 'DAILY') return rule;
  if (freq === 'WEEKLY') return { ...rule, byDay: onStartsWeekday };
  const start = dateOf(startDay);
  const byMonth = freq === 'YEARLY' && rule.byMonth.length === 0 ? [start.month] : rule.byMonth;
  return { ...rule, byMonth, byMonthDay: [start.day] };
}

/**
 * Whether a rule has no occurrence within 400 years of its start (and before the year 10 000).
 * An UNTIL that is an instant is taken a day late, because only the zone tells its place on the wall.
 * Looks at each of at most 146 463 days once: a few milliseconds at worst.
 * @param startWallMinutes - start of the recurrence, minutes since 1970-01-01T00:00 on the wall.
 */
export function neverOccurs(rule: RecurrenceRule, startWallMinutes: number): boolean {
  const startDay = Math.floor(startWallMinutes / 1440);
  const end = Math.min(
    startDay + GREGORIAN_CYCLE_DAYS,
    DAY_END,
    endOfStarts(rule, startWallMinutes - startDay * 1440),
  );
  const full = completeRule(rule, startDay);
  const matches = dayMatcher(full);
  for (let period = 0; ; period++) {
    const [from, until] = periodOf(full, startDay, period);
    if (from >= end) return true;
    if (occursIn(full, matches, from, until, startDay, end)) return false;
  }
}

/** The first day on which no occurrence may start any more, because of UNTIL. */
function endOfStarts(rule: RecurrenceRule, timeOfDay: number): number {
  if (rule.until === undefined) return Number.POSITIVE_INFINITY;
  const minutes =
    rule.until.kind === 'wall'
      ? rule.until.wallMinutes
      : Math.floor(rule.until.instant / 60_000) + OFFSET_MINUTES_MAX;
  return Math.floor((minutes - timeOfDay) / 1440) + 1;
}

/** Days `[from, until)` of the period of that number; period 0 contains the start. */
function periodOf(rule: RecurrenceRule, startDay: number, period: number): [number, number] {
  const steps = period * rule.interval;
  if (rule.freq === 'DAILY') return [startDay + steps, startDay + steps + 1];
  if (rule.freq === 'WEEKLY') {
    const week = startDay - ((weekday(startDay) - rule.weekStart + 7) % 7) + steps * 7;
    return [week, week + 7];
  }
  const start = dateOf(startDay);
  if (rule.freq === 'YEARLY') {
    return [dayNumber(start.year + steps, 1, 1), dayNumber(start.year + steps + 1, 1, 1)];
  }
  const months = start.year * 12 + start.month - 1 + steps;
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  const from = dayNumber(year, month, 1);
  return [from, from + daysInMonth(year, month)];
}

/** Whether an occurrence of the period `[from, until)` lies in `[start, end)`. */
function occursIn(
  rule: RecurrenceRule,
  matches: (day: number) => boolean,
  from: number,
  until: number,
  start: number,
  end: number,
): boolean {
  if (rule.bySetPos.length === 0) {
    const last = Math.min(until, end);
    for (let day = Math.max(from, start); day < last; day++) if (matches(day)) return true;
    return false;
  }
  // Positions count within the whole period, the days before the start included.
  const days: number[] = [];
  for (let day = from; day < until; day++) if (matches(day)) days.push(day);
  return rule.bySetPos.some((position) => {
    const day = days[position > 0 ? position - 1 : days.length + position];
    return day !== undefined && day >= start && day < end;
  });
}

/** A test of single days against the BY parts, fast for days asked in order. */
function dayMatcher(rule: RecurrenceRule): (day: number) => boolean {
  let year = 0;
  let month = 0;
  let yearFrom = 0;
  let yearDays = 0;
  let monthFrom = 0;
  let monthDays = 0;
  const numberInMonth = rule.freq === 'MONTHLY' || rule.byMonth.length > 0;

  function turnTo(day: number): void {
    ({ year, month } = dateOf(day));
    yearFrom = dayNumber(year, 1, 1);
    yearDays = dayNumber(year + 1, 1, 1) - yearFrom;
    monthFrom = dayNumber(year, month, 1);
    monthDays = daysInMonth(year, month);
  }

  return (day) => {
    if (day < monthFrom || day >= monthFrom + monthDays) turnTo(day);
    if (rule.byMonth.length > 0 && !rule.byMonth.includes(month)) return false;
    if (!numberMatches(rule.byMonthDay, day - monthFrom, monthDays)) return false;
    if (!numberMatches(rule.byYearDay, day - yearFrom, yearDays)) return false;
    if (rule.byDay.length > 0) {
      const index = day - (numberInMonth ? monthFrom : yearFrom);
      const length = numberInMonth ? monthDays : yearDays;
      if (!rule.byDay.some((by) => dayMatches(by, weekday(day), index, length))) return false;
    }
    return rule.byWeekNo.length === 0 || weekMatches(rule, day);
  };
}

/** Whether the element `index` (from 0) of `length` is listed, counted from 1 or from the end. */
function numberMatches(list: readonly number[], index: number, length: number): boolean {
  return list.length === 0 || list.includes(index + 1) || list.includes(index - length);
}

function dayMatches(by: RecurrenceDay, dayOfWeek: number, index: number, length: number): boolean {
  if (by.weekday !== dayOfWeek) return false;
  if (by.ordinal === 0) return true;
  return by.ordinal > 0
    ? by.ordinal === Math.floor(index / 7) + 1
    : -by.ordinal === Math.floor((length - 1 - index) / 7) + 1;
}

/**
 * Whether a day lies in a week that BYWEEKNO lists, from the year's first or last week. A week is
 * numbered in the year that holds at least four of its days, hence its fourth.
 * @see RFC 5545 §3.3.10, BYWEEKNO
 */
export function weekMatches(rule: RecurrenceRule, day: number): boolean {
  const fourth = day - ((weekday(day) - rule.weekStart + 7) % 7) + 3;
  const { year } = dateOf(fourth);
  const index = Math.floor((fourth - dayNumber(year, 1, 1)) / 7);
  const later = Math.floor((dayNumber(year + 1, 1, 1) - 1 - fourth) / 7);
  return numberMatches(rule.byWeekNo, index, index + later + 1);
}
