/** A week of somebody at a door, by the clock on its wall: when it opens, and what it takes. */
import { type OpenNeed, openHours } from 'doorwright/analysis';
import { useMemo, useRef } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { chosen, entityOf, openables, Select, subjects } from '../parts.js';
import { type Site, zoneAt } from '../sites.js';
import { instantOf, offsetAt, wallTime } from '../wall-clock.js';
import type { Words } from '../words.js';

const DAY = 86_400_000;
const LEFT = 44;
const TOP = 46;
const COLUMN = 92;
const HOUR = 20;
const WIDTH = LEFT + 7 * COLUMN + 8;
const HEIGHT = TOP + 24 * HOUR + 12;

/** Opening hours within a day, minutes by the wall clock. */
interface Block {
  readonly day: number;
  readonly from: number;
  readonly until: number;
  /** Which need is enough, from 1 on. */
  readonly need: number;
}

/** One local date and what its clock does. */
interface Day {
  readonly date: string;
  readonly label: string;
  /** Milliseconds by which the clock is put forward on it; negative: back. */
  readonly jump: number;
}

/** The week as a picture and in words. */
export function WeekPage({ words, site, parameters, set }: PageProps) {
  const { labels } = words;
  const people = subjects(site);
  const doors = openables(site);
  const who = chosen(people, parameters['who']);
  const door = chosen(doors, parameters['door']);
  const timeZone = zoneAt(site, entityOf(door).type, entityOf(door).id);
  const monday = mondayOf(parameters['week'] ?? wallTime(Date.now(), timeZone));
  const needs = useMemo(
    () => needsOf(site, who, door, monday, timeZone),
    [site, who, door, monday, timeZone],
  );
  const days = daysOf(monday, timeZone, words.language);
  const picture = useRef<HTMLDivElement>(null);
  const step = (weeks: number): void =>
    set({ week: new Date(Date.parse(monday) + weeks * 7 * DAY).toISOString().slice(0, 10) });
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={labels.who}
          value={who}
          choices={people}
          onChoose={(value) => set({ who: value })}
        />
        <Select
          label={labels.door}
          value={door}
          choices={doors}
          onChoose={(value) => set({ door: value })}
        />
        <p class="field steps">
          <button type="button" onClick={() => step(-1)}>
            ← {labels.weekBefore}
          </button>
          <button type="button" onClick={() => step(1)}>
            {labels.weekAfter} →
          </button>
        </p>
      </form>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div class="scroll" tabIndex={0} ref={picture}>
        <Picture
          days={days}
          blocks={blocksOf(needs, days, timeZone)}
          title={`${who} · ${door} · ${monday}`}
        />
      </div>
      {needs.length === 0 ? (
        <p role="status">{labels.neverOpens}</p>
      ) : (
        <ol class="needs">
          {needs.map((need) => (
            <li key={JSON.stringify(need.need)}>
              {needWords(words, need)}
              <ul>
                {need.when.spans.map(({ from, until }) => (
                  <li key={from}>
                    {spanWords(Date.parse(from), Date.parse(until), timeZone, words.language)}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
      <p class="tools">
        <button type="button" onClick={() => print()}>
          {labels.print}
        </button>{' '}
        <button type="button" onClick={() => save(picture.current, `week-${monday}.svg`)}>
          {labels.saveSvg}
        </button>
      </p>
    </>
  );
}

function Picture(props: {
  readonly days: readonly Day[];
  readonly blocks: readonly Block[];
  readonly title: string;
}) {
  const { days, blocks, title } = props;
  const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24];
  // Colours as attributes and not as a style sheet, so that the saved picture looks the same alone.
  return (
    <svg
      class="week"
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={title}
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
            {`${String(hour).padStart(2, '0')}:00`}
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
            {label}
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
    </svg>
  );
}

function needsOf(
  site: Site,
  who: string,
  door: string,
  monday: string,
  timeZone: string,
): readonly OpenNeed[] {
  const from = instantOf(`${monday}T00:00`, timeZone);
  const end = new Date(Date.parse(monday) + 7 * DAY).toISOString().slice(0, 10);
  const until = instantOf(`${end}T00:00`, timeZone);
  const { type, id } = entityOf(door);
  const all = openHours(site.engine, entityOf(who), { from, until });
  return all.find(({ resource }) => resource.type === type && resource.id === id)?.needs ?? [];
}

/** The spans of all needs cut at midnights, on the days of the week. A repeated hour is drawn once. */
function blocksOf(needs: readonly OpenNeed[], days: readonly Day[], timeZone: string): Block[] {
  return needs.flatMap(({ when }, index) =>
    when.spans.flatMap(({ from, until }) =>
      days.flatMap(({ date }, day) => {
        const midnight = Date.parse(date);
        const start = Date.parse(`${wallTime(Date.parse(from), timeZone)}Z`) - midnight;
        const end = Date.parse(`${wallTime(Date.parse(until), timeZone)}Z`) - midnight;
        const cut = { from: Math.max(0, start) / 60_000, until: Math.min(DAY, end) / 60_000 };
        return cut.from < cut.until ? [{ day, need: index + 1, ...cut }] : [];
      }),
    ),
  );
}

function daysOf(monday: string, timeZone: string, language: string): Day[] {
  return Array.from({ length: 7 }, (_, index) => {
    const date = new Date(Date.parse(monday) + index * DAY).toISOString().slice(0, 10);
    const next = new Date(Date.parse(date) + DAY).toISOString().slice(0, 10);
    const [from, until] = [date, next].map((each) => instantOf(`${each}T00:00`, timeZone));
    const jump = offsetAt(until ?? 0, timeZone) - offsetAt(from ?? 0, timeZone);
    const label = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      timeZone: 'UTC',
      weekday: 'short',
      day: 'numeric',
      month: 'numeric',
    }).format(Date.parse(date));
    return { date, label, jump };
  });
}

/** The Monday of the week a date lies in; of this week for what is no date. */
function mondayOf(date: string): string {
  const asked = Date.parse(date.slice(0, 10));
  const day = Math.floor((Number.isNaN(asked) ? Date.now() : asked) / DAY);
  // 1970-01-01 was a Thursday.
  return new Date((day - ((day + 3) % 7)) * DAY).toISOString().slice(0, 10);
}

function needWords({ labels, facts }: Words, { need }: OpenNeed): string {
  const told = Object.entries(need.facts).map(([fact, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return fact === 'method' ? text : `${facts[fact] ?? fact} ${text}`;
  });
  const more = [
    ...(need.company ? [labels.withCompany] : []),
    ...(need.arrival ? [labels.afterArrival] : []),
  ];
  const all = [...told, ...more];
  return all.length === 0 ? labels.needsNothing : `${labels.needs}: ${all.join(', ')}`;
}

function spanWords(from: number, until: number, timeZone: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return format.formatRange(from, until);
}

function save(frame: HTMLElement | null, name: string): void {
  const svg = frame?.querySelector('svg');
  if (!svg) return;
  const text = new XMLSerializer().serializeToString(svg);
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
