/**
 * The oracle's reading of time: what docs/policy.md says of instants, schedules and recurrences, word
 * by word and without regard to cost. Shares nothing with the engine but the shapes of the document.
 */
import { DateTime } from 'luxon';
import type { Calendar, Policy, Recurrence, ScheduleBody } from '../../src/policy/document.js';

const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const DAY = 1440;
/** One formatter a zone, because making one costs far more than using it; it holds no answer. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Epoch milliseconds of an RFC 3339 text, a `Date` or a number; undefined for anything else (R17). */
export function instantOf(value: unknown): number | undefined {
  let ms: number | undefined;
  if (typeof value === 'number') ms = value;
  if (value instanceof Date) ms = value.getTime();
  if (typeof value === 'string') ms = rfc3339(value);
  if (ms === undefined || !(ms >= -62_135_596_800_000 && ms < 253_402_300_800_000))
    return undefined;
  return ms;
}

function rfc3339(text: string): number | undefined {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/i.exec(text);
  if (parts === null) return undefined;
  const number = (at: number) => Number(parts[at] ?? 0);
  const date = { year: number(1), month: number(2), day: number(3) };
  const time = { hour: number(4), minute: number(5), second: number(6) };
  const millisecond = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = DateTime.fromObject({ ...date, ...time, millisecond }, { zone: 'utc' });
  const [hours, minutes] = [number(9), number(10)];
  if (!local.isValid || time.hour > 23 || hours > 23 || minutes > 59) return undefined;
  const offset = (hours * 60 + minutes) * 60_000;
  return local.toMillis() - (parts[8] === '-' ? -offset : offset);
}

/**
 * Minutes on the wall since 1970-01-01T00:00 that a clock in `zone` shows at an instant, seconds cut.
 * By name the Gregorian calendar: ICU's `iso8601` is Julian before 1582.
 */
export function wallOf(ms: number, zone: string): number {
  const format =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-u-ca-gregory', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  clocks.set(zone, format);
  const field = new Map(format.formatToParts(ms).map((part) => [part.type, Number(part.value)]));
  const [year, month, day] = [field.get('year')!, field.get('month')!, field.get('day')!];
  return dayOf(year, month, day) * DAY + field.get('hour')! * 60 + field.get('minute')!;
}

/** Wall minutes of `YYYY-MM-DDTHH:MM` (or a date alone: its midnight). */
export function wallTime(text: string): number {
  const [date, time = '00:00'] = text.split('T') as [string, string?];
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return dayOf(year, month, day) * DAY + minutesOf(time);
}

/** Whether a schedule's spans contain the instant; `enabled` is the caller's to judge. */
export function isOpen(policy: Policy, schedule: ScheduleBody, zone: string, ms: number): boolean {
  const own = schedule.timeZone ?? zone;
  return openOnWall(policy, schedule, own, wallOf(ms, own));
}

/**
 * Whether the open span of `schedule` around `ms` began on or before the local date of the earlier
 * instant `since`: on the same date, or every minute from the end of that date to `ms` is open.
 */
export function beganByDateOf(
  policy: Policy,
  schedule: ScheduleBody,
  zone: string,
  ms: number,
  since: number,
): boolean {
  const own = schedule.timeZone ?? zone;
  const now = wallOf(ms, own);
  const lastMinute = Math.floor(wallOf(since, own) / DAY) * DAY + DAY - 1;
  const marks = timesOfDay(policy, schedule);
  for (let day = Math.floor(now / DAY); day * DAY > lastMinute; day--) {
    const here = marks.map((mark) => day * DAY + mark).filter((minute) => minute <= now);
    if (!here.every((minute) => openOnWall(policy, schedule, own, minute))) return false;
  }
  return lastMinute >= now || openOnWall(policy, schedule, own, lastMinute);
}

/** The times of day at which the schedule can open or close: between two of them nothing changes. */
function timesOfDay(policy: Policy, schedule: ScheduleBody): number[] {
  const spans = [
    ...(schedule.windows ?? []),
    ...(calendarOf(policy, schedule)?.days ?? []).flatMap((day) => day.windows ?? []),
  ];
  const marks = [0, ...spans.flatMap((span) => [minutesOf(span.from), minutesOf(span.until)])];
  for (const event of schedule.events ?? [])
    marks.push(wallTime(event.from), wallTime(event.until));
  for (const recurrence of schedule.recurrences ?? []) {
    for (const start of [recurrence.start, ...(recurrence.rdates ?? [])]) {
      marks.push(wallTime(start), wallTime(start) + durationOf(recurrence.duration));
    }
  }
  return marks.map((mark) => mod(mark, DAY));
}

