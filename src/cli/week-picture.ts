/** A week in 80 columns of plain ASCII. Pure: data in, text out. */
import { dayLabel, minutesText } from './wall.js';
import type { MinuteSpan, Week, WeekDay } from './week.js';

/** Cells of one day: half hours. */
const CELLS = 48;
const CELL_MINUTES = 1440 / CELLS;
const MARGIN = 12;
const NOTE_WIDTH = 80 - MARGIN - CELLS - 2;

/** What each sign in the picture means. */
const LEGEND: readonly (readonly [string, string])[] = [
  ['#', 'open'],
  ['.', 'closed'],
  ['+', 'open in part'],
  ['x', 'closed day'],
  ['/', 'hour the clock skips'],
  ['2', 'open in an hour that comes twice'],
  [':', 'closed in an hour that comes twice'],
];

/**
 * The lines of the picture: a ruler, a line a day of half-hour cells with the exact times beside it, and
 * a legend of the signs in use.
 */
export function weekPicture(week: Week): string[] {
  const lines = ['', ...ruler()];
  const used = new Set<string>();
  for (const day of week.days) {
    const cells = Array.from({ length: CELLS }, (_, index) => sign(day, index)).join('');
    for (const cell of cells) used.add(cell);
    const notes = folded(dayNotes(day), NOTE_WIDTH);
    lines.push(`${dayLabel(day.day).padEnd(MARGIN)}${cells}  ${notes[0] ?? ''}`.trimEnd());
    for (const note of notes.slice(1)) lines.push(`${''.padEnd(MARGIN + CELLS + 2)}${note}`);
  }
  const legend = LEGEND.filter(([cell]) => used.has(cell)).map(
    ([cell, means]) => `${cell} ${means}`,
  );
  return [
    ...lines,
    '',
    ...folded(legend, 80 - MARGIN, '   ').map((line) => `${''.padEnd(MARGIN)}${line}`),
  ];
}

/** What a day says in words: its times, and anything unusual about it. */
export function dayNotes(day: WeekDay): string[] {
  const span = (times: MinuteSpan): string =>
    `${minutesText(times.from)}-${minutesText(times.until)}`;
  const open = day.open.map(span);
  const isSkipped = day.gaps.some(isWholeDay);
  return [
    ...(open.length > 0 || isSkipped ? open : [day.closed === undefined ? 'closed' : 'closed day']),
    ...(day.closed === undefined || day.closed === '' ? [] : [`(${day.closed})`]),
    ...(day.holiday === undefined ? [] : [`(${day.holiday || 'holiday'})`]),
    ...day.gaps.map((gap) => (isWholeDay(gap) ? 'date skipped' : `no ${span(gap)}`)),
    ...day.repeats.map((twice) => `${span(twice)} twice`),
  ];
}

/** Where a zone moves across the date line, a whole date is skipped. */
function isWholeDay(gap: MinuteSpan): boolean {
  return gap.until - gap.from >= 1440;
}

function ruler(): string[] {
  const hours = Array.from({ length: 8 }, (_, index) =>
    String(index * 3)
      .padStart(2, '0')
      .padEnd(6),
  );
  const ticks = Array.from({ length: 8 }, () => '|'.padEnd(6));
  return [`${''.padEnd(MARGIN)}${hours.join('')}24`, `${''.padEnd(MARGIN)}${ticks.join('')}|`];
}

function sign(day: WeekDay, cell: number): string {
  const span = { from: cell * CELL_MINUTES, until: (cell + 1) * CELL_MINUTES };
  if (day.gaps.some((gap) => overlap(gap, span) > 0)) return '/';
  const open = covered(day.open, span);
  const repeat = day.repeats.find((twice) => overlap(twice, span) > 0);
  if (repeat !== undefined) {
    const first = covered(repeat.first, span);
    const second = covered(repeat.second, span);
    if (first === 0 && second === 0) return open === 0 ? ':' : '+';
    return first > 0 && second > 0 ? '2' : '+';
  }
  if (open === 0) return day.closed === undefined ? '.' : 'x';
  return open >= CELL_MINUTES ? '#' : '+';
}

function covered(spans: readonly MinuteSpan[], cell: MinuteSpan): number {
  return spans.reduce((sum, span) => sum + overlap(span, cell), 0);
}

function overlap(a: MinuteSpan, b: MinuteSpan): number {
  return Math.max(0, Math.min(a.until, b.until) - Math.max(a.from, b.from));
}

/** Words put on as few lines as hold them; one longer than a line is cut. */
function folded(words: readonly string[], width: number, gap = ' '): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const short = word.length > width ? `${word.slice(0, width - 1)}~` : word;
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + gap.length + short.length <= width) {
      lines[lines.length - 1] = `${last}${gap}${short}`;
    } else {
      lines.push(short);
    }
  }
  return lines;
}
