/** The picture of a week: its hours by the clock on the wall, those that the clock skips or shows twice marked as that. */
import { type Block, type ClockMark, clockMarks, type Day } from './local-week.js';
import type { QuestionWords } from './words-questions.js';

const LEFT = 44;
const TOP = 46;
const COLUMN = 92;
const HOUR = 20;
const WIDTH = LEFT + 7 * COLUMN + 8;
const HEIGHT = TOP + 24 * HOUR + 12;
/** Of the legend. */
const LINE = 20;
/** What the clock does: seen on light and dark paper, and told from what is open. */
const CLOCK = '#c05a10';

type DayMark = ClockMark & { readonly day: number };

/** @param props.special - names of days by date. */
export function WeekPicture(props: {
  readonly said: QuestionWords;
  readonly days: readonly Day[];
  readonly blocks: readonly Block[];
  readonly special: ReadonlyMap<string, string>;
  readonly title: string;
}) {
  const { said, days, blocks, special, title } = props;
  const marks = days.flatMap((day, index) =>
    clockMarks(day).map((mark) => ({ ...mark, day: index })),
  );
  const legend = legendOf(said, marks);
  const height = HEIGHT + legend.length * LINE;
  const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24];
  // Colours as attributes and not as a style sheet, so that the saved picture looks the same alone.
  return (
    <svg
      class="week"
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${WIDTH} ${height}`}
      width={WIDTH}
      height={height}
      role="img"
      aria-label={[title, ...legend.map(({ text }) => text)].join('. ')}
      font-family="system-ui, sans-serif"
      font-size="12"
      fill="currentColor"
    >
      {hours.map((hour) => (
        <g key={hour}>
          <path
            d={`M${LEFT} ${TOP + hour * HOUR} h${7 * COLUMN}`}
            stroke="currentColor"
            stroke-opacity="0.3"
          />
          <text x={LEFT - 6} y={TOP + hour * HOUR + 4} text-anchor="end">
            {timeOf(hour * 60)}
          </text>
        </g>
      ))}
      {days.map(({ date, label, jump }, index) => (
        <g key={date}>
          <path
            d={`M${LEFT + index * COLUMN} ${TOP} v${24 * HOUR}`}
            stroke="currentColor"
            stroke-opacity="0.3"
          />
          <text x={LEFT + index * COLUMN + 6} y="18">
            {`${special.has(date) ? '★ ' : ''}${label}`}
          </text>
          {jump !== 0 && (
            <text x={LEFT + index * COLUMN + 6} y="36">
              {`${jump > 0 ? '+' : '−'}${Math.abs(jump) / 3_600_000} h`}
            </text>
          )}
        </g>
      ))}
      {blocks.map(({ day, from, until, need }) => (
        <g key={`${day} ${from} ${need}`}>
          <rect
            x={LEFT + day * COLUMN + 3 + (need - 1) * 6}
            y={TOP + (from / 60) * HOUR}
            width={COLUMN - 6 - (need - 1) * 6}
            height={Math.max(2, ((until - from) / 60) * HOUR)}
            rx="3"
            fill="#2f8f83"
            fill-opacity={need === 1 ? 0.55 : 0.25}
            stroke="#2f8f83"
          />
          <text x={LEFT + (day + 1) * COLUMN - 14} y={TOP + (from / 60) * HOUR + 14}>
            {need}
          </text>
        </g>
      ))}
      {marks.map((mark) => (
        <Mark key={`${mark.day} ${mark.from}`} mark={mark} />
      ))}
      {legend.map(({ kind, text }, line) => (
        <g key={kind}>
          <path d={sampleOf(kind, HEIGHT + line * LINE)} stroke={CLOCK} fill="none" />
          <text x={LEFT + 30} y={HEIGHT + line * LINE + 9}>
            {text}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Hatched where the clock skips; framed, and said to come twice, where it is put back. */
function Mark({ mark: { kind, day, from, until } }: { readonly mark: DayMark }) {
  const [x, y] = [LEFT + day * COLUMN, TOP + (from / 60) * HOUR];
  const height = ((until - from) / 60) * HOUR;
  const path = kind === 'skipped' ? hatch(x, y, COLUMN, height) : frame(x, y, COLUMN, height);
  return (
    <g class={`clock-${kind}`}>
      <path d={path} stroke={CLOCK} stroke-width="2" fill="none" />
      {kind === 'twice' && (
        <text x={x + 8} y={y + Math.min(height, HOUR) - 5} font-weight="bold">
          2×
        </text>
      )}
    </g>
  );
}

function legendOf(said: QuestionWords, marks: readonly DayMark[]) {
  return (['skipped', 'twice'] as const).flatMap((kind) => {
    const times = marks
      .filter((mark) => mark.kind === kind)
      .map(({ from, until }) => `${timeOf(from)}–${timeOf(until)}`);
    const text = `${times.join(', ')}: ${kind === 'skipped' ? said.clockSkips : said.clockTwice}`;
    return times.length === 0 ? [] : [{ kind, text }];
  });
}

function sampleOf(kind: ClockMark['kind'], y: number): string {
  return kind === 'skipped' ? hatch(LEFT, y, 22, 12) : frame(LEFT, y, 22, 12);
}

function frame(x: number, y: number, width: number, height: number): string {
  return `M${x + 1} ${y} h${width - 2} v${height} h${2 - width} z`;
}

/** Strokes across a box, from its left edge to its right one. */
function hatch(x: number, y: number, width: number, height: number): string {
  const strokes = Math.max(2, Math.round(width / 10));
  const step = width / strokes;
  return Array.from(
    { length: strokes },
    (_, index) => `M${x + index * step} ${y + height} L${x + (index + 1) * step} ${y}`,
  ).join(' ');
}

function timeOf(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.floor(minutes % 60)];
  return `${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
