/**
 * Scheduled reports (Kisi): which report of which period is due. A report is of whole local days: yesterday, the
 * week that ended on Monday, the month that ended. What is sent is a notice; whoever delivers it renders the report.
 */
import { dayStart } from '../../checks/time/day-start.js';
import type { Zone } from '../../checks/time/zone.js';
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { containersOf } from '../../engine/location.js';
import { PLACE, scopeCode } from '../../engine/scope-code.js';
import { zoneAt } from '../../engine/snapshot.js';
import { numberOf } from '../../engine/table.js';
import { v } from '../../policy/schema-nodes.js';
import { dateOf, dayNumber, weekday } from '../../values/calendar-day.js';
import { DAY_MS, formatInstant } from '../../values/instant.js';
import { formatLocalDate, parseLocalDate, parseLocalTime } from '../../values/local-time.js';
import { EVENT_LOGS, type EventLog } from '../events/event.js';
import type { PermissionNeed } from '../plan.js';
import { idField, nameField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** People one report goes to: who needs more wants a mailing list. */
const RECIPIENTS_MAX = 100;

/** One scheduled report. */
export interface ReportSchedule {
  readonly name: string;
  /** `events`: a log of the period. `users`: everybody, `access_rights`: every assignment, both as they are at the end. */
  readonly report: 'events' | 'users' | 'access_rights';
  /** Of `events`; default `access`. */
  readonly log?: EventLog;
  /** Only this place: its events, rights or people, and its time zone; absent: the organisation. */
  readonly place?: string;
  readonly format: 'csv' | 'ndjson';
  readonly every: 'day' | 'week' | 'month';
  /** Local time from which a period's report is due, `HH:MM`. Default `06:00`. */
  readonly at?: string;
  /** Ids of users. */
  readonly to: readonly string[];
  /** Whose right to it is: when he may no longer have it, nobody gets it. */
  readonly maker: string;
  /** The end of the last period sent, `YYYY-MM-DD`: at first the one in which it was made. */
  readonly sentUntil: string;
}

const localDate = v.pipe(
  v.string(),
  v.maxLength(10),
  v.check((day) => parseLocalDate(day) !== undefined, 'must be a date that exists'),
);

/** The record `report_schedule`. */
export const reportScheduleShape = recordShape<ReportSchedule>('report_schedule', () =>
  v.strictObject({
    name: nameField,
    report: v.picklist(['events', 'users', 'access_rights']),
    log: v.optional(v.picklist(EVENT_LOGS)),
    place: v.optional(idField),
    format: v.picklist(['csv', 'ndjson']),
    every: v.picklist(['day', 'week', 'month']),
    at: v.optional(
      v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, 'must be a local time HH:MM')),
    ),
    to: v.pipe(v.array(idField), v.minLength(1), v.maxLength(RECIPIENTS_MAX)),
    maker: idField,
    sentUntil: localDate,
  }),
);

/** What whoever makes a schedule needs, and must keep. */
export function reportNeeds(
  { report, place }: Pick<ReportSchedule, 'report' | 'place'>,
  action: 'create' | 'delete',
): readonly PermissionNeed[] {
  const scope = place === undefined ? {} : { properties: { scope: { type: 'place', id: place } } };
  const of = (type: string) => ({ type, id: '*', ...scope });
  const content = { events: 'event', users: 'user', access_rights: 'access_right' }[report];
  // Nobody could delete where the model names no such action: who may make one may end it.
  return [
    { action: 'create', resource: of('report_schedule') },
    ...(action === 'create' ? [{ action: 'view', resource: of(content) }] : []),
  ];
}

/**
 * Whether a user lies at a place (R19): those alone may be seen by whoever may see users there, and so stand in its
 * report.
 */
export function isUserOfPlace(engine: Engine, user: string, place: string): boolean {
  const s = snapshotOf(engine);
  const number = numberOf(s.tables.places, place);
  const subject = { type: 'user', id: user };
  const context = { time: 0 };
  const request = { subject, action: { name: 'view' }, resource: subject, context };
  return number >= 0 && (containersOf(s, request)?.includes(scopeCode(PLACE, number)) ?? false);
}

/** A period of whole local days. */
export interface ReportPeriod {
  /** Local dates, half-open: `until` is not in it. */
  readonly from: string;
  readonly until: string;
  /** The same as instants, RFC 3339, UTC. */
  readonly start: string;
  readonly end: string;
}

/** The end of the last whole period at `now`, a day number; undefined where the report has no time zone. */
export function lastPeriodEnd(
  engine: Engine,
  { place, every }: Pick<ReportSchedule, 'place' | 'every'>,
  now: number,
): string | undefined {
  const zone = zoneOf(engine, place);
  return zone && formatLocalDate(periodEnd(every, today(zone, now)));
}

/**
 * The period whose report is due at `now`, epoch milliseconds; undefined when none is, or the time zone is unknown.
 * After a long pause only the newest period is sent: nobody reads a month of daily reports at once.
 */
export function duePeriod(
  engine: Engine,
  schedule: ReportSchedule,
  now: number,
): ReportPeriod | undefined {
  const { place, every, at = '06:00', sentUntil } = schedule;
  const zone = zoneOf(engine, place);
  if (zone === undefined) return undefined;
  const day = today(zone, now);
  const end = periodEnd(every, day);
  const minutes = Math.floor((now + zone.offsetAt(now)) / 60_000) - day * 1440;
  const isEarly = day === end && minutes < (parseLocalTime(at) ?? 0);
  if (isEarly || end <= (parseLocalDate(sentUntil) ?? end)) return undefined;
  return periodOf(zone, periodStart(every, end), end);
}

/** The period of a notice, from the local dates it names; undefined where they are none, or there is no time zone. */
export function periodOfReport(
  engine: Engine,
  place: string | undefined,
  from: string,
  until: string,
): ReportPeriod | undefined {
  const zone = zoneOf(engine, place);
  const [first, end] = [parseLocalDate(from), parseLocalDate(until)];
  if (zone === undefined || first === undefined || end === undefined || end <= first)
    return undefined;
  return periodOf(zone, first, end);
}

function periodOf(zone: Zone, from: number, until: number): ReportPeriod {
  return {
    from: formatLocalDate(from),
    until: formatLocalDate(until),
    start: formatInstant(dayStart(zone, from)),
    end: formatInstant(dayStart(zone, until)),
  };
}

function zoneOf(engine: Engine, place: string | undefined): Zone | undefined {
  const s = snapshotOf(engine);
  return zoneAt(s, place === undefined ? -1 : numberOf(s.tables.places, place));
}

function today(zone: Zone, now: number): number {
  return Math.floor((now + zone.offsetAt(now)) / DAY_MS);
}

/** The first day of the period that a day lies in: where the one before ended. */
function periodEnd(every: ReportSchedule['every'], day: number): number {
  if (every === 'day') return day;
  if (every === 'week') return day - weekday(day);
  const { year, month } = dateOf(day);
  return dayNumber(year, month, 1);
}

function periodStart(every: ReportSchedule['every'], end: number): number {
  if (every === 'day') return end - 1;
  if (every === 'week') return end - 7;
  const { year, month } = dateOf(end - 1);
  return dayNumber(year, month, 1);
}
