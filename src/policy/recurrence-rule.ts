/**
 * Reads RRULE and duration texts strictly, before any recurrence engine sees them: engines accept rules
 * that mean nothing and some of those never end. Source: docs/policy.md, "Schedules"; RFC 5545 §3.3.10.
 */
import { MINUTE_MS, parseInstant } from '../values/instant.js';
import { RRULE_LENGTH_MAX } from '../values/limits.js';
import type { Outcome } from '../values/outcome.js';
import type {
  RecurrenceDay,
  RecurrenceEnd,
  RecurrenceFrequency,
  RecurrenceRule,
} from './recurrence-parts.js';

export { neverOccurs } from './recurrence-days.js';
export type {
  RecurrenceDay,
  RecurrenceEnd,
  RecurrenceFrequency,
  RecurrenceRule,
} from './recurrence-parts.js';

/** Longest duration of one occurrence, in minutes: 31 days (policy.md, "Schedules"). */
export const DURATION_MINUTES_MAX = 31 * 1440;

/** Largest INTERVAL and COUNT (policy.md, "Schedules"). */
const INTERVAL_MAX = 999;
const COUNT_MAX = 10_000;

const FREQUENCIES: readonly string[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const DAY_NAMES: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const PART_NAMES: readonly string[] = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYMONTH',
  'BYMONTHDAY',
  'BYDAY',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYSETPOS',
  'WKST',
];

/** Thrown and caught within this file: carries the text for people out of the readers of the parts. */
class RuleFault extends Error {}

/**
 * The rule an RRULE text says, if it lies in the strict subset: FREQ `DAILY`, `WEEKLY`, `MONTHLY` or
 * `YEARLY`, every part at most once and in range, nothing finer than a day, and nothing the table of
 * RFC 5545 forbids for the frequency. Upper case as the RFC prints it; no `RRULE:` in front.
 * @returns code `rrule` with the offending text. Does not look whether the rule ever occurs; see
 * {@link neverOccurs}.
 */
export function parseRecurrenceRule(text: string): Outcome<RecurrenceRule, 'rrule'> {
  try {
    if (text.length > RRULE_LENGTH_MAX) fault(`longer than ${RRULE_LENGTH_MAX} characters`, text);
    const rule = readRule(splitParts(text));
    refuseByFrequency(rule, text);
    return { ok: true, value: rule };
  } catch (error) {
    if (!(error instanceof RuleFault)) throw error;
    return { ok: false, code: 'rrule', detail: error.message };
  }
}

/**
 * Minutes of a duration `P[nD][T[nH][nM]]`.
 * @returns `undefined` when the text is no such duration, is nothing, or is longer than 31 days.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?)?$/u.exec(text);
  if (match === null || text.endsWith('P') || text.endsWith('T')) return undefined;
  const minutes = Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return minutes > 0 && minutes <= DURATION_MINUTES_MAX ? minutes : undefined;
}

function splitParts(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    if (equals < 0) fault('part is not `NAME=value`', part);
    if (!PART_NAMES.includes(name)) fault('part is not allowed', name);
    if (parts.has(name)) fault('part given twice', name);
    parts.set(name, part.slice(equals + 1));
  }
  return parts;
}

function readRule(parts: ReadonlyMap<string, string>): RecurrenceRule {
  const freq = parts.get('FREQ');
  if (freq === undefined) fault('FREQ is missing', [...parts.keys()].join(';'));
  if (!FREQUENCIES.includes(freq)) fault('FREQ is not DAILY, WEEKLY, MONTHLY or YEARLY', freq);
  const interval = parts.get('INTERVAL');
  const count = parts.get('COUNT');
  const until = parts.get('UNTIL');
  const weekStart = parts.get('WKST');
  if (count !== undefined && until !== undefined) fault('COUNT stands beside UNTIL', until);
  return {
    freq: freq as RecurrenceFrequency,
    interval: interval === undefined ? 1 : readCount('INTERVAL', interval, INTERVAL_MAX),
    ...(count === undefined ? {} : { count: readCount('COUNT', count, COUNT_MAX) }),
    ...(until === undefined ? {} : { until: readEnd(until) }),
    byMonth: readNumbers(parts, 'BYMONTH', 12, false),
    byMonthDay: readNumbers(parts, 'BYMONTHDAY', 31, true),
    byDay: readDays(parts.get('BYDAY')),
    byYearDay: readNumbers(parts, 'BYYEARDAY', 366, true),
    byWeekNo: readNumbers(parts, 'BYWEEKNO', 53, true),
    bySetPos: readNumbers(parts, 'BYSETPOS', 366, true),
    weekStart: weekStart === undefined ? 0 : readWeekday('WKST', weekStart),
  };
}

/** A plain number from 1 to `max`, without sign. */
function readCount(name: string, text: string, max: number): number {
  const value = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) fault(`${name} is not a number from 1 to ${max}`, text);
  return value;
}

