/** A week by the clock on a wall: its days, what the clock does on them, and spans of time as they are drawn there. */
import type { OpenNeed } from 'doorwright/analysis';
import { instantOf, offsetAt } from './wall-clock.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A part of a local date through which its clock runs evenly. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

/** One local date and what its clock does. */
export interface Day {
  readonly date: string;
  readonly label: string;
  /** Milliseconds by which the clock is put forward on it; negative: back. */
  readonly jump: number;
  /** In order; two where the clock is put forward or back on it, none where the date is skipped. */
  readonly stretches: readonly Stretch[];
}

/** Times of a day that its clock skips, or shows twice; minutes by the wall clock. */
export interface ClockMark {
  readonly kind: 'skipped' | 'twice';
  readonly from: number;
  readonly until: number;
}

/** Opening hours within a day, minutes by the wall clock. */
export interface Block {
  readonly day: number;
  readonly from: number;
  readonly until: number;
  /** Which need is enough, from 1 on. */
  readonly need: number;
}

/** The Monday of the week a date lies in; of this week for what is no date, or hardly one. */
export function mondayOf(date: string): string {
  const written = /^\d{4}-\d\d-\d\d/u.exec(date)?.[0];
  const asked = written === undefined ? Number.NaN : Date.parse(written);
  const isNear = asked >= Date.parse('0002-01-01') && asked < Date.parse('9999-12-01');
  const day = Math.floor((isNear ? asked : Date.now()) / DAY_MS);
  // 1970-01-01 was a Thursday.
  return localDate((day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS);
}

/** The date so many days after another. */
export function dateAfter(date: string, days: number): string {
  return localDate(Date.parse(date) + days * DAY_MS);
}

/** The seven days from a Monday on. */
export function daysOf(monday: string, timeZone: string, language: string): Day[] {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'numeric',
  });
  return Array.from({ length: 7 }, (_, index) => {
    const date = dateAfter(monday, index);
    const from = instantOf(`${date}T00:00`, timeZone);
    const until = instantOf(`${dateAfter(date, 1)}T00:00`, timeZone);
    // From before midnight, as the hour that is skipped may be the first.
    const jump = offsetAt(until - 1, timeZone) - offsetAt(from - 1, timeZone);
    const label = format.format(Date.parse(date));
    return { date, label, jump, stretches: stretchesOf(from, until, timeZone) };
  });
}

/** What the clock of a day skips, and what it shows twice, in order. */
export function clockMarks({ date, stretches }: Day): ClockMark[] {
  const midnight = Date.parse(date);
  const shown = stretches.map(({ from, until, offset }) => ({
    from: from + offset - midnight,
    until: until + offset - midnight,
  }));
  // Of a day whose first or last hour is skipped no stretch begins, or ends, at midnight; a date that is skipped has none.
  const edges = [{ from: 0, until: 0 }, ...shown, { from: DAY_MS, until: DAY_MS }];
  return edges.slice(1).flatMap(({ from }, index) => {
    const end = edges[index]?.until ?? from;
    const [first, last] = [Math.max(0, Math.min(from, end)), Math.min(DAY_MS, Math.max(from, end))];
    const kind = end < from ? 'skipped' : 'twice';
    return first < last
      ? [{ kind, from: first / MINUTE_MS, until: last / MINUTE_MS } as const]
      : [];
  });
}

/** The spans of all needs on the days of a week. A repeated hour is drawn once, and open if it is open either time. */
export function blocksOf(needs: readonly OpenNeed[], days: readonly Day[]): Block[] {
  return needs.flatMap(({ when }, index) =>
    days.flatMap(({ date, stretches }, day) => {
      const midnight = Date.parse(date);
      const parts = when.spans.flatMap((span) =>
        stretches.flatMap((stretch) => {
          const from = Math.max(Date.parse(span.from), stretch.from);
          const until = Math.min(Date.parse(span.until), stretch.until);
          const ahead = stretch.offset - midnight;
          return from < until ? [{ from: from + ahead, until: until + ahead }] : [];
        }),
      );
      return merged(parts).map(({ from, until }) => ({
        day,
        need: index + 1,
        from: Math.max(0, from) / MINUTE_MS,
        until: Math.min(DAY_MS, until) / MINUTE_MS,
      }));
    }),
  );
}

/** A day between two midnights, cut where its clock is changed: once at most. */
function stretchesOf(from: number, until: number, timeZone: string): Stretch[] {
  if (from >= until) return [];
  const [offset, later] = [offsetAt(from, timeZone), offsetAt(until - 1, timeZone)];
  if (offset === later) return [{ from, until, offset }];
  let [before, after] = [from, until - 1];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, timeZone) === offset) before = middle;
    else after = middle;
  }
  return [
    { from, until: after, offset },
    { from: after, until, offset: later },
  ];
}

/** Spans of which none touches another. */
function merged(
  parts: readonly { from: number; until: number }[],
): { from: number; until: number }[] {
  const whole: { from: number; until: number }[] = [];
  for (const { from, until } of [...parts].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last === undefined || from > last.until) whole.push({ from, until });
    else last.until = Math.max(last.until, until);
  }
  return whole;
}

function localDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
