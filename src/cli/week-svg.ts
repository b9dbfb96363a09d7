/**
 * A week as an SVG image: seven columns, an hour grid, open spans, hours the clock skips hatched, hours it
 * repeats doubled, closed days crossed out. Pure: data in, text out. The image follows the reader's light
 * or dark setting, and says everything it shows in its `desc` too.
 */
import { formatLocalDate } from '../values/local-time.js';
import { dayLabel, minutesText } from './wall.js';
import type { MinuteSpan, Repeat, Week, WeekDay } from './week.js';
import { dayNotes } from './week-picture.js';

const LEFT = 52;
const TOP = 78;
const COLUMN = 100;
const HOUR = 22;
const WIDTH = LEFT + 7 * COLUMN + 12;
const BOTTOM = TOP + 24 * HOUR;
const HEIGHT = BOTTOM + 46;
/** Space between a column's edge and what is drawn in it. */
const INSET = 4;
/** Least height of a box that a line of text fits into. */
const TEXT_HEIGHT = 13;

/** How a page that holds several images keeps their inner names apart. */
export interface SvgOptions {
  /** Put before every `id` in the image; letters, digits and dashes. Default `dw`. */
  readonly idPrefix?: string;
}

/** The image of a week as a document of its own. */
export function weekSvg(week: Week, options: SvgOptions = {}): string {
  const id = options.idPrefix ?? 'dw';
  const first = week.days[0];
  const start = first === undefined ? '' : formatLocalDate(first.day);
  const title = `${week.title}: week of ${start}, ${week.timeZone}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" lang="en" role="img" aria-labelledby="${id}-title ${id}-desc" class="dw-week">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<desc id="${id}-desc">${escaped(description(week))}</desc>`,
    style(id),
    hatch(id),
    `<rect class="dw-paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(LEFT, 28, 'dw-title', week.title),
    text(LEFT, 46, 'dw-small', `week of ${start}, ${week.timeZone}, times on the wall clock`),
    ...grid(),
    ...week.days.flatMap((day, index) => column(day, LEFT + index * COLUMN, id)),
    ...legend(week, id),
    '</svg>',
    '',
  ].join('\n');
}

/** The whole week in sentences, for those who do not see the picture. */
export function description(week: Week): string {
  return week.days.map((day) => `${dayLabel(day.day)}: ${dayNotes(day).join(', ')}.`).join(' ');
}

/** Colours of one setting. Open on paper, marks on paper and text on open all reach a contrast of 4.5 to 1. */
interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly open: string;
  readonly onOpen: string;
  readonly mark: string;
  readonly closed: string;
}

const LIGHT: Palette = {
  paper: '#ffffff',
  ink: '#1c2330',
  soft: '#5b6575',
  line: '#dfe3ea',
  open: '#1b7f53',
  onOpen: '#ffffff',
  mark: '#a3470b',
  closed: '#98a1b0',
};
const DARK: Palette = {
  paper: '#12161d',
  ink: '#e8ecf3',
  soft: '#a3adbd',
  line: '#2a313d',
  open: '#3fb883',
  onOpen: '#06170f',
  mark: '#f0a35e',
  closed: '#69748a',
};

/** Written out for each setting: many viewers of SVG know neither variables nor nesting. */
function style(id: string): string {
  return `<style>
.dw-week text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-size:11px}
.dw-week .dw-title{font-size:17px;font-weight:600}
.dw-week .dw-head{font-size:13px;font-weight:600;text-anchor:middle}
.dw-hour{text-anchor:end}
.dw-label,.dw-mark,.dw-note{text-anchor:middle}
.dw-mark{font-weight:600}
.dw-halo{paint-order:stroke;stroke-width:4;stroke-linejoin:round}
.dw-again,.dw-shut{stroke-width:1.5;stroke-dasharray:3 2}
.dw-shut{fill:none}
.dw-gap{fill:url(#${id}-hatch)}
.dw-stripe{stroke-width:1.6}
${colours(LIGHT)}
@media (prefers-color-scheme:dark){
${colours(DARK)}
}
</style>`;
}

function colours(palette: Palette): string {
  return [
    `.dw-paper{fill:${palette.paper}}`,
    `.dw-line{stroke:${palette.line}}`,
    `.dw-noon,.dw-cross{stroke:${palette.closed}}`,
    `.dw-title,.dw-head{fill:${palette.ink}}`,
    `.dw-small,.dw-hour,.dw-note{fill:${palette.soft}}`,
    `.dw-open,.dw-again{fill:${palette.open}}`,
    `.dw-label{fill:${palette.onOpen}}`,
    `.dw-mark{fill:${palette.mark}}`,
    `.dw-gap,.dw-stripe,.dw-shut{stroke:${palette.mark}}`,
    `.dw-halo,.dw-again{stroke:${palette.paper}}`,
  ].join('\n');
}

function hatch(id: string): string {
  return `<defs><pattern id="${id}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="dw-stripe" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>`;
}

function grid(): string[] {
  const right = LEFT + 7 * COLUMN;
  const hours = Array.from({ length: 25 }, (_, hour) => {
    const height = y(hour * 60);
    const line = `<line class="${hour === 12 ? 'dw-noon' : 'dw-line'}" x1="${LEFT}" y1="${height}" x2="${right}" y2="${height}"/>`;
    const label =
      hour % 2 === 0 ? text(LEFT - 7, height + 4, 'dw-hour', minutesText(hour * 60)) : '';
    return line + label;
  });
  const days = Array.from({ length: 8 }, (_, index) => {
    const x = LEFT + index * COLUMN;
    return `<line class="dw-line" x1="${x}" y1="${TOP}" x2="${x}" y2="${BOTTOM}"/>`;
  });
  return [...hours, ...days];
}

function column(day: WeekDay, x: number, id: string): string[] {
  const middle = x + COLUMN / 2;
  const note = day.closed ?? day.holiday;
  const inner = [
    text(middle, TOP - 8, 'dw-head', dayLabel(day.day)),
    ...(day.closed === undefined ? [] : [cross(x)]),
    ...day.open.map((span) => openBox(span, day, x)),
    ...day.gaps.map((gap) => gapBox(gap, x)),
    ...day.repeats.flatMap((twice) => repeatBoxes(twice, x)),
    ...(note === undefined ? [] : [nameOf(note, day, middle)]),
  ];
  return [`<g id="${id}-day-${formatLocalDate(day.day)}">`, ...inner, '</g>'];
}

function openBox(span: MinuteSpan, day: WeekDay, x: number): string {
  const box = boxOf(span, x + INSET, COLUMN - 2 * INSET);
  const name = `${minutesText(span.from)}–${minutesText(span.until)}`;
  // The label goes where neither a gap nor a repeated hour is drawn over it.
  const special = [...day.gaps, ...day.repeats];
  const free = special
    .filter((mark) => mark.from < span.until && span.from < mark.until)
    .reduce((from, mark) => (mark.from - from < 60 ? Math.max(from, mark.until) : from), span.from);
  const fits = y(span.until) - y(free) >= TEXT_HEIGHT;
  const label = fits ? text(x + COLUMN / 2, y(free) + 11.5, 'dw-label', name) : '';
  return `${rect('dw-open', box, name)}${label}`;
}

function gapBox(gap: MinuteSpan, x: number): string {
  const name = `no ${minutesText(gap.from)}–${minutesText(gap.until)}`;
  const label = text(x + COLUMN / 2, (y(gap.from) + y(gap.until)) / 2 + 4, 'dw-mark dw-halo', name);
  return `${rect('dw-gap', boxOf(gap, x + INSET, COLUMN - 2 * INSET), `${name}: the clock skips this time`)}${label}`;
}

/** The hour that comes twice: its two passes side by side, each open or not. */
function repeatBoxes(twice: Repeat, x: number): string[] {
  const half = (COLUMN - 2 * INSET) / 2;
  const both = [twice.first, twice.second].flatMap((open, pass) => {
    const left = x + INSET + pass * half;
    const name = `${minutesText(twice.from)}–${minutesText(twice.until)}, ${pass === 0 ? 'first' : 'second'} time`;
    const whole = boxOf(twice, left, half);
    const middle = (y(twice.from) + y(twice.until)) / 2 + 4;
    const openMinutes = open.reduce((sum, span) => sum + span.until - span.from, 0);
    const isWhole = openMinutes >= twice.until - twice.from;
    return [
      `<rect class="dw-paper"${attributes(whole)}/>`,
      ...open.map((span) => rect('dw-again', boxOf(span, left, half), `${name}: open`)),
      ...(isWhole
        ? []
        : [rect('dw-shut', whole, `${name}: ${openMinutes === 0 ? 'closed' : 'open in part'}`)]),
      text(
        left + half / 2,
        middle,
        isWhole ? 'dw-label' : 'dw-mark dw-halo',
        pass === 0 ? '1st' : '2nd',
      ),
    ];
  });
  return both;
}

function cross(x: number): string {
  const [left, right] = [x + INSET, x + COLUMN - INSET];
  return (
    `<line class="dw-cross" x1="${left}" y1="${TOP}" x2="${right}" y2="${BOTTOM}"/>` +
    `<line class="dw-cross" x1="${right}" y1="${TOP}" x2="${left}" y2="${BOTTOM}"/>`
  );
}

/** The name of a closed day or holiday, in the column's middle or at its top. */
function nameOf(name: string, day: WeekDay, middle: number): string {
  const full = day.closed === undefined ? name || 'holiday' : name || 'closed';
  const short = full.length > 16 ? `${full.slice(0, 15)}…` : full;
  const height = day.closed === undefined ? TOP + 12 : (TOP + BOTTOM) / 2;
  return text(middle, height, 'dw-note dw-halo', short);
}

function legend(week: Week, id: string): string[] {
  const height = BOTTOM + 20;
  const days = week.days;
  const parts: [string, string][] = [
    [`<rect class="dw-open" x="0" y="0" width="18" height="12"/>`, 'open'],
  ];
  if (days.some((day) => day.closed !== undefined)) {
    parts.push(['<path class="dw-cross" d="M0 0 18 12M18 0 0 12"/>', 'closed day']);
  }
  if (days.some((day) => day.gaps.length > 0)) {
    parts.push([
      '<rect class="dw-gap" x="0" y="0" width="18" height="12"/>',
      'time the clock skips',
    ]);
  }
  if (days.some((day) => day.repeats.length > 0)) {
    const pair =
      '<rect class="dw-again" x="0" y="0" width="9" height="12"/><rect class="dw-again" x="9" y="0" width="9" height="12"/>';
    parts.push([pair, 'time the clock shows twice']);
  }
  let x = LEFT;
  return [
    `<g id="${id}-legend">`,
    ...parts.map(([sign, means]) => {
      const part = `<g transform="translate(${x} ${height})">${sign}</g>${text(x + 25, height + 10, 'dw-small', means)}`;
      x += 25 + means.length * 6 + 28;
      return part;
    }),
    '</g>',
  ];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(span: MinuteSpan, x: number, width: number): Box {
  return { x, y: y(span.from), width, height: round(y(span.until) - y(span.from)) };
}

function rect(kind: string, box: Box, name: string): string {
  return `<rect class="${kind}"${attributes(box)}><title>${escaped(name)}</title></rect>`;
}

function attributes(box: Box): string {
  return ` x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"`;
}

function text(x: number, height: number, kind: string, content: string): string {
  return `<text class="${kind}" x="${x}" y="${round(height)}">${escaped(content)}</text>`;
}

/** Height on the page of minutes from midnight. */
function y(minutes: number): number {
  return round(TOP + (minutes / 60) * HOUR);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text for XML; characters XML cannot hold are replaced. */
function escaped(content: string): string {
  return content
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/>/gu, '&gt;')
    .replace(/"/gu, '&quot;');
}