/** Sorted distinct numbers from 1 to `max`, or from -`max` when `signed`. */
function readNumbers(
  parts: ReadonlyMap<string, string>,
  name: string,
  max: number,
  signed: boolean,
): readonly number[] {
  const list = parts.get(name);
  if (list === undefined) return [];
  const values = new Set<number>();
  for (const text of list.split(',')) {
    const shape = signed ? /^[+-]?(\d{1,3})$/u : /^(\d{1,3})$/u;
    const written = shape.exec(text)?.[1] ?? '';
    const value = written.length > String(max).length ? 0 : Number(written && text);
    if (value === 0 || Math.abs(value) > max) {
      fault(`${name} is not a number from ${signed ? `±1 to ±${max}` : `1 to ${max}`}`, text);
    }
    values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function readDays(list: string | undefined): readonly RecurrenceDay[] {
  if (list === undefined) return [];
  const days = new Map<number, RecurrenceDay>();
  for (const text of list.split(',')) {
    const match = /^(?:([+-]?)(\d{1,2}))?([A-Z]{2})$/u.exec(text);
    const weekday = DAY_NAMES.indexOf(match?.[3] ?? '');
    const size = Number(match?.[2] ?? 0);
    const numbered = match?.[2] !== undefined;
    if (weekday < 0 || size > 53 || (numbered && size === 0)) {
      fault('BYDAY is not a weekday, or one numbered ±1 to ±53', text);
    }
    const ordinal = match?.[1] === '-' ? -size : size;
    days.set(ordinal * 7 + weekday, { weekday, ordinal });
  }
  return [...days.entries()].sort((a, b) => a[0] - b[0]).map((entry) => entry[1]);
}

function readWeekday(name: string, text: string): number {
  const weekday = DAY_NAMES.indexOf(text);
  if (weekday < 0) fault(`${name} is not a weekday`, text);
  return weekday;
}

/** UNTIL: `YYYYMMDD` (its first minute), `YYYYMMDDTHHMMSS` on the wall, or with `Z` an instant. */
function readEnd(text: string): RecurrenceEnd {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/u.exec(text);
  if (match === null) return fault('UNTIL is not a date or time', text);
  const [, year, month, day, hour = '00', minute = '00', second = '00', zulu = ''] = match;
  const instant = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(instant)) fault('UNTIL names no such time', text);
  if (zulu === 'Z') return { kind: 'instant', instant };
  // Occurrences start on whole minutes, so the seconds of an inclusive end decide nothing.
  return { kind: 'wall', wallMinutes: Math.floor(instant / MINUTE_MS) };
}

/** The table of RFC 5545 §3.3.10, and BYSETPOS, which needs a set to choose from. */
function refuseByFrequency(rule: RecurrenceRule, text: string): void {
  const { freq } = rule;
  const numbered = rule.byDay.some((day) => day.ordinal !== 0);
  if (freq !== 'YEARLY' && rule.byWeekNo.length > 0) fault('BYWEEKNO needs FREQ=YEARLY', text);
  if (freq !== 'YEARLY' && rule.byYearDay.length > 0) fault('BYYEARDAY needs FREQ=YEARLY', text);
  if (freq === 'WEEKLY' && rule.byMonthDay.length > 0) {
    fault('BYMONTHDAY does not go with FREQ=WEEKLY', text);
  }
  if (numbered && freq !== 'MONTHLY' && freq !== 'YEARLY') {
    fault('a numbered BYDAY needs FREQ=MONTHLY or YEARLY', text);
  }
  if (numbered && rule.byWeekNo.length > 0)
    fault('a numbered BYDAY does not go with BYWEEKNO', text);
  const by =
    rule.byMonth.length +
    rule.byMonthDay.length +
    rule.byDay.length +
    rule.byYearDay.length +
    rule.byWeekNo.length;
  if (rule.bySetPos.length > 0 && by === 0) fault('BYSETPOS needs another BY part', text);
}

function fault(message: string, text: string): never {
  // Outside text is cut: a message is read by people, in one line.
  throw new RuleFault(`${message} \`${text.length > 80 ? `${text.slice(0, 77)}...` : text}\``);
}
