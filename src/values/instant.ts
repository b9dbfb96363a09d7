/**
 * Instants and local dates as plain numbers: an instant is epoch milliseconds, a local date is a day
 * number (days since 1970-01-01), a local time is minutes. Everything here is Gregorian arithmetic
 * without a time zone, a clock or `Date` parsing, whose results depend on the host.
 */

/** Milliseconds in a day, an hour and a minute of the proleptic Gregorian calendar without leap seconds. */
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** Year 0001-01-01T00:00:00Z and year 10000-01-01T00:00:00Z: the span RFC 3339 can write. */
export const INSTANT_MIN = -62_135_596_800_000;
export const INSTANT_END = 253_402_300_800_000;

/** A half-open span of instants, epoch milliseconds: `from` is inside, `until` is outside. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * The day number of a Gregorian date: days since 1970-01-01, negative before.
 * Does not check that the date exists; see {@link isDate}.
 */
export function dayNumber(year: number, month: number, day: number): number {
  // Shift the year to begin in March, so that a leap day is its last day (Hinnant, days_from_civil).
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The Gregorian date of a day number: the inverse of {@link dayNumber}. */
export function dateOf(day: number): { year: number; month: number; day: number } {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** Days of a month, 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether year, month and day name a date of the years 1 to 9999. */
export function isDate(year: number, month: number, day: number): boolean {
  return (
    year >= 1 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  );
}

/** The day of the week of a day number: 0 is Monday, 6 is Sunday. */
export function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

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

/**
 * The instant an RFC 3339 date-time names, in epoch milliseconds; digits beyond milliseconds are cut.
 * Written by hand because `Date.parse` takes much that RFC 3339 refuses, and reads some of it in the
 * host's zone. A leap second (`:60`) is refused: it names no epoch millisecond.
 * @returns `NaN` when the text is not an RFC 3339 date-time of the years 0001 to 9999.
 * @see RFC 3339 §5.6
 */
export function parseInstant(text: string): number {
  const length = text.length;
  if (length < 20 || length > 40) return Number.NaN;
  const separator = text.charCodeAt(10) | 0x20;
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    separator !== 116 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  ) {
    return Number.NaN;
  }
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  // A field with a stray character is NaN, and every comparison with NaN is false.
  if (!isDate(year, month, day)) return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  let index = 19;
  let fraction = 0;
  if (text.charCodeAt(index) === 46) {
    const start = ++index;
    let scale = 100;
    for (; index < length; index++) {
      const digit = text.charCodeAt(index) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      fraction += digit * scale;
      scale = scale > 1 ? scale / 10 : 0;
    }
    if (index === start) return Number.NaN;
  }
  const offset = offsetMinutes(text, index);
  return (
    dayNumber(year, month, day) * DAY_MS +
    ((hour * 60 + minute - offset) * 60 + second) * 1000 +
    fraction
  );
}

/**
 * RFC 3339 text of an instant in UTC, `2026-03-29T01:00:00Z`; milliseconds only when there are any.
 * @throws RangeError outside the years 0001 to 9999.
 */
export function formatInstant(ms: number): string {
  if (!(ms >= INSTANT_MIN && ms < INSTANT_END)) throw new RangeError(`instant out of range \`${ms}\``);
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
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

/** Minutes east of UTC written at `index` to the end of the text, or NaN. */
function offsetMinutes(text: string, index: number): number {
  const sign = text.charCodeAt(index);
  if ((sign | 0x20) === 122) return index + 1 === text.length ? 0 : Number.NaN;
  if ((sign !== 43 && sign !== 45) || index + 6 !== text.length) return Number.NaN;
  if (text.charCodeAt(index + 3) !== 58) return Number.NaN;
  const hours = digits(text, index + 1, index + 3);
  const minutes = digits(text, index + 4, index + 6);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return sign === 45 ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

/** The number written in decimal digits at `[from, until)`, or NaN when another character stands there. */
function digits(text: string, from: number, until: number): number {
  let value = 0;
  for (let index = from; index < until; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
