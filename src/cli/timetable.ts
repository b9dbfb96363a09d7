/** A schedule from a file, ready to ask and to draw. */
import { basename } from 'node:path';
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import { compileSchedule } from '../checks/time/schedule.js';
import { compileZone } from '../checks/time/zone.js';
import type { Calendar, Policy, ScheduleBody } from '../policy/document.js';
import { parseText } from '../policy/parse.js';
import { parseSchedule } from '../policy/parse-schedule.js';
import type { Span } from '../values/instant.js';
import { parseLocalDate } from '../values/local-time.js';
import type { Arguments, Options } from './arguments.js';
import { hint, InputError, UsageError } from './failure.js';
import { fileName, readText } from './files.js';
import { compileText, POLICY_OPTIONS } from './policies.js';
import { shown } from './terminal.js';
import type { Wall } from './wall.js';
import type { Week } from './week.js';
import { weekOf, weekRange } from './week.js';

/** Options that say which schedule is meant, and where its clock hangs. */
export const TIMETABLE_OPTIONS: Options = {
  zone: { value: 'Z', about: 'IANA time zone of the door, such as Europe/Berlin' },
  id: { value: 'ID', about: 'which schedule of a policy file' },
  ...POLICY_OPTIONS,
};

/** A schedule with its clock. */
export interface Timetable {
  readonly title: string;
  readonly wall: Wall;
  /** What a reader should know besides the times. */
  readonly notes: readonly string[];
  isOpen(ms: number): boolean;
  /** When it next opens or closes; null: never again. */
  nextChange(ms: number): number | null;
  /** The open spans cut to `[from, until)`, found as they are read. */
  openSpans(from: number, until: number): Iterable<Span>;
  /** The seven local dates from a day number on. */
  week(firstDay: number): Week;
}

/** A schedule and what it refers to. */
export interface NamedSchedule {
  readonly title: string;
  readonly body: ScheduleBody;
  readonly calendar?: Calendar | undefined;
  /** The zone it falls back to when it names none and none is given. */
  readonly fallback?: string | undefined;
}

/**
 * Reads the schedule that the arguments mean: a file that holds a schedule, or one of a policy (`--id`).
 * @throws InputError, UsageError
 */
export async function readTimetable(file: string, args: Arguments): Promise<Timetable> {
  const id = args.get('id');
  const text = await readText(file);
  const json = parseText(text);
  if (!json.ok) throw new InputError(`${fileName(file)} is no schedule`, json.issues);
  const isPolicy =
    typeof json.value === 'object' &&
    json.value !== null &&
    Object.hasOwn(json.value, 'organization');
  if (!isPolicy && id !== undefined) {
    throw new UsageError('`--id` picks a schedule of a policy, and this file is none');
  }
  const named = isPolicy ? policySchedule(file, text, id, args) : looseSchedule(file, json.value);
  return timetableOf(named, zoneOf(named, args.get('zone')));
}

function policySchedule(
  file: string,
  text: string,
  id: string | undefined,
  args: Arguments,
): NamedSchedule {
  const read = compileText(text, args);
  if (!read.ok) throw new InputError(`${fileName(file)} is no valid policy`, read.issues);
  return scheduleOf(read.engine.policy, file, id);
}

function looseSchedule(file: string, value: unknown): NamedSchedule {
  const parsed = parseSchedule(value, (name) => luxonTimeZones.has(name));
  if (!parsed.ok) throw new InputError(`${fileName(file)} is no valid schedule`, parsed.issues);
  const { schedule, calendars } = parsed.value;
  return {
    title: schedule.name ?? schedule.id ?? basename(file),
    body: schedule,
    calendar: calendars.find((one) => one.id === schedule.calendar),
  };
}

/**
 * A schedule of a policy by id; without one the only schedule there is.
 * @throws UsageError when there are several and none is named; InputError for an unknown id.
 */