function openOnWall(policy: Policy, schedule: ScheduleBody, zone: string, minute: number): boolean {
  const day = Math.floor(minute / DAY);
  const calendar = calendarOf(policy, schedule);
  const ownWindows = (date: number) =>
    isClosed(schedule, calendar, date) ? [] : windowsOfDay(calendar, date);
  const isSpecial = (date: number) =>
    isClosed(schedule, calendar, date) || ownWindows(date).length > 0;
  if (isClosed(schedule, calendar, day)) return false;
  const contains = (from: number, until: number) => from <= minute && minute < until;
  if (ownWindows(day).length > 0)
    return ownWindows(day).some(([from, until]) => contains(from, until));
  if (!schedule.windows && !schedule.recurrences && !schedule.events) return true;
  if (ownWindows(day - 1).some(([from, until]) => contains(from, until))) return true;
  const spans = [...weekly(schedule, day - 1), ...weekly(schedule, day)];
  for (const event of schedule.events ?? [])
    spans.push([wallTime(event.from), wallTime(event.until)]);
  for (const recurrence of schedule.recurrences ?? []) {
    const length = durationOf(recurrence.duration);
    for (const start of occurrences(recurrence, zone, day)) spans.push([start, start + length]);
  }
  return spans.some(([from, until]) => {
    if (!contains(from, until)) return false;
    for (let date = Math.floor(from / DAY); date < day; date++) if (isSpecial(date)) return false;
    return true;
  });
}

function weekly(schedule: ScheduleBody, day: number): [number, number][] {
  const name = WEEKDAYS[weekdayOf(day)]!;
  return (schedule.windows ?? [])
    .filter((window) => window.days.some((each) => each === name))
    .map((window) => spanOn(day, window));
}

function windowsOfDay(calendar: Calendar | undefined, day: number): [number, number][] {
  const days = (calendar?.days ?? []).filter((each) => wallTime(each.date) === day * DAY);
  return days.flatMap((each) => each.windows ?? []).map((window) => spanOn(day, window));
}

function spanOn(day: number, window: { from: string; until: string }): [number, number] {
  const [from, until] = [minutesOf(window.from), minutesOf(window.until)];
  return [day * DAY + from, day * DAY + (until < from ? until + DAY : until)];
}

function isClosed(schedule: ScheduleBody, calendar: Calendar | undefined, day: number): boolean {
  const inExcept = (schedule.except ?? []).some(
    (span) => wallTime(span.from) <= day * DAY && day * DAY < wallTime(span.until),
  );
  return (
    inExcept ||
    (calendar?.days ?? []).some((each) => !each.windows && wallTime(each.date) === day * DAY)
  );
}

function calendarOf(policy: Policy, schedule: ScheduleBody): Calendar | undefined {
  return (policy.calendars ?? []).find((calendar) => calendar.id === schedule.calendar);
}

/** Wall minutes at which a recurrence starts, up to the end of `lastDay`. */
export function occurrences(recurrence: Recurrence, zone: string, lastDay: number): number[] {
  const rule = new Map(
    recurrence.rrule.split(';').map((part) => part.split('=') as [string, string]),
  );
  const start = wallTime(recurrence.start);
  const startDay = Math.floor(start / DAY);
  const count = Number(rule.get('COUNT') ?? Infinity);
  const until = rule.has('UNTIL') ? untilOf(rule.get('UNTIL')!, zone) : Infinity;
  const positions = rule.get('BYSETPOS')?.split(',').map(Number);
  const found: number[] = [];
  let period = periodOf(rule, startDay);
  for (let index = 0; period <= lastDay && found.length < count; index++) {
    const next = periodOf(
      rule,
      period + { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }[rule.get('FREQ')!]!,
    );
    let days: number[] = [];
    for (let day = period; day < next; day++) if (matches(rule, startDay, day)) days.push(day);
    const size = days.length;
    if (positions)
      days = days.filter((_, at) => positions.includes(at + 1) || positions.includes(at - size));
    if (index % Number(rule.get('INTERVAL') ?? 1) === 0) {
      for (const day of days) {
        const minute = day * DAY + mod(start, DAY);
        if (minute >= start && minute <= until && found.length < count) found.push(minute);
      }
    }
    period = next;
  }
  found.push(...(recurrence.rdates ?? []).map(wallTime));
  const removed = (recurrence.exdates ?? []).map(wallTime);
  return found.filter((minute) => !removed.includes(minute) && Math.floor(minute / DAY) <= lastDay);
}

