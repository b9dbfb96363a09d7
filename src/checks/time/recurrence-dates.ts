/**
 * The days on which a recurrence rule falls, year by year: the only file that knows rrule. It is handed
 * days as UTC midnights, never a time, a zone, an UNTIL or a COUNT, and begins near the year asked about;
 * what rrule gets wrong or does slowly is kept from it (docs/decisions/0003).
 */

import type { Options } from 'rrule';
import { RRule } from 'rrule';
import { completeRule, GREGORIAN_CYCLE_DAYS, weekMatches } from '../../policy/recurrence-days.js';
import type { RecurrenceRule } from '../../policy/recurrence-parts.js';
import { dateOf, dayNumber, weekday } from '../../values/calendar-day.js';
import { DAY_MS } from '../../values/instant.js';

/** The days of one calendar year on which a rule falls, in order, and the first day after that year. */
export interface YearOfDays {
  readonly days: readonly number[];
  /** Infinity when the rule falls on no later day before the year 10 000. */
  readonly next: number;
}

/** Beyond any local date an instant before the year 10 000 can show. */
const DAY_END = dayNumber(10_000, 1, 3);
const EVERY_WEEKDAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
/** rrule's arithmetic is unsound in the first century, so it sees years from this one on instead. */
const SAFE_YEAR = 2000;

/**
 * The days of `year` on which the rule falls, on or after its start. COUNT and UNTIL are not looked at.
 * A search for `next` costs at most one look at each period of a Gregorian cycle.
 */
export function daysInYear(rule: RecurrenceRule, startDay: number, year: number): YearOfDays {
  const yearFrom = Math.max(dayNumber(year, 1, 1), startDay);
  const yearUntil = Math.max(dayNumber(year + 1, 1, 1), startDay);
  const days: number[] = [];
  let next = Number.POSITIVE_INFINITY;

  /** Takes the next day of the rule; false when no more are wanted. */
  function take(day: number): boolean {
    if (day >= yearFrom && day < yearUntil) days.push(day);
    else if (day >= yearUntil) next = Math.min(next, day);
    return next === Number.POSITIVE_INFINITY;
  }

  if (yearFrom < DAY_END) {
    const full = completeRule(rule, startDay);
    walk(full, startDay, year, full.bySetPos.length === 0 ? take : choosing(full, startDay, take));
  }
  return { days, next: next < DAY_END ? next : Number.POSITIVE_INFINITY };
}

/**
 * Shows `take` each day of the rule without BYSETPOS, from the period in which the year begins, and at
 * last {@link DAY_END}, until it returns false.
 */
function walk(
  rule: RecurrenceRule,
  startDay: number,
  year: number,
  take: (day: number) => boolean,
): void {
  const first = beginning(rule, startDay, year);
  const cycles = Math.floor((dateOf(first).year - SAFE_YEAR) / 400);
  const shift = cycles * GREGORIAN_CYCLE_DAYS;
  const inPhase = phaseTest(rule, startDay);
  let wanted = true;
  new RRule(optionsOf(rule, first - shift), true).all((date) => {
    const day = date.getTime() / DAY_MS + shift;
    if (day >= DAY_END) return false;
    wanted = !inPhase(day) || !inWeekOf(rule, day) || take(day);
    return wanted;
  });
  if (wanted) take(DAY_END);
}

/**
 * BYSETPOS: collects the days of each period and passes on those at the positions. rrule's own choice
 * is not used: it takes the first day for a position before it (-2 of a set of one), and some twice.
 */
function choosing(
  rule: RecurrenceRule,
  startDay: number,
  take: (day: number) => boolean,
): (day: number) => boolean {
  const periodOf = periodNumber(rule, startDay);
  let set: number[] = [];
  let period = Number.NaN;
  return (day) => {
    const here = periodOf(day);
    if (here !== period) {
      const { length } = set;
      const chosen = set.filter(
        (_, index) => rule.bySetPos.includes(index + 1) || rule.bySetPos.includes(index - length),
      );
      for (const one of chosen) if (!take(one)) return false;
      set = [];
      period = here;
    }
    set.push(day);
    return true;
  };
}

