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
 * Years looked at where something recurs: for one schedule the Gregorian cycle, as for a rule that never occurs; for
 * several together 28, after which days of the week fall on the same dates again.
 */
const ALONE_MS = 400 * 366 * DAY_MS;
const TOGETHER_MS = 28 * 366 * DAY_MS;
/** Changes looked at before the search gives up, which says nothing: then they may meet. */
const LOOKS_MAX = 30_000;
/** Where nothing is dated any year is as good as another; this one begins on a Monday. */
const ANY_DAY = 19_723;

/** Whether all these schedules are open at one instant within a span; true where the search cannot tell. */
export function meet(
  s: Snapshot,
  records: readonly ScheduleRecord[],
  zone: Zone | undefined,
  within: Partial<Span>,
): boolean {
  const reach = reachOf(s, records, within);
  const tests = records.map((record) => compiledFor(s, record, zone));
  if (tests.includes(undefined)) return true;
  try {
    return opensWithin(tests as readonly CompiledSchedule[], reach);
  } catch (error) {
    // A table of zones ends where it ends; what is beyond could be anything.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/**
 * The stretch in which schedules show everything they ever do: around all dates they write, and for as long after as
 * it takes to see what repeats. Cut to `within`.
 */
export function reachOf(
  s: Snapshot,
  records: readonly ScheduleRecord[],
  within: Partial<Span>,
): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let recurs = false;
  for (const record of records) {
    recurs ||= record.document.recurrences !== undefined;
    const dates = datesOf(record, at(s.tables.calendars, record.calendar));
    first = Math.min(first, dates.first);
    last = Math.max(last, dates.last);
  }
  if (first > last) {
    first = ANY_DAY;
    last = ANY_DAY;
  }
  const repeats = !recurs ? YEAR_MS : records.length === 1 ? ALONE_MS : TOGETHER_MS;
  const from = Math.max(within.from ?? first * DAY_MS - YEAR_MS, s.zones.from);
  const after = Math.max(last * DAY_MS, from) + repeats;
  return { from, until: Math.min(after, within.until ?? after, s.zones.until) };
}

/** The schedule of a number, if it is switched on. */
export function enabledSchedule(s: Snapshot, number: number): ScheduleRecord | undefined {
  const record = number < 0 ? undefined : at(s.tables.schedules, number);
  return record?.enabled === true ? record : undefined;
}

function opensWithin(tests: readonly CompiledSchedule[], { from, until }: Span): boolean {
  let instant = from;
  for (let look = 0; look < LOOKS_MAX && instant < until; look++) {
    // They cannot meet before each of those closed now has changed.
    let next = instant;
    for (const test of tests) {
      if (test.isOpen(instant)) continue;
      const change = test.nextChange(instant);
      if (change === null) return false;
      next = Math.max(next, change);
    }
    if (next === instant) return true;
    instant = next;
  }
  return instant < until;
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
