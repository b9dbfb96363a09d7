/**
 * Instants as plain numbers: epoch milliseconds. Read and written by Gregorian arithmetic without a time
 * zone, a clock or `Date` parsing, whose results depend on the host.
 */
import { dayNumber, isDate } from './calendar-day.js';
import { digits } from './digits.js';

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
  if (!(ms >= INSTANT_MIN && ms < INSTANT_END))
    throw new RangeError(`instant out of range \`${ms}\``);
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
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