/** The first day of the rule's period (day, week, month or year) around a day. */
function periodOf(rule: Map<string, string>, day: number): number {
  const { year, month } = dateOf(day);
  switch (rule.get('FREQ')) {
    case 'YEARLY':
      return dayOf(year, 1, 1);
    case 'MONTHLY':
      return dayOf(year, month, 1);
    case 'WEEKLY':
      return weekStart(rule, day);
    default:
      return day;
  }
}

function matches(rule: Map<string, string>, startDay: number, day: number): boolean {
  const [date, start, freq] = [dateOf(day), dateOf(startDay), rule.get('FREQ')];
  const list = (name: string) => rule.get(name)?.split(',').map(Number);
  const [monthStart, monthEnd] = [
    dayOf(date.year, date.month, 1),
    dayOf(date.year, date.month + 1, 1),
  ];
  const [yearStart, yearEnd] = [dayOf(date.year, 1, 1), dayOf(date.year + 1, 1, 1)];
  const names = ['BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYDAY'];
  if (!names.some((name) => rule.has(name))) {
    if (freq === 'YEARLY' && !rule.has('BYMONTH') && date.month !== start.month) return false;
    if ((freq === 'YEARLY' || freq === 'MONTHLY') && date.day !== start.day) return false;
    if (freq === 'WEEKLY' && weekdayOf(day) !== weekdayOf(startDay)) return false;
  }
  const fits = (name: string, first: number, end: number) =>
    (list(name) ?? [0]).some(
      (value) => value === 0 || (value > 0 ? first + value - 1 : end + value) === day,
    );
  if (!(list('BYMONTH') ?? [date.month]).includes(date.month)) return false;
  if (!fits('BYMONTHDAY', monthStart, monthEnd) || !fits('BYYEARDAY', yearStart, yearEnd))
    return false;
  if (rule.has('BYWEEKNO') && !list('BYWEEKNO')!.some((week) => inWeek(rule, day, week)))
    return false;
  const byMonth = freq === 'MONTHLY' || (freq === 'YEARLY' && rule.has('BYMONTH'));
  const [first, end] = byMonth ? [monthStart, monthEnd] : [yearStart, yearEnd];
  return (rule.get('BYDAY')?.split(',') ?? ['']).some((text) => {
    if (text === '') return true;
    if (WEEKDAYS[weekdayOf(day)] !== text.slice(-2).toLowerCase()) return false;
    const nth = Number(text.slice(0, -2));
    return (
      nth === 0 ||
      nth === (nth > 0 ? Math.floor((day - first) / 7) + 1 : -Math.floor((end - 1 - day) / 7) - 1)
    );
  });
}

/** Whether a day lies in week `week` of the week-year it belongs to; week 1 is the first with four days in the year. */
function inWeek(rule: Map<string, string>, day: number, week: number): boolean {
  const year = dateOf(weekStart(rule, day) + 3).year;
  const one = weekStart(rule, dayOf(year, 1, 4));
  const end = weekStart(rule, dayOf(year + 1, 1, 4));
  return weekStart(rule, day) === (week > 0 ? one + (week - 1) * 7 : end + week * 7);
}

function weekStart(rule: Map<string, string>, day: number): number {
  return day - mod(weekdayOf(day) - WEEKDAYS.indexOf((rule.get('WKST') ?? 'MO').toLowerCase()), 7);
}

function untilOf(text: string, zone: string): number {
  const [, date, time = '000000'] = /^(\d{8})(?:T(\d{6})Z?)?$/.exec(text)!;
  const plain = `${date!.slice(0, 4)}-${date!.slice(4, 6)}-${date!.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}`;
  return text.endsWith('Z')
    ? wallOf(rfc3339(`${plain}:${time.slice(4)}Z`)!, zone)
    : wallTime(plain);
}

function durationOf(text: string): number {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text)!;
  return Number(days ?? 0) * DAY + Number(hours ?? 0) * 60 + Number(minutes ?? 0);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function dayOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000;
}

function dateOf(day: number): { year: number; month: number; day: number } {
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function weekdayOf(day: number): number {
  return mod(day + 3, 7);
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
