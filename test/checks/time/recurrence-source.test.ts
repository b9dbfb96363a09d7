/**
 * What a recurrence tells as a source of spans, minute for minute: what it collects, where it starts next,
 * and what a search over years may step over.
 */
import { describe, expect, test } from 'vitest';
import type { WallSource } from '../../../src/checks/time/wall-source.js';
import type { Zone } from '../../../src/checks/time/zone.js';
import type { Recurrence } from '../../../src/policy/document.js';
import { minutes, recurring } from './compiled.js';

const DAY = 1440;
/** The start of every recurrence here that says no other: a Monday. */
const START = minutes('2026-01-05T09:00');

function collected(source: WallSource, from: number, until: number): [number, number][] {
  const found: [number, number][] = [];
  source.collect(from, until, (start, end) => found.push([start, end]));
  return found;
}

/** Spans of two hours on these days from the start on. */
function twoHours(...days: number[]): [number, number][] {
  return days.map((day) => [START + day * DAY, START + day * DAY + 120]);
}

describe('a recurrence collects what shares a minute, and nothing else', () => {
  const daily = () => recurring('FREQ=DAILY');
  const counted = () => recurring('FREQ=DAILY;COUNT=4');
  const added = () =>
    recurring('FREQ=DAILY;COUNT=1', { rdates: ['2026-01-07T09:00', '2026-01-06T09:00'] });

  test.each<[string, () => WallSource, number, number, number[]]>([
    ['not what ends as the page begins', daily, START + 120, START + DAY, []],
    ['what ends a minute later', daily, START + 119, START + DAY, [0]],
    ['not what begins as the page ends', daily, START + DAY + 120, START + 2 * DAY, []],
    ['what begins a minute before', daily, START + DAY + 120, START + 2 * DAY + 1, [2]],
    ['nothing before the start', daily, START - 5 * DAY, START, []],
    ['the start itself', daily, START - 5 * DAY, START + 1, [0]],
    ['all that COUNT leaves', counted, START - DAY, START + 9 * DAY, [0, 1, 2, 3]],
    ['of a count too: not what begins as the page ends', counted, START, START + 2 * DAY, [0, 1]],
    ['of a count too: not what ends as it begins', counted, START + 120, START + DAY + 1, [1]],
    ['each RDATE', added, START - DAY, START + 9 * DAY, [0, 1, 2]],
    ['no RDATE that ends as the page begins', added, START + DAY + 120, START + 2 * DAY, []],
    ['an RDATE of which one minute is left', added, START + DAY + 119, START + 2 * DAY, [1]],
    ['an RDATE in its first minute', added, START + DAY + 120, START + 2 * DAY + 1, [2]],
  ])('%s', (_, source, from, until, days) => {
    expect(collected(source(), from, until)).toEqual(twoHours(...days));
  });

  test('an occurrence of one minute, asked for that minute', () => {
    const source = recurring('FREQ=DAILY', { duration: 'PT1M' });
    expect(collected(source, START + DAY, START + DAY + 1)).toEqual([
      [START + DAY, START + DAY + 1],
    ]);
  });

  test('the same of a count, whatever was asked before', () => {
    const source = recurring('FREQ=DAILY;COUNT=5');
    expect(source.nextStart(START + 1)).toBe(START + DAY);
    expect(source.nextStart(START + DAY + 1)).toBe(START + 2 * DAY);
    expect(collected(source, START, START + 9 * DAY)).toEqual(twoHours(0, 1, 2, 3, 4));
    expect(collected(source, START + DAY, START + 2 * DAY)).toEqual(twoHours(1));
    expect(collected(source, START + DAY, START + 2 * DAY + 1)).toEqual(twoHours(1, 2));
    expect(source.nextStart(START + 1)).toBe(START + DAY);
    expect(source.nextStart(START + 4 * DAY + 1)).toBe(Infinity);
  });
});

describe('a recurrence starts next', () => {
  test('behind the occurrences that EXDATE removes, in whatever order they are listed', () => {
    const source = recurring('FREQ=DAILY', {
      exdates: ['2026-01-08T09:00', '2026-01-06T09:00', '2026-01-07T09:00'],
    });
    expect(source.nextStart(START + 1)).toBe(START + 4 * DAY);
  });

  test('at the earliest RDATE, in whatever order they are listed', () => {
    const source = recurring('FREQ=YEARLY', {
      rdates: ['2026-05-05T09:00', '2026-02-02T09:00', '2026-03-03T09:00'],
    });
    expect(source.nextStart(START + 1)).toBe(minutes('2026-02-02T09:00'));
  });

  test('at the very minute of an inclusive UNTIL, and then never', () => {
    const source = recurring('FREQ=DAILY;UNTIL=20260107T090000');
    expect(source.nextStart(START + 2 * DAY)).toBe(START + 2 * DAY);
    expect(source.nextStart(START + DAY + 1)).toBe(START + 2 * DAY);
    expect(source.nextStart(START + 2 * DAY + 1)).toBe(Infinity);
  });
});

