/** When something holds, in words: the week, and the dates on which it is otherwise. */
import type { OtherDate, WeekSpan, When } from '../analysis/when.js';
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import { ZoneBook } from '../engine/snapshot.js';
import { WEEKDAYS } from '../policy/document.js';
import { DAY_MS, parseInstant } from '../values/instant.js';
import { formatLocalDate, parseLocalDate } from '../values/local-time.js';

/** How many dates or spans are told before the rest is counted. */
const TOLD_MAX = 5;

/** Compiled once each, since a page has many times and few zones. */
const ZONES = new ZoneBook(luxonTimeZones);

/** `always`, or a week such as `mo–fr 09:00–17:00`, but for some dates; the time zone is in brackets. */
export function whenWords(when: When): string {
  const { week, dates = [], spans, timeZone } = when;
  if (week === 'always') return 'always';
  if (week === undefined) {
    return cut(spans.map(({ from, until }) => `${from} to ${until}`));
  }
  const zone = timeZone === undefined ? '' : ` (${timeZone})`;
  if (week.length === 0) return `${cut(dates.map(dateWords))}${zone}`;
  const { first, last, rest } = boundsOf(when);
  const bounds = [
    ...(first === undefined ? [] : [` from ${first}`]),
    ...(last === undefined ? [] : [` through ${last}`]),
  ];
  const other = rest.length === 0 ? '' : `; but ${cut(rest.map(dateWords))}`;
  return `${week.map(weekSpanWords).join(', ')}${bounds.join('')}${other}${zone}`;
}

/** Dates before which, or after which, it never holds are told as the first or last one. */
function boundsOf({ dates = [], spans, timeZone }: When): {
  readonly first?: string;
  readonly last?: string;
  readonly rest: readonly OtherDate[];
} {
  const [begin, end] = [spans[0], spans.at(-1)];
  if (timeZone === undefined || begin === undefined || end === undefined) return { rest: dates };
  const zone = ZONES.get(timeZone);
  const dateAt = (ms: number) => formatLocalDate(Math.floor((ms + zone.offsetAt(ms)) / DAY_MS));
  const isNever = (date: OtherDate | undefined): date is OtherDate => date?.spans.length === 0;
  const [head, tail] = [dates[0], dates.at(-1)];
  const early = isNever(head) && head.date < dateAt(parseInstant(begin.from));
  const late = isNever(tail) && tail.date > dateAt(parseInstant(end.until) - 1);
  const rest = dates.slice(early ? 1 : 0, late ? -1 : undefined);
  return {
    rest,
    ...(early ? { first: head.until ?? dayAfter(head.date, 1) } : {}),
    ...(late ? { last: dayAfter(tail.date, -1) } : {}),
  };
}

function weekSpanWords({ days, from, until }: WeekSpan): string {
  const numbers = days.map((day) => WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number]));
  const time = from === '00:00' && until === '24:00' ? 'all day' : `${from}–${until}`;
  if (numbers.length === 7) return time === 'all day' ? 'all week' : `daily ${time}`;
  const runs: number[][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === number - 1) last.push(number);
    else runs.push([number]);
  }
  const said = runs.flatMap((run) => {
    const [first, last] = [WEEKDAYS[run[0] ?? 0], WEEKDAYS[run.at(-1) ?? 0]];
    if (run.length === 1) return [first];
    return run.length === 2 ? [first, last] : [`${first}–${last}`];
  });
  return `${said.join(' ')} ${time}`;
}

function dateWords({ date, until, spans }: OtherDate): string {
  const last = until === undefined ? date : dayAfter(until, -1);
  const on = last === date ? `on ${date}` : `from ${date} through ${last}`;
  if (spans.length === 0) return `${on} not at all`;
  const times = spans.map(({ from, until: end }) => `${from}–${end}`).join(' ');
  return `${on} ${times === '00:00–24:00' ? 'all day' : times}`;
}

function dayAfter(date: string, days: number): string {
  return formatLocalDate((parseLocalDate(date) ?? 0) + days);
}

function cut(parts: readonly string[]): string {
  const more = parts.length - TOLD_MAX;
  const told = parts.slice(0, TOLD_MAX).join(', ');
  return more > 0 ? `${told} and ${more} more` : told;
}
