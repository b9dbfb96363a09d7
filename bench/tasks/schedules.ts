/** Is a schedule open: doorwright, a weekly bitmap with cached offsets, luxon and rrule. */
import { luxonTimeZones } from '../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../src/checks/time/schedule.js';
import { compileZone } from '../../src/checks/time/zone.js';
import type { Calendar, ScheduleBody } from '../../src/policy/document.js';
import type { Contender } from '../contender.js';
import { type WeeklyWindow, weeklyBitmapFloor } from '../floors/weekly-bitmap.js';
import { luxonPeer, rrulePeer } from '../peers/calendars.js';
import { type Effort, race } from '../race.js';
import { seededRandom } from '../random.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { WORLD_TIME } from '../worlds.js';

const ZONE = 'Europe/Berlin';
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** Five years around the worlds' time. */
const FROM = WORLD_TIME - 2 * YEAR_MS;
const UNTIL = WORLD_TIME + 3 * YEAR_MS;
const INSTANTS = 16_384;
const RRULE_INPUTS = 64;

/** Office hours and one night that ends on the next day. */
const OFFICE: ScheduleBody = {
  windows: [
    { days: ['mo', 'tu', 'we', 'th', 'fr'], from: '06:00', until: '20:00' },
    { days: ['fr'], from: '22:00', until: '02:00' },
  ],
};
/** The same windows, for the contenders that do not read schedules. */
const OFFICE_WINDOWS: readonly WeeklyWindow[] = [
  ...[0, 1, 2, 3, 4].map((day) => ({ from: day * 1440 + 360, until: day * 1440 + 1200 })),
  { from: 4 * 1440 + 1320, until: 5 * 1440 + 120 },
];

/** A schedule with a bit of everything: windows, two recurrences, holidays and a works closure. */
const RICH: ScheduleBody = {
  ...OFFICE,
  recurrences: [
    { start: '2025-01-06T21:00', duration: 'PT2H', rrule: 'FREQ=MONTHLY;BYDAY=1MO' },
    { start: '2024-12-01T03:00', duration: 'PT1H30M', rrule: 'FREQ=DAILY;INTERVAL=3' },
  ],
  except: [{ from: '2026-12-27', until: '2027-01-02' }],
};
const HOLIDAYS: Calendar = {
  id: 'holidays',
  days: [2025, 2026, 2027, 2028, 2029].flatMap((year) => [
    { date: `${year}-01-01` },
    { date: `${year}-05-01` },
    { date: `${year}-12-24`, windows: [{ from: '08:00', until: '12:00' }] },
    { date: `${year}-12-25` },
  ]),
};

/** Measures the test of a schedule, at random and in order, and its compilation. */
export async function scheduleTables(effort: Effort, withPeers: boolean): Promise<Table[]> {
  const random = seededRandom(11);
  const year = Array.from(
    { length: INSTANTS },
    () => WORLD_TIME + random.below(365 * 86_400) * 1000,
  );
  const week = Array.from({ length: INSTANTS }, () => WORLD_TIME + random.below(7 * 86_400) * 1000);
  week.sort((a, b) => a - b);
  return [
    await testTable(
      'schedule-year',
      'Is a schedule open? Instants of a year, at random',
      year,
      effort,
      withPeers,
    ),
    await testTable(
      'schedule-week',
      'Is a schedule open? Instants of a week, in order',
      week,
      effort,
      withPeers,
    ),
    compileTable(effort),
  ];
}

async function testTable(
  id: string,
  title: string,
  instants: readonly number[],
  effort: Effort,
  withPeers: boolean,
): Promise<Table> {
  const zone = compileZone(luxonTimeZones, ZONE);
  const office = compileSchedule(OFFICE, undefined, zone);
  const rich = compileSchedule(RICH, HOLIDAYS, compileZone(luxonTimeZones, ZONE));
  const contenders: Contender<number>[] = [
    weeklyBitmapFloor(OFFICE_WINDOWS, ZONE, FROM, UNTIL),
    { name: 'doorwright schedule', check: (instant) => office.isOpen(instant) },
    ...(withPeers
      ? [luxonPeer(OFFICE_WINDOWS, ZONE), rrulePeer(OFFICE_WINDOWS, ZONE, FROM, RRULE_INPUTS)]
      : []),
  ];
  const laps = await race(contenders, instants, effort);
  const alone = await race(
    [
      {
        name: 'doorwright, with recurrences, holidays and exceptions',
        check: (instant: number) => rich.isOpen(instant),
      },
    ],
    instants,
    effort,
  );
  const floor = laps[0]!;
  return {
    id,
    title,
    columns: [
      { key: 'name', title: 'contender', unit: 'text' },
      { key: 'min', title: 'min', unit: 'nanoseconds' },
      { key: 'median', title: 'median', unit: 'nanoseconds' },
      { key: 'spread', title: '± MAD', unit: 'nanoseconds' },
      { key: 'p99', title: 'p99', unit: 'nanoseconds' },
      { key: 'toBitmap', title: '÷ bitmap', unit: 'ratio' },
      { key: 'inputs', title: 'instants', unit: 'count' },
    ],
    rows: [...laps, ...alone].map((lap) => ({
      name: lap.name,
      min: lap.batch.min,
      median: lap.batch.median,
      spread: lap.batch.spread,
      p99: lap.single.p99,
      toBitmap: lap.batch.median / floor.batch.median,
      inputs: lap.inputs,
    })),
    notes: [
      `five daily windows and one over midnight, ${ZONE}`,
      ...laps.flatMap((lap) => (lap.note === undefined ? [] : [`${lap.name}: ${lap.note}`])),
      'the last row answers another question than the others, so it is timed apart',
    ],
  };
}

/** From the document to every open span of five years; nothing is left to be worked out on the first look. */
function compileTable(effort: Effort): Table {
  const shared = compileZone(luxonTimeZones, ZONE);
  shared.offsetAt(FROM);
  const spans = (body: ScheduleBody, calendar: Calendar | undefined, zone = shared): number => {
    let count = 0;
    for (const _ of compileSchedule(body, calendar, zone).openSpans(FROM, UNTIL)) count++;
    return count;
  };
  const cases: readonly { name: string; run: () => number }[] = [
    { name: 'weekly windows, zone shared', run: () => spans(OFFICE, undefined) },
    {
      name: 'windows, recurrences, holidays, exceptions, zone shared',
      run: () => spans(RICH, HOLIDAYS),
    },
    {
      name: 'the same, with a zone of its own',
      run: () => spans(RICH, HOLIDAYS, compileZone(luxonTimeZones, ZONE)),
    },
  ];
  const rows = cases.map(({ name, run }): Row => {
    const found = run();
    const samples: number[] = [];
    for (let time = 0; time < effort.rounds; time++) {
      const begin = performance.now();
      if (run() !== found) throw new Error(`${name}: another number of spans than before`);
      samples.push(performance.now() - begin);
    }
    const { min, median, p99 } = summarise(samples);
    return { name, found, min, median, p99 };
  });
  return {
    id: 'schedule-compile',
    title: 'A schedule compiled, and its open spans of five years listed',
    columns: [
      { key: 'name', title: 'schedule', unit: 'text' },
      { key: 'found', title: 'spans', unit: 'count' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'p99', title: 'p99', unit: 'milliseconds' },
    ],
    rows,
    notes: ['compilation expands nothing by itself; listing the spans makes it do all of its work'],
  };
}
