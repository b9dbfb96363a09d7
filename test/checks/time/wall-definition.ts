/**
 * The definition of an open schedule as the tests of this folder read it from docs/policy.md: one instant
 * at a time, local time from Intl, every clause looked at by itself, no pages, no sorting, no cutting.
 */
import fc from 'fast-check';
import type { Calendar, ScheduleBody } from '../../../src/policy/document.js';

const DAYS = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'];

/** A local time: days since 1970-01-01 and minutes of that day. */
export interface Local {
  readonly day: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock in the zone shows at an instant. */
export function localOf(ms: number, timeZone: string): Local {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const match = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/u.exec(format.format(ms)) as RegExpExecArray;
  const [, date, month, year, hour, minute] = match.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { day: Date.UTC(year, month - 1, date) / 86_400_000, minute: hour * 60 + minute };
}

/** Rules with what they mean for a day, given their start: `day` is the day, `start` the start's day. */
export const RULES: Record<string, (day: number, start: number) => boolean> = {
  'FREQ=DAILY': () => true,
  'FREQ=DAILY;INTERVAL=3': (day, start) => (day - start) % 3 === 0,
  'FREQ=DAILY;BYMONTH=3,10;BYDAY=SU,MO': (day) =>
    [2, 9].includes(date(day).getUTCMonth()) && date(day).getUTCDay() < 2,
  'FREQ=WEEKLY': (day, start) => (day - start) % 7 === 0,
  'FREQ=WEEKLY;BYDAY=SA,SU': (day) => [0, 6].includes(date(day).getUTCDay()),
  'FREQ=MONTHLY;BYDAY=-1SU': (day) =>
    date(day).getUTCDay() === 0 && date(day + 7).getUTCMonth() !== date(day).getUTCMonth(),
  'FREQ=MONTHLY;BYMONTHDAY=1,-1': (day) =>
    date(day).getUTCDate() === 1 || date(day + 1).getUTCDate() === 1,
  'FREQ=YEARLY;BYYEARDAY=-2': (day) =>
    date(day + 2).getUTCMonth() === 0 && date(day + 2).getUTCDate() === 1,
};

function date(day: number): Date {
  return new Date(day * 86_400_000);
}

function localText(text: string): Local {
  const match = /^(\d+)-(\d+)-(\d+)(?:T(\d+):(\d+))?$/u.exec(text) as RegExpExecArray;
  const [year, month, dayOfMonth] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const minute = Number(match[4] ?? 0) * 60 + Number(match[5] ?? 0);
  return { day: Date.UTC(year, month - 1, dayOfMonth) / 86_400_000, minute };
}

function clock(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** Minutes since 1970 on the wall. */
function flat(local: Local): number {
  return local.day * 1440 + local.minute;
}

/** Whether the schedule is open while the clock shows `now`. */
export function isOpenOnWall(
  schedule: ScheduleBody,
  calendar: Calendar | undefined,
  now: Local,
): boolean {
  const closed = (day: number): boolean =>
    (schedule.except ?? []).some(
      (span) => day >= localText(span.from).day && day < localText(span.until).day,
    ) ||
    (calendar?.days ?? []).some(
      (each) => localText(each.date).day === day && each.windows === undefined,
    );
  const own = (day: number): readonly { from: string; until: string }[] =>
    closed(day)
      ? []
      : (calendar?.days ?? []).flatMap((each) =>
          localText(each.date).day === day ? (each.windows ?? []) : [],
        );
  const within = (from: string, until: string, daysAgo: number): boolean => {
    const minute = now.minute + daysAgo * 1440;
    const end = clock(until) <= clock(from) ? clock(until) + 1440 : clock(until);
    return clock(from) <= minute && minute < end;
  };
  if (closed(now.day)) return false;
  if (own(now.day).length > 0)
    return own(now.day).some((window) => within(window.from, window.until, 0));
  if (own(now.day - 1).some((window) => within(window.from, window.until, 1))) return true;
  // A usual span counts if no day from its first to today is exceptional.
  const undisturbed = (first: number): boolean => {
    for (let day = first; day < now.day; day++)
      if (closed(day) || own(day).length > 0) return false;
    return true;
  };
  const { windows, recurrences, events } = schedule;
  if (windows === undefined && recurrences === undefined && events === undefined) return true;
  const byWindow = [0, 1].some((daysAgo) =>
    (windows ?? []).some(
      (window) =>
        window.days.some((day) => day === DAYS[date(now.day - daysAgo).getUTCDay()]) &&
        within(window.from, window.until, daysAgo) &&
        undisturbed(now.day - daysAgo),
    ),
  );
  const byEvent = (events ?? []).some(
    (event) =>
      flat(localText(event.from)) <= flat(now) &&
      flat(now) < flat(localText(event.until)) &&
      undisturbed(localText(event.from).day),
  );
  return (
    byWindow || byEvent || (recurrences ?? []).some((each) => byRecurrence(each, now, undisturbed))
  );
}

function byRecurrence(
  each: NonNullable<ScheduleBody['recurrences']>[number],
  now: Local,
  undisturbed: (first: number) => boolean,
): boolean {
  const start = localText(each.start);
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/u.exec(
    each.duration,
  ) as RegExpExecArray;
  const length = Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  const removed = (each.exdates ?? []).map((text) => flat(localText(text)));
  const open = (first: Local): boolean =>
    flat(first) <= flat(now) &&
    flat(now) < flat(first) + length &&
    !removed.includes(flat(first)) &&
    undisturbed(first.day);
  if ((each.rdates ?? []).some((text) => open(localText(text)))) return true;
  const falls = RULES[each.rrule] as (day: number, start: number) => boolean;
  for (let day = Math.max(start.day, now.day - 32); day <= now.day; day++) {
    if (falls(day, start.day) && open({ day, minute: start.minute })) return true;
  }
  return false;
}

const minutes = fc.oneof(
  fc.constantFrom('00:00', '01:00', '01:30', '02:00', '02:30', '03:00', '12:00', '23:00'),
  fc
    .integer({ min: 0, max: 1439 })
    .map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    ),
);
const span = fc
  .tuple(minutes, fc.oneof(minutes, fc.constant('24:00')))
  .filter(([from, until]) => from !== until)
  .map(([from, until]) => ({ from, until }));

/** Schedules whose dates lie within days of `anchor` (a day number), and their calendar. */
export function schedulesAround(
  anchor: number,
): fc.Arbitrary<{ schedule: ScheduleBody; calendar: Calendar | undefined }> {
  const near = fc.integer({ min: -4, max: 4 }).map((offset) =>
    date(anchor + offset)
      .toISOString()
      .slice(0, 10),
  );
  const time = fc.tuple(near, minutes).map(([day, minute]) => `${day}T${minute}`);
  const past = fc.tuple(fc.nat(60), minutes).map(
    ([back, minute]) =>
      `${date(anchor - back)
        .toISOString()
        .slice(0, 10)}T${minute}`,
  );
  const some = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(element, { minLength: 1, maxLength: 3 });
  const dates = fc
    .tuple(time, time)
    .filter(([from, until]) => from < until)
    .map(([from, until]) => ({ from, until }));
  const except = fc
    .tuple(near, near)
    .filter(([from, until]) => from < until)
    .map(([from, until]) => ({ from, until }));
  const window = fc
    .tuple(
      fc.uniqueArray(fc.constantFrom('mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'), { minLength: 1 }),
      span,
    )
    .map(([days, rest]) => ({ days, ...rest }));
  const recurrence = past.chain((start) => {
    const sameTime = near.map((day) => `${day}T${start.slice(11)}`);
    return fc.record(
      {
        start: fc.constant(start),
        duration: fc.constantFrom('PT1H', 'PT23H59M', 'P1D', 'P2DT3H', 'P31D'),
        rrule: fc.constantFrom(...Object.keys(RULES)),
        exdates: some(sameTime),
        rdates: some(fc.oneof(time, sameTime)),
      },
      { requiredKeys: ['start', 'duration', 'rrule'] },
    );
  });
  const calendar = fc
    .uniqueArray(near, { maxLength: 3 })
    .chain((days) =>
      fc.tuple(
        ...days.map((day) =>
          fc
            .option(fc.array(span, { minLength: 1, maxLength: 2 }), { nil: undefined })
            .map((windows) => (windows === undefined ? { date: day } : { date: day, windows })),
        ),
      ),
    )
    .map((days) => ({ id: 'holidays', days: days as Calendar['days'] }));
  const body = fc.record(
    {
      windows: some(window),
      recurrences: some(recurrence),
      events: some(dates),
      except: some(except),
    },
    { requiredKeys: [] },
  );
  return fc.record({
    schedule: body as fc.Arbitrary<ScheduleBody>,
    calendar: fc.option(calendar, { nil: undefined }),
  });
}
