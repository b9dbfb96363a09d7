/** Edits that open a schedule at a time when it is closed: by one event, one day taken out of its exceptions, or hours on a holiday. */

import type { Zone } from '../../checks/time/zone.js';
import { type Snapshot, zoneOf } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Calendar, Schedule, ScheduleBody } from '../../policy/document.js';
import { MINUTE_MS } from '../../values/instant.js';
import { formatLocalDate, formatLocalDateTime, parseLocalDate } from '../../values/local-time.js';
import { type Edit, edit } from './edit.js';

/** How long what is opened stays open: who comes at a time need not come at that very minute. */
export const OPENED_MINUTES = 60;

const DAY_MINUTES = 1440;

/** Edits that open a schedule of the document at a time, for everything that uses it. */
export function openings(s: Snapshot, id: string, atDoor: Zone | undefined, time: number): Edit[] {
  const record = find(s.tables.schedules, id);
  const zone = record && zoneOf(s, record, atDoor);
  if (record === undefined || zone === undefined) return [];
  const wall = wallMinute(zone, time);
  const step = { kind: 'open_schedule', at: { type: 'schedule', id } } as const;
  const opened = edit(
    'schedules',
    id,
    { ...step, detail: formatLocalDateTime(wall) },
    (before) => before && (openedBody(before, wall) as Schedule),
  );
  return [opened, ...holidayEdits(s, record.document, zone, time)];
}

/** Edits of the calendar of a schedule, where the day is a holiday: a window on that day. */
export function holidayEdits(s: Snapshot, body: ScheduleBody, zone: Zone, time: number): Edit[] {
  const calendar = calendarDay(s, body, zone, time);
  if (calendar === undefined) return [];
  const { id } = calendar;
  const wall = wallMinute(zone, time);
  const date = formatLocalDate(Math.floor(wall / DAY_MINUTES));
  const step = { kind: 'open_calendar_day', at: { type: 'calendar', id }, detail: date } as const;
  return [edit('calendars', id, step, (before) => before && openedCalendar(before, date, wall))];
}

/** The calendar of a schedule if it says anything of the local day at a time. */
export function calendarDay(
  s: Snapshot,
  { calendar }: ScheduleBody,
  zone: Zone,
  time: number,
): Calendar | undefined {
  const found = calendar === undefined ? undefined : find(s.tables.calendars, calendar);
  const date = formatLocalDate(Math.floor(wallMinute(zone, time) / DAY_MINUTES));
  return found?.days.some((day) => day.date === date) ? found : undefined;
}

/** A schedule that is also open for an hour from a minute of its wall clock on, unless its calendar forbids. */
export function openedBody(body: ScheduleBody, wall: number): ScheduleBody {
  const date = Math.floor(wall / DAY_MINUTES);
  const except = body.except?.flatMap((span) => withoutDay(span, date));
  const opened = except === undefined ? body : { ...body, except };
  const { windows, recurrences, events } = body;
  // Without any of these it is open all of the time: an event would close it at every other.
  if (windows === undefined && recurrences === undefined && events === undefined) return opened;
  const event = {
    from: formatLocalDateTime(wall),
    until: formatLocalDateTime(wall + OPENED_MINUTES),
  };
  return { ...opened, events: [...(events ?? []), event] };
}

/** The minute on the wall at a time, counted from 1970. */
export function wallMinute(zone: Zone, time: number): number {
  return Math.floor((time + zone.offsetAt(time)) / MINUTE_MS);
}

/** The schedule a validity names, by number or written inline. */
export function bodyOf(s: Snapshot, schedule: string | ScheduleBody): ScheduleBody | undefined {
  if (typeof schedule === 'object') return schedule;
  const number = s.tables.schedules.numbering.get(schedule);
  return number === undefined ? undefined : at(s.tables.schedules, number)?.document;
}

type LocalDates = NonNullable<ScheduleBody['except']>[number];

/** A span of local dates without one of them: what is before it, and what is after. */
function withoutDay({ from, until }: LocalDates, day: number): LocalDates[] {
  const [first, end] = [parseLocalDate(from), parseLocalDate(until)];
  if (first === undefined || end === undefined || day < first || day >= end)
    return [{ from, until }];
  const before = { from, until: formatLocalDate(day) };
  const after = { from: formatLocalDate(day + 1), until };
  return [...(first < day ? [before] : []), ...(day + 1 < end ? [after] : [])];
}

function openedCalendar(calendar: Calendar, date: string, wall: number): Calendar {
  const minute = wall % DAY_MINUTES;
  const text = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const window = {
    from: text(minute),
    until: text(Math.min(minute + OPENED_MINUTES, DAY_MINUTES)),
  };
  const days = calendar.days.map((day) =>
    day.date === date ? { ...day, windows: [...(day.windows ?? []), window] } : day,
  );
  return { ...calendar, days };
}
