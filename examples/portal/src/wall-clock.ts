/** Instants and the wall clock of a zone: what `<input type="datetime-local">` shows is a time without one. */

/** `YYYY-MM-DDTHH:MM` on the clock of a zone. */
export function wallTime(ms: number, timeZone: string): string {
  return new Date(ms + offsetAt(ms, timeZone)).toISOString().slice(0, 16);
}

/**
 * The instant at which a clock shows a time: of two the first, and of a time that the clock skips the instant at which it
 * would have been, had the clock not jumped. NaN for what is no time.
 */
export function instantOf(wall: string, timeZone: string): number {
  const naive = Date.parse(`${wall.slice(0, 16)}:00Z`);
  if (Number.isNaN(naive)) return Number.NaN;
  // A day before and a day after there are the two offsets that may hold.
  const [early, late] = [naive - 86_400_000, naive + 86_400_000].map((ms) =>
    offsetAt(ms, timeZone),
  );
  const first = naive - (early ?? 0);
  return offsetAt(first, timeZone) === early ? first : naive - (late ?? 0);
}

/** How an instant reads on a clock, for people. */
export function wallWords(ms: number, timeZone: string, language: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  }).format(ms);
}

/** Milliseconds by which a clock is ahead of UTC at an instant. */
export function offsetAt(ms: number, timeZone: string): number {
  const parts = formatFor(timeZone).formatToParts(ms);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}
