/** Few words for the tests of this folder: a schedule compiled for a zone of the host, and its spans. */
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileRecurrence } from '../../../src/checks/time/recurrence.js';
import type { CompiledSchedule } from '../../../src/checks/time/schedule.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import type { WallSource } from '../../../src/checks/time/wall-source.js';
import type { Zone } from '../../../src/checks/time/zone.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import type { Calendar, Recurrence, ScheduleBody } from '../../../src/policy/document.js';
import { formatInstant, parseInstant } from '../../../src/values/instant.js';
import { parseLocalDateTime } from '../../../src/values/local-time.js';

const EVERY_DAY = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
const utc = compileZone(luxonTimeZones, 'UTC');

/** The schedule with the days of its calendar, in a zone. */
export function compile(
  schedule: ScheduleBody,
  zone = 'UTC',
  days?: Calendar['days'],
): CompiledSchedule {
  const calendar = days === undefined ? undefined : { id: 'holidays', days };
  return compileSchedule(schedule, calendar, compileZone(luxonTimeZones, zone));
}

/** The instant of a text, in UTC where it does not say. */
export function at(text: string): number {
  const ms = parseInstant(text.endsWith('Z') ? text : `${text}:00Z`);
  if (Number.isNaN(ms)) throw new Error(`no such instant ${text}`);
  return ms;
}

/** Open spans in UTC as `from/until`, minutes only where that loses nothing. */
export function spans(schedule: CompiledSchedule, from: string, until: string): string[] {
  return [...schedule.openSpans(at(from), at(until))].map((span) =>
    `${formatInstant(span.from)}/${formatInstant(span.until)}`.replaceAll(':00Z', ''),
  );
}

/** One window on every day of the week. */
export function daily(from: string, until: string): ScheduleBody {
  return { windows: [{ days: [...EVERY_DAY], from, until }] };
}

/** The wall minutes of a local time. */
export function minutes(text: string): number {
  const value = parseLocalDateTime(text);
  if (value === undefined) throw new Error(`no such local time ${text}`);
  return value;
}

/** A recurrence as a source: two hours from Monday, 5 January 2026, 09:00 on, where nothing else is said. */
export function recurring(
  rrule: string,
  more: Partial<Recurrence> = {},
  zone: Zone = utc,
): WallSource {
  return compileRecurrence({ start: '2026-01-05T09:00', duration: 'PT2H', rrule, ...more }, zone);
}
