/**
 * Spans of time said as people say them: a week by the wall clock, and the dates on which it is otherwise. A reading of
 * exact spans, never a source of them: where the wall clock cannot say a thing exactly, nothing is said.
 */
import type { Zone } from '../checks/time/zone.js';
import { weekday } from '../values/calendar-day.js';
import type { Span } from '../values/instant.js';
import { DAY_MS, formatInstant, MINUTE_MS } from '../values/instant.js';
import { formatLocalDate } from '../values/local-time.js';
import { type LocalDay, localDays, saysOf } from './local-days.js';
import { type DaySpan, emptyWeek, type Week, weekSpansOf } from './week-words.js';
import type { OtherDate, When } from './when.js';

/** Below this a week has not been seen twice, so that dates say as much and promise less. */
const TWO_WEEKS_MS = 14 * DAY_MS;

/**
 * When something holds: the exact spans, and the week they follow by the wall clock of the zone.
 * @param spans - epoch milliseconds, in any order; what lies outside `lookedAt` does not count.
 * @param lookedAt - what is known: the week is free to say anything of other times.
 * @throws RangeError where the zone's source knows nothing of a part of `lookedAt`.
 */
export function whenOf(spans: readonly Span[], lookedAt: Span, zone: Zone | undefined): When {
  const held = merged(spans, lookedAt);
  const exact = held.map(({ from, until }) => ({
    from: formatInstant(from),
    until: formatInstant(until),
  }));
  const when = zone === undefined ? { spans: exact } : { spans: exact, timeZone: zone.name };
  const [first] = held;
  const whole = first?.from === lookedAt.from && first.until === lookedAt.until;
  if (whole) return { ...when, week: 'always', dates: [] };
  const days = zone && localDays(held, lookedAt, zone);
  if (days === undefined) return when;
  const { week, dates } = fewestWords(days, lookedAt.until - lookedAt.from);
  return { ...when, week: weekSpansOf(week), dates };
}

/** Spans cut to what is looked at, in order, none touching the next. */
function merged(spans: readonly Span[], lookedAt: Span): Span[] {
  const found: { from: number; until: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const from = Math.max(span.from, lookedAt.from);
    const until = Math.min(span.until, lookedAt.until);
    if (from >= until) continue;
    const last = found.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else found.push({ from, until });
  }
  return found;
}

/** A week with the dates on which it is otherwise. */
interface Said {
  readonly week: Week;
  readonly dates: readonly OtherDate[];
  readonly words: number;
}

/** Of some likely weeks the one that takes the fewest words, dates included. */
function fewestWords(days: readonly LocalDay[], lookedAtMs: number): Said {
  const weeks = [
    likelyWeek(days, () => true),
    // What goes on for less than half of the time is better said by when it begins and ends.
    likelyWeek(days, ({ open }) => open.length > 0),
    likelyWeek(days, ({ open }) => !isWholeDay(open)),
    emptyWeek(),
  ];
  if (lookedAtMs < TWO_WEEKS_MS) weeks.reverse();
  let best = saidBy(days, weeks[0] as Week);
  const improve = (week: Week) => {
    const said = saidBy(days, week);
    if (said.words < best.words) best = said;
  };
  for (const week of weeks.slice(1)) improve(week);
  // A day of the week on which it seldom holds is better said by its dates.
  for (const of of best.week.keys()) improve(best.week.map((own, day) => (day === of ? [] : own)));
  return best;
}

function saidBy(days: readonly LocalDay[], week: Week): Said {
  const dates = otherDates(days, week);
  const otherwise = dates.reduce((sum, date) => sum + 1 + date.spans.length, 0);
  return { week, dates, words: weekSpansOf(week).length + otherwise };
}

/** For each day of the week what holds most often, of the days that count; nothing where none does. */
function likelyWeek(days: readonly LocalDay[], counts: (day: LocalDay) => boolean): Week {
  const week = emptyWeek();
  const times = week.map(() => new Map<string, number>());
  const most = [0, 0, 0, 0, 0, 0, 0];
  for (const day of days) {
    if (!day.whole || !counts(day) || !inMinutes(day.open)) continue;
    const of = weekday(day.day);
    const counted = times[of] as Map<string, number>;
    const key = day.open.join();
    const count = (counted.get(key) ?? 0) + 1;
    counted.set(key, count);
    if (count <= (most[of] as number)) continue;
    most[of] = count;
    week[of] = day.open;
  }
  return week;
}

/** The dates on which the week does not say what holds. Dates on end that are otherwise in the same way are one. */
function otherDates(days: readonly LocalDay[], week: Week): OtherDate[] {
  const dates: OtherDate[] = [];
  for (let index = 0; index < days.length; ) {
    const first = days[index] as LocalDay;
    if (saysOf(week[weekday(first.day)] as readonly DaySpan[], first)) {
      index += 1;
      continue;
    }
    // A date that was looked at in part may be like the next one.
    const second = days[index + 1];
    const likeSecond = second !== undefined && !first.whole && saysOf(second.open, first);
    const open = likeSecond ? second.open : first.open;
    // Dates that the week says rightly may lie between, if these spans are right for them too.
    let end = index + 1;
    for (let next = end; next < days.length; next++) {
      const day = days[next] as LocalDay;
      if (day.day !== (days[next - 1] as LocalDay).day + 1 || !saysOf(open, day)) break;
      if (!saysOf(week[weekday(day.day)] as readonly DaySpan[], day)) end = next + 1;
    }
    dates.push(otherDate(first.day, (days[end - 1] as LocalDay).day + 1, open));
    index = end;
  }
  return dates;
}

function otherDate(day: number, until: number, open: readonly DaySpan[]): OtherDate {
  const spans = open.map((span) => ({ from: wallTime(span[0]), until: wallTime(span[1]) }));
  const date = formatLocalDate(day);
  return until === day + 1 ? { date, spans } : { date, until: formatLocalDate(until), spans };
}

/** `HH:MM`, with seconds or thousandths where there are any. */
function wallTime(ms: number): string {
  const text = new Date(ms === DAY_MS ? 0 : ms).toISOString();
  const shown = ms % MINUTE_MS === 0 ? text.slice(11, 16) : text.slice(11, 23);
  return ms === DAY_MS ? '24:00' : shown.replace(/\.000$/u, '');
}

function isWholeDay(open: readonly DaySpan[]): boolean {
  return open[0]?.[0] === 0 && open[0][1] === DAY_MS;
}

function inMinutes(open: readonly DaySpan[]): boolean {
  return open.every(([from, until]) => from % MINUTE_MS === 0 && until % MINUTE_MS === 0);
}
