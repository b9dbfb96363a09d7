/** One local week of a schedule as plain data: what `week-picture.ts` and `week-svg.ts` draw. */

import type { Span } from '../values/instant.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../values/instant.js';
import type { OffsetChange } from '../values/time-zone.js';

/** A span of minutes from local midnight, half-open, within 0 to 1440. */
export interface MinuteSpan {
  readonly from: number;
  readonly until: number;
}

/** One local date. */
export interface WeekDay {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Times of the wall clock at which it is open at least once, in order, apart from each other. */
  readonly open: readonly MinuteSpan[];
  /** Times the wall clock skips on this date. */
  readonly gaps: readonly MinuteSpan[];
  /** Times the wall clock shows twice on this date. */
  readonly repeats: readonly Repeat[];
  /** The day is closed by an exception or a holiday: its name, or `''` for one without. */
  readonly closed?: string;
  /** Name of the holiday that has opening hours of its own. */
  readonly holiday?: string;
}

/** Times shown twice, and when they are open the first and the second time. */
export interface Repeat extends MinuteSpan {
  readonly first: readonly MinuteSpan[];
  readonly second: readonly MinuteSpan[];
}

/** Seven local dates from Monday on. */
export interface Week {
  readonly title: string;
  readonly timeZone: string;
  readonly days: readonly WeekDay[];
}

/** What a week is drawn from. */
export interface WeekSource {
  readonly title: string;
  readonly timeZone: string;
  /** Day number of the first of seven days. */
  readonly firstDay: number;
  /** The zone's offsets over {@link weekRange}. */
  readonly offsets: readonly OffsetChange[];
  /** The schedule's open spans over {@link weekRange}, in order. */
  readonly spans: readonly Span[];
  /** Day number → name, for days that let nothing in. */
  readonly closedDays: ReadonlyMap<number, string>;
  /** Day number → name, for holidays with hours of their own. */
  readonly holidays: ReadonlyMap<number, string>;
}

/** Instants that surely contain the seven local dates, wherever on Earth. */
export function weekRange(firstDay: number): Span {
  return { from: firstDay * DAY_MS - 26 * HOUR_MS, until: (firstDay + 7) * DAY_MS + 26 * HOUR_MS };
}

/** A stretch of constant offset and the open spans in it, in local milliseconds. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly open: readonly Span[];
}

/** The week of a schedule. */
export function weekOf(source: WeekSource): Week {
  const stretches = stretchesOf(source);
  const days = Array.from({ length: 7 }, (_, index) => {
    const day = source.firstDay + index;
    const closed = source.closedDays.get(day);
    const holiday = source.holidays.get(day);
    return {
      day,
      open: joined(
        stretches.flatMap((stretch) => stretch.open).flatMap((span) => within(span, day)),
      ),
      gaps: pairs(stretches).flatMap(([left, right]) =>
        left.until < right.from ? within({ from: left.until, until: right.from }, day) : [],
      ),
      repeats: pairs(stretches).flatMap(([left, right]) => repeatsOf(left, right, day)),
      ...(closed === undefined ? {} : { closed }),
      ...(closed !== undefined || holiday === undefined ? {} : { holiday }),
    };
  });
  return { title: source.title, timeZone: source.timeZone, days };
}

function stretchesOf(source: WeekSource): Stretch[] {
  const range = weekRange(source.firstDay);
  return source.offsets.map((offset, index) => {
    const shift = offset.offsetSeconds * 1000;
    const from = Math.max(offset.at, range.from);
    const until = source.offsets[index + 1]?.at ?? range.until;
    return {
      from: from + shift,
      until: until + shift,
      open: source.spans.flatMap((span) => {
        const cut = { from: Math.max(span.from, from), until: Math.min(span.until, until) };
        return cut.from < cut.until ? [{ from: cut.from + shift, until: cut.until + shift }] : [];
      }),
    };
  });
}

function repeatsOf(left: Stretch, right: Stretch, day: number): Repeat[] {
  const twice = { from: Math.max(right.from, left.from), until: Math.min(left.until, right.until) };
  if (twice.from >= twice.until) return [];
  const openIn = (stretch: Stretch): MinuteSpan[] =>
    joined(
      stretch.open.flatMap((span) =>
        within(
          { from: Math.max(span.from, twice.from), until: Math.min(span.until, twice.until) },
          day,
        ),
      ),
    );
  return within(twice, day).map((span) => ({
    ...span,
    first: openIn(left),
    second: openIn(right),
  }));
}

/** The part of a local span that lies on a date, in minutes. */
function within(span: Span, day: number): MinuteSpan[] {
  const from = Math.max(span.from - day * DAY_MS, 0);
  const until = Math.min(span.until - day * DAY_MS, DAY_MS);
  return from < until ? [{ from: from / MINUTE_MS, until: until / MINUTE_MS }] : [];
}

/** Sorted, with spans that touch or overlap made one. */
function joined(spans: readonly MinuteSpan[]): MinuteSpan[] {
  const result: MinuteSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result[result.length - 1];
    if (last !== undefined && span.from <= last.until) {
      result[result.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
    } else {
      result.push(span);
    }
  }
  return result;
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.slice(1).map((right, index) => [list[index] as T, right]);
}
