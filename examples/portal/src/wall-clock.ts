/** Instants and the wall clock of a zone: what `<input type="datetime-local">` shows is a time without one. */

import { luxonTimeZones } from 'doorwright';

/** `YYYY-MM-DDTHH:MM` on the clock of a zone. */
export function wallTime(ms: number, timeZone: string): string {
  return new Date(ms + offsetAt(ms, timeZone)).toISOString().slice(0, 16);
}

const DAY_MS = 86_400_000;
/** Dates whose instants have years of four digits in every zone. */
const [EARLIEST, LATEST] = ['0001-01-03', '9999-12-29'].map((date) => Date.parse(date)) as [
  number,
  number,
];

/**
 * The instant at which a clock shows a time: of two the first, and of a time that the clock skips the instant at which it
 * would have been, had the clock not jumped. NaN for what is no time, or lies before the year 1 or after 9999.
 */
export function instantOf(wall: string, timeZone: string): number {
  // Browsers make a date of almost anything, of nothing too.
  const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d/u.exec(wall)?.[0];
  const naive = written === undefined ? Number.NaN : Date.parse(`${written}:00Z`);
  if (!(naive >= EARLIEST && naive <= LATEST)) return Number.NaN;
  // A day before and a day after there are the two offsets that may hold.
  const early = offsetAt(naive - DAY_MS, timeZone);
  const late = offsetAt(naive + DAY_MS, timeZone);
  const first = naive - early;
  if (offsetAt(first, timeZone) === early) return first;
  const second = naive - late;
  return offsetAt(second, timeZone) === late ? second : first;
}

/** The second instant at which a clock shows a time, where it is put back over it; undefined where it shows it once or never. */
export function secondInstantOf(wall: string, timeZone: string): number | undefined {
  const first = instantOf(wall, timeZone);
  if (Number.isNaN(first)) return undefined;
  const back = offsetAt(first, timeZone) - offsetAt(first + DAY_MS, timeZone);
  if (back <= 0) return undefined;
  const second = first + back;
  return wallTime(second, timeZone) === wallTime(first, timeZone) ? second : undefined;
}

/** How an instant reads on a clock, for people. */
export function wallWords(ms: number, timeZone: string, language: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  }).format(ms);
}

/** Milliseconds by which a clock is ahead of UTC at an instant: what the engine decides by. */
export function offsetAt(ms: number, timeZone: string): number {
  const [now] = luxonTimeZones.offsets(timeZone, ms, ms + 1);
  return 1000 * (now?.offsetSeconds ?? 0);
}