describe('a recurrence is the same every week', () => {
  const at = (...days: number[]) => days.map((day) => [day * DAY + 540, day * DAY + 660]);

  test.each<[string, Partial<Recurrence>, ReturnType<typeof at> | undefined]>([
    ['FREQ=DAILY', {}, at(0, 1, 2, 3, 4, 5, 6)],
    ['FREQ=WEEKLY', {}, at(0)],
    ['FREQ=WEEKLY', { start: '2026-01-11T09:00' }, at(6)],
    ['FREQ=WEEKLY;BYDAY=TU,FR', {}, at(1, 4)],
    ['FREQ=MONTHLY;BYDAY=SA', {}, at(5)],
    ['FREQ=WEEKLY', { duration: 'P7D' }, [[540, 540 + 7 * DAY]]],
    ['FREQ=WEEKLY', { duration: 'P7DT1M' }, undefined],
    ['FREQ=WEEKLY;INTERVAL=2', {}, undefined],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR,SA,SU', {}, undefined],
    ['FREQ=DAILY;INTERVAL=2', {}, undefined],
    ['FREQ=WEEKLY;BYMONTH=3', {}, undefined],
    ['FREQ=MONTHLY;BYDAY=1MO', {}, undefined],
    ['FREQ=MONTHLY', {}, undefined],
  ])('%s %o', (rule, more, expected) => {
    expect(recurring(rule, more).weekly).toEqual(expected);
  });
});

