/**
 * The days on which a recurrence rule falls, year by year: the only file that knows rrule. It is handed
 * days as UTC midnights, never a time, a zone, an UNTIL or a COUNT, and begins near the year asked about;
 * what rrule gets wrong or does slowly is kept from it (docs/decisions/0003).
 */
import { RRule } from 'rrule';
import type { Options } from 'rrule';
import { GREGORIAN_CYCLE_DAYS, completeRule } from '../../policy/recurrence-days.js';
import type { RecurrenceRule } from '../../policy/recurrence-parts.js';
import { DAY_MS, dateOf, dayNumber, weekday } from '../../values/instant.js';

/** The days of one calendar year on which a rule falls, in order, and the first day after that year. */
export interface YearOfDays {
  readonly days: readonly number[];
  /** Infinity when the rule falls on no later day before the year 10 000. */
  readonly next: number;
}

/** Beyond any local date an instant before the year 10 000 can show. */
const DAY_END = dayNumber(10_000, 1, 3);
const NONE: YearOfDays = { days: [], next: Number.POSITIVE_INFINITY };
const EVERY_WEEKDAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
/** Any of the years in which rrule's arithmetic is sound; a cycle of 400 years begins here. */
const SAFE_YEAR = 2000;

/**
 * The days of `year` on which the rule falls, on or after its start. COUNT and UNTIL are not looked at.
 * A search for `next` costs at most one look at each period of a Gregorian cycle.
 */
export function daysInYear(rule: RecurrenceRule, startDay: number, year: number): YearOfDays {
  const yearFrom = Math.max(dayNumber(year, 1, 1), startDay);
  const yearUntil = Math.max(dayNumber(year + 1, 1, 1), startDay);
  if (yearFrom >= DAY_END || neverChosen(rule)) return NONE;
  const full = completeRule(rule, startDay);
  const first = beginning(full, startDay, year);
  const cycles = Math.floor((dateOf(first).year - SAFE_YEAR) / 400);
  const shift = cycles * GREGORIAN_CYCLE_DAYS;
  const fallsOn = phaseTest(full, startDay);
  const days: number[] = [];
  let next = Number.POSITIVE_INFINITY;
  new RRule(optionsOf(full, first - shift), true).all((date) => {
    const day = date.getTime() / DAY_MS + shift;
    if (day >= DAY_END) return false;
    // BYSETPOS may choose a day twice (1,-1 of a set of one): the set holds it once.
    if (day < yearFrom || day === days.at(-1) || !fallsOn(day)) return true;
    if (day < yearUntil) {
      days.push(day);
      return true;
    }
    next = day;
    return false;
  });
  return { days, next };
}

/** A day's own set has one element, so only the first and the last exist. */
function neverChosen(rule: RecurrenceRule): boolean {
  return (
    rule.freq === 'DAILY' &&
    rule.bySetPos.length > 0 &&
    !rule.bySetPos.includes(1) &&
    !rule.bySetPos.includes(-1)
  );
}

/** Days and weeks without BYSETPOS are filters of the days of a year, which rrule lists faster. */
function asYears(rule: RecurrenceRule): boolean {
  return rule.freq === 'DAILY' || (rule.freq === 'WEEKLY' && rule.bySetPos.length === 0);
}

/** The first day of the period of the rule in which the year begins, or of its first one. */
function beginning(rule: RecurrenceRule, startDay: number, year: number): number {
  const start = dateOf(startDay);
  if (asYears(rule)) return dayNumber(Math.max(year, start.year), 1, 1);
  const before = Math.max(0, dayNumber(year, 1, 1) - startDay);
  if (rule.freq === 'WEEKLY') {
    const week = weekOf(rule, startDay);
    const length = 7 * rule.interval;
    return week + Math.floor(Math.max(0, startDay + before - week) / length) * length;
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
  const week = weekOf(rule, startDay);
  return (day) => Math.floor((day - week) / 7) % interval === 0;
}

/** The first day of the week in which a day lies. */
function weekOf(rule: RecurrenceRule, day: number): number {
  return day - ((weekday(day) - rule.weekStart + 7) % 7);
}

function optionsOf(rule: RecurrenceRule, firstDay: number): Partial<Options> {
  const years = asYears(rule);
  const plain = years && rule.byDay.length + rule.byMonthDay.length === 0;
  return {
    freq: years ? RRule.YEARLY : RRule[rule.freq],
    interval: years ? 1 : rule.interval,
    dtstart: new Date(firstDay * DAY_MS),
    wkst: rule.weekStart,
    ...part('bymonth', rule.byMonth),
    ...part('bymonthday', rule.byMonthDay),
    ...part('byyearday', rule.byYearDay),
    ...part('byweekno', rule.byWeekNo),
    ...(years ? {} : part('bysetpos', rule.bySetPos)),
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

const EACH_WEEKDAY = [RRule.MO, RRule.TU, RRule.WE, RRule.TH, RRule.FR, RRule.SA, RRule.SU] as const;
