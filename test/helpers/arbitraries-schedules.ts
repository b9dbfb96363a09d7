/** Random schedules and calendars, crowded around an instant. */
import type { Draw } from './arbitraries-draw.js';
import { zones } from './arbitraries-places.js';

type Loose = { id: string; [member: string]: unknown };

const DAY = 86_400_000;
const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const TIMES = [
  '00:00',
  '01:00',
  '01:30',
  '02:00',
  '02:30',
  '03:00',
  '06:00',
  '09:00',
  '12:00',
  '17:30',
  '22:00',
  '23:30',
  '24:00',
];
const DURATIONS = ['PT1H', 'PT30M', 'PT4H30M', 'P1D', 'P1DT2H', 'P3D', 'PT26H'];

/** Rules that surely occur, and on whose occurrences every RFC 5545 implementation agrees. */
const RULES = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=2',
  'FREQ=DAILY;BYDAY=MO,SA,SU',
  'FREQ=DAILY;BYMONTH=3,4,10,11',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU',
  'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU,MO',
  'FREQ=WEEKLY;BYDAY=SU;COUNT=5',
  'FREQ=WEEKLY;BYDAY=MO,FR',
  'FREQ=MONTHLY;BYDAY=-1SU',
  'FREQ=MONTHLY;BYDAY=1MO,-1FR',
  'FREQ=MONTHLY;BYMONTHDAY=-1',
  'FREQ=MONTHLY;BYMONTHDAY=1,15,29',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY;BYMONTH=3,4,10,11;BYDAY=-1SU,1SU',
  'FREQ=YEARLY;BYYEARDAY=1,88,-1',
  'FREQ=YEARLY;BYWEEKNO=13,43;BYDAY=SU',
  'FREQ=DAILY;COUNT=40',
  'FREQ=YEARLY',
  'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=13',
];

/** A schedule with an id. */
export function drawSchedule(
  draw: Draw,
  id: string,
  anchor: number,
  calendars: readonly string[],
): Loose {
  const parts = draw.upTo(2, ['windows', 'windows', 'recurrences', 'events']);
  return {
    id,
    ...draw.maybe(30, { timeZone: draw.pick(zones) }),
    ...(parts.includes('windows')
      ? { windows: list(draw, 3, () => ({ days: days(draw), ...span(draw) })) }
      : {}),
    ...(parts.includes('recurrences')
      ? { recurrences: list(draw, 2, () => recurrence(draw, anchor)) }
      : {}),
    ...(parts.includes('events') ? { events: list(draw, 2, () => event(draw, anchor)) } : {}),
    ...(calendars.length > 0 ? draw.maybe(35, { calendar: draw.pick(calendars) }) : {}),
    ...draw.maybe(25, { except: list(draw, 2, () => exception(draw, anchor)) }),
    ...draw.maybe(10, { enabled: false }),
  };
}

/** A calendar with closed days and days with windows of their own. */
export function drawCalendar(draw: Draw, id: string, anchor: number): Loose {
  const dates = draw.upTo(3, [-2, -1, 0, 1, 2]).map((offset) => dateNear(anchor, offset));
  return {
    id,
    days: dates.map((date) => ({
      date,
      ...draw.maybe(60, { windows: list(draw, 2, () => span(draw)) }),
    })),
  };
}

/** RFC 3339 text of an instant some minutes to days from the anchor, before or after `shiftHours` from it. */
export function instantText(draw: Draw, anchor: number, shiftHours: number): string {
  const away = draw.pick([0, 1, 5, 30, 90, 24 * 60, 47 * 60]) * (shiftHours > 0 ? 1 : -1);
  // `from` lies at or before the anchor and `until` after it, so that no span ends before it starts.
  const ms = anchor + away * 60_000 + (shiftHours > 0 ? 60_000 : 0);
  return draw.chance(80)
    ? new Date(ms).toISOString().replace('.000Z', 'Z')
    : new Date(ms + 3_600_000).toISOString().replace('Z', '+01:00');
}

function list<T>(draw: Draw, most: number, one: () => T): T[] {
  return Array.from({ length: draw.int(1, most) }, one);
}

function days(draw: Draw): string[] {
  const chosen = draw.some(60, WEEKDAYS);
  return chosen.length === 0 ? ['su'] : draw.chance(10) ? [...chosen, ...chosen] : chosen;
}

function span(draw: Draw): { from: string; until: string } {
  if (draw.chance(20)) return { from: '00:00', until: '24:00' };
  const [a, b] = draw.atLeast(2, 2, TIMES) as [string, string];
  // A window may end on the next day, but nothing begins at 24:00.
  return a === '24:00' || (a > b && draw.chance(40))
    ? { from: b, until: a }
    : { from: a, until: b };
}

function recurrence(draw: Draw, anchor: number): object {
  const start = `${dateNear(anchor, -draw.int(0, 200))}T${draw.pick(TIMES.slice(0, -1))}`;
  const rule = draw.pick(RULES);
  const last = dateNear(anchor, 366 + draw.int(0, 90)).replaceAll('-', '');
  const until = rule.includes('COUNT')
    ? ''
    : draw.pick(['', '', `;UNTIL=${last}`, `;UNTIL=${last}T060000`, `;UNTIL=${last}T060000Z`]);
  const someDates = () =>
    list(
      draw,
      2,
      () =>
        `${dateNear(anchor, draw.int(-3, 3))}T${draw.chance(50) ? start.slice(11) : draw.pick(TIMES.slice(0, -1))}`,
    );
  return {
    start,
    duration: draw.pick(DURATIONS),
    rrule: rule + until,
    ...draw.maybe(30, { exdates: someDates() }),
    ...draw.maybe(30, { rdates: someDates() }),
  };
}

function event(draw: Draw, anchor: number): object {
  const offset = draw.int(-3, 2);
  const [from, until] = [draw.pick(TIMES.slice(0, -1)), draw.pick(TIMES)];
  const later = until > from ? draw.int(0, 2) : draw.int(1, 3);
  return {
    from: `${dateNear(anchor, offset)}T${from}`,
    until: `${dateNear(anchor, offset + later)}T${until}`,
  };
}

function exception(draw: Draw, anchor: number): object {
  const offset = draw.int(-3, 2);
  return { from: dateNear(anchor, offset), until: dateNear(anchor, offset + draw.int(1, 3)) };
}

function dateNear(anchor: number, days: number): string {
  return new Date(anchor + days * DAY).toISOString().slice(0, 10);
}