/** Which day, week, month or year a day lies in; the numbers differ when the periods do. */
function periodNumber(rule: RecurrenceRule, startDay: number): (day: number) => number {
  if (rule.freq === 'DAILY') return (day) => day;
  const week = weekOf(rule, startDay);
  if (rule.freq === 'WEEKLY') return (day) => Math.floor((day - week) / 7);
  return (day) => {
    const { year, month } = dateOf(day);
    return rule.freq === 'YEARLY' ? year : year * 12 + month;
  };
}

/** Days and weeks are filters of the days of a year, which rrule lists many times faster. */
function asYears(rule: RecurrenceRule): boolean {
  return rule.freq === 'DAILY' || rule.freq === 'WEEKLY';
}

/** The first day of a period rrule may begin with: the rule's periods from this year on follow whole. */
function beginning(rule: RecurrenceRule, startDay: number, year: number): number {
  const start = dateOf(startDay);
  if (asYears(rule)) {
    // The week in which the year begins may have begun in the year before.
    const week = weekOf(rule, Math.max(dayNumber(year, 1, 1), startDay));
    return dayNumber(dateOf(week).year, 1, 1);
  }
  if (rule.freq === 'YEARLY') {
    const years = Math.max(0, year - start.year);
    return dayNumber(start.year + years - (years % rule.interval), 1, 1);
  }
  const months = Math.max(0, (year - start.year) * 12 - (start.month - 1));
  const month = start.year * 12 + start.month - 1 + months - (months % rule.interval);
  return dayNumber(Math.floor(month / 12), (month % 12) + 1, 1);
}

/** Whether a day lies in a period that INTERVAL does not skip, where rrule was not told the interval. */
function phaseTest(rule: RecurrenceRule, startDay: number): (day: number) => boolean {
  const { interval } = rule;
  if (!asYears(rule) || interval === 1) return () => true;
  if (rule.freq === 'DAILY') return (day) => (day - startDay) % interval === 0;
  const periodOf = periodNumber(rule, startDay);
  return (day) => periodOf(day) % interval === 0;
}

/** BYWEEKNO. rrule's own misses the days of December in week 1 when that is asked for as -52 or -53. */
function inWeekOf(rule: RecurrenceRule, day: number): boolean {
  return rule.byWeekNo.length === 0 || weekMatches(rule, day);
}

/** The first day of the week in which a day lies. */
function weekOf(rule: RecurrenceRule, day: number): number {
  return day - ((weekday(day) - rule.weekStart + 7) % 7);
}

function optionsOf(rule: RecurrenceRule, firstDay: number): Partial<Options> {
  const years = asYears(rule);
  const plain =
    (years || rule.byWeekNo.length > 0) &&
    rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length === 0;
  return {
    freq: years ? RRule.YEARLY : RRule[rule.freq],
    interval: years ? 1 : rule.interval,
    dtstart: new Date(firstDay * DAY_MS),
    wkst: rule.weekStart,
    ...part('bymonth', rule.byMonth),
    ...part('bymonthday', rule.byMonthDay),
    ...part('byyearday', rule.byYearDay),
    ...(plain ? { byweekday: [...EVERY_WEEKDAY] } : weekdaysOf(rule)),
  };
}

function part<K extends string>(name: K, list: readonly number[]): { [key in K]?: number[] } {
  return list.length === 0 ? {} : ({ [name]: [...list] } as { [key in K]?: number[] });
}

/**
 * BYDAY for rrule. It intersects plain and numbered days where the RFC means their union, so beside
 * a numbered day a plain one is written as each of its numbers.
 */
function weekdaysOf(rule: RecurrenceRule): Partial<Options> {
  if (rule.byDay.length === 0) return {};
  if (rule.byDay.every((by) => by.ordinal === 0)) {
    return { byweekday: rule.byDay.map((by) => by.weekday) };
  }
  const ordinals = rule.freq === 'MONTHLY' || rule.byMonth.length > 0 ? 5 : 53;
  return {
    byweekday: rule.byDay.flatMap((by) => {
      const day = EACH_WEEKDAY[by.weekday] as (typeof EACH_WEEKDAY)[number];
      if (by.ordinal !== 0) return [day.nth(by.ordinal)];
      return Array.from({ length: ordinals }, (_, index) => day.nth(index + 1));
    }),
  };
}

const EACH_WEEKDAY = [
  RRule.MO,
  RRule.TU,
  RRule.WE,
  RRule.TH,
  RRule.FR,
  RRule.SA,
  RRule.SU,
] as const;
