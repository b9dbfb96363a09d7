/** Local dates and times as the document writes them: a date is a day number, a time is minutes. */
import { dateOf, dayNumber, isDate } from './calendar-day.js';
import { digits } from './digits.js';

/**
 * The day number of a local date `YYYY-MM-DD`, years 0001 to 9999.
 * @returns `undefined` when the text is not such a date or the date does not exist.
 */
export function parseLocalDate(text: string): number | undefined {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  return isDate(year, month, day) ? dayNumber(year, month, day) : undefined;
}

/**
 * Minutes of a local time `HH:MM`, 0 to 1439, or 1440 for `24:00`.
 * @returns `undefined` when the text is not such a time.
 */
export function parseLocalTime(text: string): number | undefined {
  if (text.length !== 5 || text[2] !== ':') return undefined;
  const hour = digits(text, 0, 2);
  const minute = digits(text, 3, 5);
  if (!(hour >= 0 && minute >= 0 && minute <= 59)) return undefined;
  if (hour > 24 || (hour === 24 && minute !== 0)) return undefined;
  return hour * 60 + minute;
}

/**
 * Wall minutes (minutes since 1970-01-01T00:00 on the wall) of `YYYY-MM-DDTHH:MM`; `T24:00` is the
 * next midnight.
 * @returns `undefined` when the text is not such a time.
 */
export function parseLocalDateTime(text: string): number | undefined {
  if (text.length !== 16 || text[10] !== 'T') return undefined;
  const day = parseLocalDate(text.slice(0, 10));
  const minutes = parseLocalTime(text.slice(11));
  return day === undefined || minutes === undefined ? undefined : day * 1440 + minutes;
}

/** `YYYY-MM-DD` of a day number. */
export function formatLocalDate(day: number): string {
  const date = dateOf(day);
  return `${pad(date.year, 4)}-${pad(date.month, 2)}-${pad(date.day, 2)}`;
}

/** `YYYY-MM-DDTHH:MM` of wall minutes. */
export function formatLocalDateTime(wallMinutes: number): string {
  const day = Math.floor(wallMinutes / 1440);
  const minutes = wallMinutes - day * 1440;
  return `${formatLocalDate(day)}T${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