export function scheduleOf(policy: Policy, file: string, id: string | undefined): NamedSchedule {
  const schedules = policy.schedules ?? [];
  const ids = schedules.map((schedule) => schedule.id);
  const schedule =
    id === undefined && schedules.length === 1
      ? schedules[0]
      : schedules.find((one) => one.id === id);
  if (schedule === undefined && id === undefined) {
    const list = ids
      .slice(0, 20)
      .map((one) => `\`${one}\``)
      .join(', ');
    throw new UsageError(
      `${fileName(file)} is a policy with ${ids.length} schedules; pick one with --id: ${list}`,
    );
  }
  if (schedule === undefined) {
    throw new InputError(`the policy has no schedule \`${shown(id ?? '')}\`${hint(id ?? '', ids)}`);
  }
  const calendar = policy.calendars?.find((one) => one.id === schedule.calendar);
  const title = schedule.name ?? schedule.id;
  return { title, body: schedule, calendar, fallback: policy.organization.timeZone };
}

/** A schedule on the wall of one zone. */
export function timetableOf(named: NamedSchedule, timeZone: string): Timetable {
  const { body, calendar } = named;
  const zone = compileZone(luxonTimeZones, timeZone);
  const schedule = compileSchedule(body, calendar, zone);
  const wall = { source: luxonTimeZones, timeZone };
  return {
    title: shown(named.title),
    wall,
    notes: notesOf(body),
    isOpen: (ms) => schedule.isOpen(ms),
    nextChange: (ms) => schedule.nextChange(ms),
    openSpans: (from, until) => schedule.openSpans(from, until),
    week(firstDay) {
      const range = weekRange(firstDay);
      return weekOf({
        title: shown(named.title),
        timeZone,
        firstDay,
        offsets: luxonTimeZones.offsets(timeZone, range.from, range.until),
        spans: [...schedule.openSpans(range.from, range.until)],
        ...specialDays(body, calendar, firstDay),
      });
    },
  };
}

/** A schedule that names its own zone is open by that clock, so another one cannot be asked for. */
function zoneOf(named: NamedSchedule, given: string | undefined): string {
  const own = named.body.timeZone;
  if (own !== undefined && given !== undefined && own !== given) {
    throw new UsageError(`the schedule names its own time zone \`${own}\`; leave --zone out`);
  }
  const zone = own ?? given ?? named.fallback;
  if (zone === undefined) {
    throw new UsageError(
      'the schedule names no time zone; say the one of the door with --zone, such as Europe/Berlin',
    );
  }
  if (!luxonTimeZones.has(zone)) {
    const names = Intl.supportedValuesOf('timeZone');
    throw new UsageError(`unknown time zone \`${zone}\`${hint(zone, names)}`);
  }
  return zone;
}

function specialDays(
  body: ScheduleBody,
  calendar: Calendar | undefined,
  firstDay: number,
): { closedDays: Map<number, string>; holidays: Map<number, string> } {
  const closedDays = new Map<number, string>();
  const holidays = new Map<number, string>();
  for (const { date, windows, name } of calendar?.days ?? []) {
    const day = parseLocalDate(date);
    if (day !== undefined)
      (windows === undefined ? closedDays : holidays).set(day, shown(name ?? ''));
  }
  for (const { from, until } of body.except ?? []) {
    const first = parseLocalDate(from) ?? Number.NaN;
    const end = parseLocalDate(until) ?? Number.NaN;
    for (let day = firstDay; day < firstDay + 7; day++) {
      if (day >= first && day < end && !closedDays.has(day)) closedDays.set(day, '');
    }
  }
  return { closedDays, holidays };
}

function notesOf(body: ScheduleBody): string[] {
  const isEmpty = [body.windows, body.recurrences, body.events].every((part) => part === undefined);
  return [
    ...(body.enabled === false
      ? [
          'the schedule is switched off: as an access schedule it restricts nothing, as an unlock schedule it unlocks nothing',
        ]
      : []),
    ...(isEmpty
      ? ['it has no windows, recurrences or events: it is always open but for its exceptions']
      : []),
  ];
}
