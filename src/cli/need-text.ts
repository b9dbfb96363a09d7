/** What it takes to be let in, and when, in plain English. For people; it may change. */
import type { Need } from '../analysis/questions/need.js';
import type { When } from '../analysis/when.js';
import type { Facts } from '../engine/request.js';
import { parseInstant } from '../values/instant.js';
import { formatLocalDate, parseLocalDate } from '../values/local-time.js';
import { shown } from './terminal.js';
import { type Wall, wallText } from './wall.js';
import { missWords } from './words.js';

/** What somebody has to bring, as one phrase; `with nothing more` for a need of nothing. */
export function needText(need: Need): string {
  const { method, reader, ...facts }: Partial<Facts> = need.facts;
  const isTap = method === 'tap' && typeof reader === 'string';
  const rest = isTap ? facts : need.facts;
  // No fact of a need is a time, so that no clock is asked.
  const words = missWords({ change: rest }, String);
  if (isTap) words.unshift(`tapping at \`${shown(reader)}\``);
  if (need.company) words.push('with somebody along who may open it too');
  if (need.arrival) words.push('after somebody was let in that day');
  if (need.leaving) words.push('leaving');
  return words.length === 0 ? 'with nothing more' : words.join(', ');
}

/** Lines that say when: the week and the dates otherwise, or each span by the clock on the wall. */
export function whenLines(when: When, wall: Wall, linesMax: number): string[] {
  const { week, dates = [] } = when;
  if (week === undefined) {
    const text = (instant: string): string => wallText(wall, parseInstant(instant));
    return capped(
      when.spans.map(({ from, until }) => `${text(from)} to ${text(until)}`),
      linesMax,
    );
  }
  const usual =
    week === 'always'
      ? ['always']
      : week.map(({ days, from, until }) => `${days.join(' ')} ${from}-${until}`);
  const otherwise = dates.map(({ date, until: end, spans }) => {
    const hours = spans.map(({ from, until }) => `${from}-${until}`).join(', ');
    const days = end === undefined ? date : `${date} through ${dayBefore(end)}`;
    return `${days} ${hours === '' ? 'not at all' : hours}`;
  });
  return capped([...usual, ...otherwise], linesMax);
}

function dayBefore(date: string): string {
  return formatLocalDate((parseLocalDate(date) ?? 0) - 1);
}

function capped(lines: readonly string[], linesMax: number): string[] {
  const more = lines.length - linesMax;
  const rest = more > 0 ? [`and ${more} more; --limit prints more, --json all`] : [];
  return [...lines.slice(0, linesMax), ...rest];
}
