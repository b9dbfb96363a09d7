/** When something holds, in words: the week, and the dates on which it is otherwise. */
import type { OtherDate, WeekSpan, When } from '../analysis/when.js';
import { WEEKDAYS } from '../policy/document.js';
import { formatLocalDate, parseLocalDate } from '../values/local-time.js';

/** How many dates or spans are told before the rest is counted. */
const TOLD_MAX = 5;

/** `always`, or a week such as `mo–fr 09:00–17:00`, but for some dates; the time zone is in brackets. */
export function whenWords({ week, dates = [], spans, timeZone }: When): string {
  if (week === 'always') return 'always';
  if (week === undefined) {
    return cut(spans.map(({ from, until }) => `${from} to ${until}`));
  }
  const zone = timeZone === undefined ? '' : ` (${timeZone})`;
  if (week.length === 0) return `${cut(dates.map((date) => dateWords(date)))}${zone}`;
  const weekly = week.map(weekSpanWords).join(', ');
  const other = dates.length === 0 ? '' : `; but ${cut(dates.map((date) => dateWords(date)))}`;
  return `${weekly}${other}${zone}`;
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
  const last = until === undefined ? date : formatLocalDate((parseLocalDate(until) ?? 1) - 1);
  const on = last === date ? `on ${date}` : `from ${date} through ${last}`;
  if (spans.length === 0) return `${on} not at all`;
  const times = spans.map(({ from, until: end }) => `${from}–${end}`).join(' ');
  return `${on} ${times === '00:00–24:00' ? 'all day' : times}`;
}

function cut(parts: readonly string[]): string {
  const more = parts.length - TOLD_MAX;
  const told = parts.slice(0, TOLD_MAX).join(', ');
  return more > 0 ? `${told} and ${more} more` : told;
}