describe('a recurrence is solid where it is plain to see that no start is far from the one before', () => {
  const last = { start: '2026-01-31T00:00' };

  test.each<[boolean, string, string, Partial<Recurrence>]>([
    [true, 'FREQ=DAILY', 'P1D', {}],
    [false, 'FREQ=DAILY', 'PT23H59M', {}],
    [true, 'FREQ=DAILY;INTERVAL=3', 'P3D', {}],
    [false, 'FREQ=DAILY;INTERVAL=3', 'P2D', {}],
    [true, 'FREQ=WEEKLY;INTERVAL=2', 'P14D', {}],
    [false, 'FREQ=WEEKLY;INTERVAL=2', 'P13D', {}],
    [false, 'FREQ=WEEKLY', 'P1D', {}],
    // Weekdays, counted from the one on which weeks begin.
    [true, 'FREQ=WEEKLY;BYDAY=MO,FR,SA', 'P4D', {}],
    [false, 'FREQ=WEEKLY;BYDAY=MO,FR,SA', 'P3D', {}],
    [true, 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'P3D', {}],
    [false, 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'P2D', {}],
    [false, 'FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU', 'P6D', {}],
    [false, 'FREQ=MONTHLY;INTERVAL=2;BYDAY=MO', 'P14D', {}],
    [true, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE', 'P12D', {}],
    [false, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE', 'P11D', {}],
    [true, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU', 'P12D', {}],
    [false, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU', 'P11D', {}],
    [true, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO', 'P9D', {}],
    [true, 'FREQ=MONTHLY;BYDAY=MO', 'P7D', {}],
    // Months: 31 days reach from any day that every month has to the next such day.
    [true, 'FREQ=MONTHLY', 'P31D', { start: '2026-01-28T00:00' }],
    [false, 'FREQ=MONTHLY', 'P30D', { start: '2026-01-28T00:00' }],
    [false, 'FREQ=MONTHLY', 'P31D', { start: '2026-01-29T00:00' }],
    [false, 'FREQ=MONTHLY', 'P31D', last],
    [false, 'FREQ=MONTHLY;INTERVAL=2', 'P31D', {}],
    [false, 'FREQ=YEARLY', 'P31D', {}],
    [true, 'FREQ=MONTHLY;BYMONTHDAY=1', 'P31D', last],
    [true, 'FREQ=MONTHLY;BYMONTHDAY=28', 'P31D', last],
    [true, 'FREQ=MONTHLY;BYMONTHDAY=-28', 'P31D', last],
    [true, 'FREQ=MONTHLY;BYMONTHDAY=15,31', 'P31D', last],
    [false, 'FREQ=MONTHLY;BYMONTHDAY=29', 'P31D', {}],
    [false, 'FREQ=MONTHLY;BYMONTHDAY=-29', 'P31D', {}],
    [false, 'FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1', 'P31D', {}],
    [false, 'FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO', 'P31D', {}],
    [false, 'FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=1', 'P31D', {}],
    [false, 'FREQ=DAILY;INTERVAL=2;BYMONTHDAY=1', 'P31D', {}],
    [false, 'FREQ=DAILY;BYMONTHDAY=1', 'P1D', {}],
    // Any other part leaves out periods, or days of them.
    [false, 'FREQ=DAILY;BYMONTH=3', 'P31D', {}],
    [false, 'FREQ=YEARLY;BYYEARDAY=1;BYDAY=MO', 'P31D', {}],
    [false, 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'P31D', {}],
    [false, 'FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1', 'P5D', {}],
    [false, 'FREQ=MONTHLY;BYDAY=1MO', 'P31D', {}],
    [false, 'FREQ=MONTHLY;BYDAY=TU,1MO', 'P6D', {}],
  ])('%s for %s, each %s %o', (solid, rule, duration, more) => {
    expect(recurring(rule, { duration, ...more }).solid).toBe(solid);
  });
});

describe('a recurrence is steady', () => {
  /** A day each day: open without a pause from the start on. */
  const rule = (text: string, exdates: string[] = []) =>
    recurring(text, { duration: 'P1D', exdates });

  test('from the end of its first occurrence on', () => {
    const source = rule('FREQ=DAILY');
    expect(source.steadyUntil(START)).toBe(START);
    expect(source.steadyUntil(START + DAY - 1)).toBe(START + DAY - 1);
    expect(source.steadyUntil(START + DAY)).toBe(Infinity);
    expect(source.steadySince(START + 9 * DAY)).toBe(START + DAY);
    expect(source.steadySince(START)).toBe(START);
  });

  test('up to its UNTIL', () => {
    const source = rule('FREQ=DAILY;UNTIL=20260205T090000');
    const end = minutes('2026-02-05T09:00');
    expect(source.steadyUntil(START + 3 * DAY)).toBe(end);
    expect(source.steadyUntil(end + 1)).toBe(end + 1);
    expect(source.steadySince(end)).toBe(START + DAY);
    expect(source.steadySince(end + 1)).toBe(end + 1);
  });

  test('up to the next EXDATE and from a duration after the last, in whatever order they are listed', () => {
    const source = rule('FREQ=DAILY', ['2050-05-05T09:00', '2040-04-04T09:00']);
    const [early, late] = [minutes('2040-04-04T09:00'), minutes('2050-05-05T09:00')];
    expect(source.steadyUntil(START + 3 * DAY)).toBe(early);
    expect(source.steadyUntil(early - 1)).toBe(early);
    expect(source.steadyUntil(early + DAY)).toBe(early + DAY);
    expect(source.steadyUntil(early + DAY + 1)).toBe(late);
    expect(source.steadyUntil(late + 2 * DAY)).toBe(Infinity);
    expect(source.steadySince(late)).toBe(early + DAY);
    expect(source.steadySince(late + 3 * DAY)).toBe(late + DAY);
  });

  test('never by COUNT, whose last occurrence nobody has counted yet', () => {
    const source = rule('FREQ=DAILY;COUNT=1000');
    expect(source.steadyUntil(START + 9 * DAY)).toBe(START + 9 * DAY);
    expect(source.steadySince(START + 9 * DAY)).toBe(START + 9 * DAY);
  });
});

describe('an UNTIL in UTC that the source of the zone does not reach', () => {
  const failing = (error: Error): Zone => ({
    name: 'Europe/Berlin',
    offsetAt: () => {
      throw error;
    },
    segmentAt: () => {
      throw error;
    },
  });

  test('ends as early as it does in any zone', () => {
    const source = recurring(
      'FREQ=DAILY;UNTIL=20260110T090000Z',
      { start: '2026-01-05T08:00' },
      failing(new RangeError('beyond the table')),
    );
    expect(source.nextStart(minutes('2026-01-09T08:00'))).toBe(minutes('2026-01-09T08:00'));
    expect(source.nextStart(minutes('2026-01-09T08:01'))).toBe(Infinity);
  });

  test('passes on any other fault of the source', () => {
    const source = recurring('FREQ=DAILY;UNTIL=20260110T090000Z', {}, failing(new Error('broken')));
    expect(() => source.nextStart(START)).toThrow(new Error('broken'));
  });
});

describe('a recurrence that was never parsed is refused', () => {
  test.each<[string, Partial<Recurrence>]>([
    ['no such duration `PT0M`', { duration: 'PT0M' }],
    ['no such local time `2026-02-30T09:00`', { start: '2026-02-30T09:00' }],
    ['no such local time `2026-02-31T09:00`', { exdates: ['2026-02-31T09:00'] }],
    ['no such local time `tomorrow`', { rdates: ['tomorrow'] }],
  ])('by name: %s', (message, more) => {
    expect(() => recurring('FREQ=DAILY', more)).toThrow(new RangeError(message));
  });
});
