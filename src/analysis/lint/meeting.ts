/**
 * Whether schedules are ever open, alone or together. Exact where weekly windows, events and exceptions make them
 * up: beyond the last date written every week is like the one before, so a year of weeks after it is looked at.
 */
import type { CompiledSchedule } from '../../checks/time/schedule.js';
import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord } from '../../engine/records.js';
import { compiledFor, type Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Calendar, ScheduleBody } from '../../policy/document.js';
import { DAY_MS, type Span } from '../../values/instant.js';
import { parseLocalDate } from '../../values/local-time.js';

/** More than a year of weeks: every change of the clock is among them, both ways. */
const YEAR_MS = 60 * 7 * DAY_MS;
/**
 * Years looked at where something recurs: for one schedule, or with an INTERVAL, the Gregorian cycle, as for a rule that
 * never occurs; else 41, since across a year like 2100 it is 40 until a leap day falls on the same day of the week again.
 */
const CYCLE_MS = 400 * 366 * DAY_MS;
const TOGETHER_MS = 41 * 366 * DAY_MS;
/** Changes looked at before the search gives up, which says nothing: then they may meet. */
const LOOKS_MAX = 30_000;
/** Where nothing is dated any year is as good as another; this one begins on a Monday. */
const ANY_DAY = 19_723;

/** Whether all these schedules are open at one instant, from some instant on; true where the search cannot tell. */
export function meet(
  s: Snapshot,
  records: readonly ScheduleRecord[],
  zone: Zone | undefined,
  from: number | undefined,
): boolean {
  return firstMeeting(s, records, zone, from) < Number.POSITIVE_INFINITY;
}

/**
 * The first instant, from some instant on, at which all these schedules are open, or from which on the search cannot
 * tell; infinity for never. Without a beginning: minus infinity where they are in the weeks before all dates written,
 * since then they were in any earlier year.
 */
export function firstMeeting(
  s: Snapshot,
  records: readonly ScheduleRecord[],
  zone: Zone | undefined,
  from: number | undefined,
): number {
  const reach = reachOf(s, records, from);
  const tests = records.map((record) => compiledFor(s, record, zone));
  if (tests.includes(undefined)) return from ?? Number.NEGATIVE_INFINITY;
  try {
    const first = firstWithin(tests as readonly CompiledSchedule[], reach);
    const isUndated = from === undefined && first < reach.from + YEAR_MS;
    return isUndated ? Number.NEGATIVE_INFINITY : first;
  } catch (error) {
    // A table of zones ends where it ends; what is beyond could be anything.
    if (error instanceof RangeError) return from ?? Number.NEGATIVE_INFINITY;
    throw error;
  }
}

/**
 * The stretch in which schedules show everything they ever do: around all dates they write, and for as long after as
 * it takes to see what repeats. From `begin` on, if there is one.
 */
export function reachOf(
  s: Snapshot,
  records: readonly ScheduleRecord[],
  begin: number | undefined,
): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const record of records) {
    const dates = datesOf(record, at(s.tables.calendars, record.calendar));
    first = Math.min(first, dates.first);
    last = Math.max(last, dates.last);
  }
  if (first > last) {
    first = ANY_DAY;
    last = ANY_DAY;
  }
  const from = Math.max(begin ?? first * DAY_MS - YEAR_MS, s.zones.from);
  const after = Math.max(last * DAY_MS, from) + repeatMs(records);
  return { from, until: Math.min(after, s.zones.until) };
}

/** How long it takes until what schedules do together repeats. */
function repeatMs(records: readonly ScheduleRecord[]): number {
  const rules = records.flatMap(({ document }) => document.recurrences ?? []);
  if (rules.length === 0) return YEAR_MS;
  const everyYear = rules.every(({ rrule }) => !/(?:^|;)INTERVAL=(?!0*1(?:;|$))/iu.test(rrule));
  return records.length > 1 && everyYear ? TOGETHER_MS : CYCLE_MS;
}

/** The schedule of a number, if it is switched on. */
export function enabledSchedule(s: Snapshot, number: number): ScheduleRecord | undefined {
  const record = number < 0 ? undefined : at(s.tables.schedules, number);
  return record?.enabled === true ? record : undefined;
}

function firstWithin(tests: readonly CompiledSchedule[], { from, until }: Span): number {
  let instant = from;
  for (let look = 0; look < LOOKS_MAX && instant < until; look++) {
    // They cannot meet before each of those closed now has changed.
    let next = instant;
    for (const test of tests) {
      if (test.isOpen(instant)) continue;
      const change = test.nextChange(instant);
      if (change === null) return Number.POSITIVE_INFINITY;
      next = Math.max(next, change);
    }
    if (next === instant) return instant;
    instant = next;
  }
  return instant < until ? instant : Number.POSITIVE_INFINITY;
}

/** The first and the last date that a schedule and its calendar write, as day numbers. */
interface Dates {
  readonly calendar: Calendar | undefined;
  readonly first: number;
  readonly last: number;
}

/** A memo, since one schedule may be that of a million assignments. */
const DATES = new WeakMap<ScheduleRecord, Dates>();

function datesOf(record: ScheduleRecord, calendar: Calendar | undefined): Dates {
  const known = DATES.get(record);
  if (known !== undefined && known.calendar === calendar) return known;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const text of datesWritten(record.document, calendar)) {
    const day = parseLocalDate(text.slice(0, 10));
    if (day === undefined) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  const found = { calendar, first, last };
  DATES.set(record, found);
  return found;
}

function datesWritten(body: ScheduleBody, calendar: Calendar | undefined): string[] {
  return [
    ...(body.events ?? []).flatMap((event) => [event.from, event.until]),
    ...(body.except ?? []).flatMap((days) => [days.from, days.until]),
    ...(body.recurrences ?? []).flatMap((each) => [each.start, ...(each.rdates ?? [])]),
    ...(calendar?.days ?? []).map((day) => day.date),
  ];
}
