/** Schedules that never open, open no more, or are switched off where they are meant to restrict; calendars that end. */
import { compileRecurrence } from '../../checks/time/recurrence.js';
import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord } from '../../engine/records.js';
import { find } from '../../engine/table.js';
import type { Calendar, Recurrence } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { parseDuration } from '../../policy/recurrence-rule.js';
import { dateOf } from '../../values/calendar-day.js';
import { DAY_MS, MINUTE_MS } from '../../values/instant.js';
import type { Ground, Path } from './ground.js';
import { meet } from './meeting.js';
import { type ScheduleUse, zonesOf } from './schedule-uses.js';

/** Codes `schedule_never_opens`, `schedule_over`, `recurrence_over`, `schedule_disabled`, `unused_schedule`. */
export function lintSchedules(ground: Ground, uses: readonly ScheduleUse[]): void {
  const { s } = ground;
  const byNumber = new Map<number, ScheduleUse[]>();
  for (const use of uses) {
    const list = byNumber.get(use.number);
    if (list === undefined) byNumber.set(use.number, [use]);
    else list.push(use);
  }
  ground.policy.schedules?.forEach(({ id }, index) => {
    const record = find(s.tables.schedules, id);
    const own = byNumber.get(s.tables.schedules.numbering.get(id) ?? -1) ?? [];
    if (record === undefined) return;
    const path = ['schedules', index];
    if (own.length === 0) {
      ground.report('unused_schedule', path, `nothing names schedule ${quote(id)}`);
    }
    const zones =
      own.length === 0 ? zonesOf(ground, record, [s.organizationZone]) : zonesAmong(own);
    lintOpening(ground, record, `schedule ${quote(id)}`, path, zones);
  });
  for (const use of uses) {
    if (use.number < 0) lintOpening(ground, use.record, 'the schedule', use.path, use.zones);
    if (!use.record.enabled && (use.kind === 'restriction' || use.kind === 'validity')) {
      ground.report('schedule_disabled', use.path, disabledText(use));
    }
  }
}

/** Codes `calendar_ends` and `unused_calendar`. */
export function lintCalendars(ground: Ground, uses: readonly ScheduleUse[]): void {
  const { policy, now } = ground;
  const used = new Set<string | undefined>();
  for (const schedule of policy.schedules ?? []) used.add(schedule.calendar);
  for (const { record } of uses) used.add(record.document.calendar);
  policy.calendars?.forEach((calendar, index) => {
    const path = ['calendars', index];
    const id = quote(calendar.id);
    if (!used.has(calendar.id)) {
      ground.report('unused_calendar', path, `no schedule names calendar ${id}`);
      return;
    }
    if (now === undefined) return;
    const next = dateOf(Math.floor(now / DAY_MS)).year + 1;
    const last = lastDayBefore(calendar, next);
    if (last === undefined) return;
    ground.report(
      'calendar_ends',
      path,
      last === ''
        ? `calendar ${id} has no days, so none of ${next}`
        : `calendar ${id} ends on ${last}, before ${next} does`,
    );
  });
}

function zonesAmong(uses: readonly ScheduleUse[]): Zone[] {
  return [...new Set(uses.flatMap(({ zones }) => zones))];
}

function disabledText({ kind, record }: ScheduleUse): string {
  const { document } = record;
  const name = 'id' in document ? `schedule ${quote(String(document.id))}` : 'the schedule';
  const effect = kind === 'restriction' ? 'the restriction' : 'the validity';
  return `${name} is switched off, so ${effect} asks for no hours at all`;
}

/** Whether a schedule opens at all, whether it still does, and which of its recurrences are past. */
function lintOpening(
  ground: Ground,
  record: ScheduleRecord,
  name: string,
  path: Path,
  zones: readonly Zone[],
): void {
  const { s, now } = ground;
  if (!record.enabled || zones.length === 0 || ground.unexamined.has(record)) return;
  const opens = (from?: number) => zones.some((zone) => meet(s, [record], zone, from));
  const { windows, recurrences, except } = record.document;
  // Weekly windows with nothing closed open every week: no need to look.
  if (
    windows !== undefined &&
    recurrences === undefined &&
    except === undefined &&
    record.calendar < 0
  ) {
    return;
  }
  if (now !== undefined && opens(now)) {
    lintRecurrences(ground, record, name, path, zones, now);
    return;
  }
  if (!opens()) {
    ground.report('schedule_never_opens', path, `${name} is never open`);
  } else if (now !== undefined) {
    ground.report('schedule_over', path, `${name} is never open again`);
  }
}

function lintRecurrences(
  ground: Ground,
  record: ScheduleRecord,
  name: string,
  path: Path,
  zones: readonly Zone[],
  now: number,
): void {
  record.document.recurrences?.forEach((recurrence, index) => {
    if (!zones.every((zone) => isOver(recurrence, zone, now))) return;
    const message = `the last occurrence of a recurrence of ${name} is past`;
    ground.report('recurrence_over', [...path, 'recurrences', index], message);
  });
}

/** Whether nothing of a recurrence is under way at an instant or begins later. */
function isOver(recurrence: Recurrence, zone: Zone, now: number): boolean {
  try {
    const wall = Math.floor((now + zone.offsetAt(now)) / MINUTE_MS);
    const duration = parseDuration(recurrence.duration) ?? 0;
    // A clock that is put back shows minutes again: an hour or so, never as much as a day.
    const next = compileRecurrence(recurrence, zone).nextStart(wall - duration - 1440);
    return next === Number.POSITIVE_INFINITY;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Days of a year that a calendar may leave out at its end: not every year ends with a holiday. */
const YEAR_END_DAYS = 31;

/**
 * The last date of a calendar that does not reach through a year: none of its dates is in that year or later, or
 * those that are stop more than a month before the day on which its earlier years end. `''` for no dates at all.
 */
function lastDayBefore({ days }: Calendar, year: number): string | undefined {
  const dates = days.map(({ date }) => date).sort();
  const last = dates.at(-1) ?? '';
  if (last.slice(0, 4) > pad(year)) return undefined;
  if (last.slice(0, 4) < pad(year)) return last;
  const before = dates.filter((date) => date.slice(0, 4) < pad(year)).map(dayOfYear);
  const usual = Math.max(0, ...before);
  return dayOfYear(last) + YEAR_END_DAYS < usual ? last : undefined;
}

/** A number that orders the days of a year: 31 for every month is order enough. */
function dayOfYear(date: string): number {
  return Number(date.slice(5, 7)) * 31 + Number(date.slice(8, 10));
}

function pad(year: number): string {
  return String(year).padStart(4, '0');
}
