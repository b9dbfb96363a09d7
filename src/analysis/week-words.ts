/** A week by the wall clock, from what holds on each of its days to as few spans as say it. */
import { WEEKDAYS } from '../policy/document.js';
import { DAY_MS } from '../values/instant.js';
import type { WeekSpan } from './when.js';

/** A span within a day, milliseconds since its midnight by the wall clock, half-open. */
export type DaySpan = readonly [from: number, until: number];

/** What holds on each day, Monday first; spans in order, not touching. */
export type Week = (readonly DaySpan[])[];

/** A week in which nothing holds. */
export function emptyWeek(): Week {
  return WEEKDAYS.map(() => []);
}

/** The week in as few spans as say it: nights in one piece where that is shorter. Spans on whole minutes only. */
export function weekSpansOf(week: Week): WeekSpan[] {
  const apart = grouped(week);
  const joined = grouped(nightsJoined(week));
  return joined.length <= apart.length ? joined : apart;
}

/** Spans that go on after midnight, and end on the next day before the time they began at, in one piece: their end is beyond the day. */
function nightsJoined(week: Week): Week {
  const nights = week.map((spans, day) => {
    const evening = spans.at(-1);
    const morning = week[(day + 1) % 7]?.[0];
    return (
      evening?.[1] === DAY_MS &&
      morning !== undefined &&
      morning[0] === 0 &&
      morning[1] < evening[0]
    );
  });
  return week.map((spans, day) => {
    const own = nights[(day + 6) % 7] ? spans.slice(1) : [...spans];
    const evening = own.pop();
    if (evening === undefined) return own;
    const morning = nights[day] ? week[(day + 1) % 7]?.[0] : undefined;
    own.push(morning === undefined ? evening : [evening[0], DAY_MS + morning[1]]);
    return own;
  });
}

/** Spans that are the same on several days as one; sorted by first day, then by time. */
function grouped(week: Week): WeekSpan[] {
  const spans = new Map<string, { from: number; until: number; days: number[] }>();
  week.forEach((own, day) => {
    for (const [from, until] of own) {
      const known = spans.get(`${from} ${until}`);
      if (known === undefined) spans.set(`${from} ${until}`, { from, until, days: [day] });
      else known.days.push(day);
    }
  });
  const inOrder = [...spans.values()].sort(
    (a, b) => (a.days[0] as number) - (b.days[0] as number) || a.from - b.from || a.until - b.until,
  );
  return inOrder.map(({ from, until, days }) => ({
    days: days.map((day) => WEEKDAYS[day] as string),
    from: clock(from),
    until: clock(until > DAY_MS ? until - DAY_MS : until),
  }));
}

/** `HH:MM`, `24:00` for the end of a day. */
function clock(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
