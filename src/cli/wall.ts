/** Instants as the clock on the wall shows them, with the offset that makes them unambiguous. */
import { weekday } from '../values/calendar-day.js';
import { DAY_MS, formatInstant, INSTANT_END, INSTANT_MIN, MINUTE_MS } from '../values/instant.js';
import { formatLocalDate, formatLocalDateTime } from '../values/local-time.js';
import type { TimeZoneSource } from '../values/time-zone.js';

/** A zone to show times in. */
export interface Wall {
  readonly source: TimeZoneSource;
  readonly timeZone: string;
}

/** Short names of the days of the week, Monday first. */
const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Short names of the months. */
const MONTH_NAMES = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** Seconds east of UTC at an instant; 0 where the years end. */
export function offsetSecondsAt(wall: Wall, ms: number): number {
  return wall.source.offsets(wall.timeZone, ms, ms + 1)[0]?.offsetSeconds ?? 0;
}

/** RFC 3339 text of an instant with the zone's offset, such as `2026-03-29T03:30:00+02:00`. */
export function localInstant(wall: Wall, ms: number): string {
  const offset = offsetSecondsAt(wall, ms);
  const local = ms + offset * 1000;
  // Offsets with seconds (before about 1920) have no RFC 3339 form.
  if (offset % 60 !== 0 || local < INSTANT_MIN || local >= INSTANT_END) return formatInstant(ms);
  return formatInstant(local).replace('Z', offsetText(offset));
}

/** For people: `Sun 2026-03-29 03:30 +02:00`; seconds only when there are any. */
export function wallText(wall: Wall, ms: number): string {
  const offset = offsetSecondsAt(wall, ms);
  const local = ms + offset * 1000;
  const name = DAY_NAMES[weekday(Math.floor(local / DAY_MS))] ?? '';
  const minutes = formatLocalDateTime(Math.floor(local / MINUTE_MS)).replace('T', ' ');
  const seconds = (((local % MINUTE_MS) + MINUTE_MS) % MINUTE_MS) / 1000;
  const tail = seconds === 0 ? '' : `:${seconds < 10 ? '0' : ''}${seconds}`;
  return `${name} ${minutes}${tail} ${offsetText(offset)}`;
}

/** The day number of the local date at an instant. */
export function localDay(wall: Wall, ms: number): number {
  return Math.floor((ms + offsetSecondsAt(wall, ms) * 1000) / DAY_MS);
}

/** `+02:00`, or `+00:53:28` for an offset with seconds. */
export function offsetText(seconds: number): string {
  const size = Math.abs(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const tail = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${tail}`;
}

/** `Sun 29 Mar` of a day number. */
export function dayLabel(day: number): string {
  const [, month, date] = formatLocalDate(day).split('-');
  return `${DAY_NAMES[weekday(day)]} ${date} ${MONTH_NAMES[Number(month) - 1]}`;
}

/** `06:00` of minutes from midnight; `24:00` at the end. Seconds of old offsets are cut. */
export function minutesText(minutes: number): string {
  const whole = Math.floor(minutes);
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}
