/** Boundaries of schedules inside hours that a zone skips or repeats. */
import { type CompiledSchedule, compileSchedule } from '../../checks/time/schedule.js';
import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord } from '../../engine/records.js';
import { at, find } from '../../engine/table.js';
import type { Calendar, ScheduleBody } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { DAY_MS, INSTANT_END, INSTANT_MIN, MINUTE_MS } from '../../values/instant.js';
import { formatLocalDate } from '../../values/local-time.js';
import type { Ground, Path } from './ground.js';
import { reachOf } from './meeting.js';
import type { ScheduleUse } from './schedule-uses.js';

/** How far is looked for changes of the clock: from now on, or from the first date that the schedule writes. */
const AHEAD_MS = 2 * 366 * DAY_MS;
const ANY_TIME_MS = 4 * 366 * DAY_MS;

/** An hour, mostly, that a zone skips or repeats, in wall time as milliseconds. */
interface Hour {
  readonly from: number;
  readonly until: number;
}

/** The code `transition_hour`. */
export function lintTransitions(ground: Ground, uses: readonly ScheduleUse[]): void {
  const seen = new Map<ScheduleRecord, { path: Path; zones: Set<Zone> }>();
  ground.policy.schedules?.forEach(({ id }, index) => {
    const record = find(ground.s.tables.schedules, id);
    if (record !== undefined) seen.set(record, { path: ['schedules', index], zones: new Set() });
  });
  for (const { record, path, zones } of uses) {
    const known = seen.get(record) ?? { path, zones: new Set() };
    seen.set(record, known);
    for (const zone of zones) known.zones.add(zone);
  }
  const known = new Map<string, Struck>();
  for (const [record, { path, zones }] of seen) {
    if (!record.enabled || ground.unexamined.has(record)) continue;
    for (const zone of zones) lintInZone(ground, record, path, zone, known);
  }
}

function lintInZone(
  ground: Ground,
  record: ScheduleRecord,
  path: Path,
  zone: Zone,
  known: Map<string, Struck>,
): void {
  // Schedules written in place are often the same: the text of one names its calendar too.
  const key = `${zone.name} ${JSON.stringify(record.document)}`;
  const { dates, tails } = known.get(key) ?? findStruck(ground, record, zone);
  known.set(key, { dates, tails });
  if (dates.length === 0) return;
  const when = ground.now === undefined ? 'in some nights' : `on ${dates.join(', ')}`;
  const { document } = record;
  const name = 'id' in document ? `schedule ${quote(String(document.id))}` : 'the schedule';
  const message = `${name} opens or closes inside an hour that ${quote(zone.name)} skips or repeats, ${when}`;
  if (tails.length === 0) ground.report('transition_hour', path, message);
  for (const tail of tails) ground.report('transition_hour', [...path, ...tail], message);
}

/** On which dates a schedule has boundaries in such hours, and which of its windows, recurrences and events. */
interface Struck {
  readonly dates: readonly string[];
  readonly tails: readonly Path[];
}

function findStruck(ground: Ground, record: ScheduleRecord, zone: Zone): Struck {
  const { s, now } = ground;
  const calendar = at(s.tables.calendars, record.calendar);
  const reach = reachOf(s, [record], now);
  const ahead = now === undefined ? ANY_TIME_MS : AHEAD_MS;
  const hours = hoursOf(zone, reach.from, Math.min(reach.from + ahead, s.zones.until));
  const wall = onTheWall(record.document, calendar);
  const struck = hours.filter((hour) => hasBoundaryIn(wall, hour));
  if (struck.length === 0) return { dates: [], tails: [] };
  // On a date with windows of its own nothing else counts, so for each piece such a date is closed.
  const closed = calendar && { ...calendar, days: calendar.days.map(({ date }) => ({ date })) };
  const pieces = piecesOf(record.document).filter(([, piece]) => {
    const wallOfPiece = onTheWall(piece, closed);
    return struck.some((hour) => hasBoundaryIn(wallOfPiece, hour));
  });
  const dates = struck.map((hour) => formatLocalDate(Math.floor(hour.from / DAY_MS)));
  return { dates: [...new Set(dates)].sort(), tails: pieces.map(([tail]) => tail) };
}

/** The hours that a zone skips or repeats within a span; none where its source ends. */
function hoursOf(zone: Zone, from: number, until: number): Hour[] {
  const hours: Hour[] = [];
  try {
    let stretch = zone.segmentAt(from);
    while (stretch.until < until) {
      const next = zone.segmentAt(stretch.until);
      const [low, high] = [stretch.offsetMs, next.offsetMs].sort((a, b) => a - b) as [
        number,
        number,
      ];
      if (low < high) hours.push({ from: stretch.until + low, until: stretch.until + high });
      stretch = next;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return hours;
}

/**
 * A schedule compiled for a clock that is never changed, so that its instants are wall time: whatever flips there
 * inside the hour is a boundary, exceptions and holidays already taken into account.
 */
function onTheWall(body: ScheduleBody, calendar: Calendar | undefined): CompiledSchedule {
  return compileSchedule(body, calendar, STEADY);
}

const STEADY: Zone = {
  name: 'UTC',
  offsetAt: () => 0,
  segmentAt: () => ({ from: INSTANT_MIN, until: INSTANT_END, offsetMs: 0 }),
};

/** A boundary strictly inside, or a span that is just the hour: at its edges nothing is amiss. */
function hasBoundaryIn(wall: CompiledSchedule, { from, until }: Hour): boolean {
  const change = wall.nextChange(from);
  if (change !== null && change < until) return true;
  return wall.isOpen(from) && change === until && !wall.isOpen(from - MINUTE_MS);
}

/** The windows, recurrences and events of a schedule, each as a schedule with the same exceptions. */
function piecesOf(body: ScheduleBody): [Path, ScheduleBody][] {
  const { windows, recurrences, events, ...rest } = body;
  return [
    ...(windows ?? []).map((each, index): [Path, ScheduleBody] => [
      ['windows', index],
      { ...rest, windows: [each] },
    ]),
    ...(recurrences ?? []).map((each, index): [Path, ScheduleBody] => [
      ['recurrences', index],
      { ...rest, recurrences: [each] },
    ]),
    ...(events ?? []).map((each, index): [Path, ScheduleBody] => [
      ['events', index],
      { ...rest, events: [each] },
    ]),
  ];
}
