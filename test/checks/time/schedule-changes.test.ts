import { describe, expect, test } from 'vitest';
import type { CompiledSchedule } from '../../../src/checks/time/schedule.js';
import type { ScheduleBody } from '../../../src/policy/document.js';
import { formatInstant } from '../../../src/values/instant.js';
import { parseLocalDate } from '../../../src/values/local-time.js';
import { at, compile, daily, spans } from './compiled.js';

describe('nextChange', () => {
  test.each<[string, ScheduleBody, string, string | null]>([
    ['never for a schedule that is always open', {}, 'Europe/Berlin', null],
    ['never for windows that fill the week', daily('00:00', '24:00'), 'Europe/Berlin', null],
    [
      'never when all events are past',
      { events: [{ from: '2020-01-01T00:00', until: '2020-01-02T00:00' }] },
      'Europe/Berlin',
      null,
    ],
    [
      'never for a daily occurrence of a day',
      { recurrences: [{ start: '2020-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY' }] },
      'Europe/Berlin',
      null,
    ],
    [
      'never for a monthly occurrence of 31 days',
      { recurrences: [{ start: '2020-01-01T07:00', duration: 'P31D', rrule: 'FREQ=MONTHLY' }] },
      'Europe/Berlin',
      null,
    ],
    [
      'never when windows and a recurrence fill the week together',
      {
        windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '00:00', until: '24:00' }],
        recurrences: [{ start: '2020-01-04T00:00', duration: 'P2D', rrule: 'FREQ=WEEKLY' }],
      },
      'Europe/Berlin',
      null,
    ],
    [
      'the morning after a closed time of 7000 years',
      { except: [{ from: '2026-01-01', until: '9000-01-01' }] },
      'UTC',
      '9000-01-01T00:00:00Z',
    ],
    [
      'the first window after a closed time of 7000 years',
      {
        windows: [{ days: ['mo'], from: '09:00', until: '10:00' }],
        except: [{ from: '2026-01-01', until: '9000-01-01' }],
      },
      'UTC',
      '9000-01-06T09:00:00Z',
    ],
    [
      'the next leap day that is a Monday',
      {
        recurrences: [
          {
            start: '2026-01-01T09:00',
            duration: 'PT1H',
            rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
          },
        ],
      },
      'UTC',
      '2044-02-29T09:00:00Z',
    ],
    [
      'the EXDATE that makes a hole in a daily occurrence of a day',
      {
        recurrences: [
          {
            start: '2020-01-01T07:00',
            duration: 'P1D',
            rrule: 'FREQ=DAILY',
            exdates: ['2050-05-05T07:00'],
          },
        ],
      },
      'UTC',
      '2050-05-05T07:00:00Z',
    ],
    [
      'the end of a daily occurrence of a day',
      {
        recurrences: [
          { start: '2020-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY;UNTIL=20500505' },
        ],
      },
      'UTC',
      '2050-05-05T07:00:00Z',
    ],
    [
      'the closed day in a daily occurrence of two days',
      {
        recurrences: [{ start: '2020-01-01T07:00', duration: 'P2D', rrule: 'FREQ=DAILY' }],
        except: [{ from: '2050-05-05', until: '2050-05-06' }],
      },
      'UTC',
      '2050-05-05T00:00:00Z',
    ],
    [
      'the closed day in a daily occurrence of two days, centuries later',
      {
        recurrences: [{ start: '2020-01-01T07:00', duration: 'P2D', rrule: 'FREQ=DAILY' }],
        except: [{ from: '2350-05-05', until: '2350-05-06' }],
      },
      'UTC',
      '2350-05-05T00:00:00Z',
    ],
  ])('is %s', (_, schedule, zone, expected) => {
    const change = compile(schedule, zone).nextChange(at('2026-06-01T12:00'));
    expect(change === null ? null : formatInstant(change)).toBe(expected);
  });

  test('is the window of a day of its own, centuries after the last event', () => {
    const past = { events: [{ from: '2020-01-01T00:00', until: '2020-01-02T00:00' }] };
    const schedule = compile({ ...past, calendar: 'holidays' }, 'UTC', [
      { date: '2350-05-05', windows: [{ from: '08:00', until: '09:00' }] },
    ]);
    expect(schedule.nextChange(at('2026-06-01T12:00'))).toBe(at('2350-05-05T08:00'));
    expect(schedule.nextChange(at('2350-05-05T09:00'))).toBeNull();
  });

  test('gives up, early and never late, on a window that the clock skips every year', () => {
    const schedule = compile(
      {
        recurrences: [
          {
            start: '2026-03-29T02:00',
            duration: 'PT30M',
            rrule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
          },
        ],
      },
      'Europe/Berlin',
    );
    expect(schedule.nextChange(at('2026-06-01T12:00'))).toBeGreaterThan(at('2106-01-01T00:00'));
    expect(spans(schedule, '2026-01-01T00:00', '2126-01-01T00:00')).toEqual([]);
  });

  /** An occurrence of 31 days each month; that of May 2050 starts on a day with windows of its own. */
  const monthsWithoutMay = (from: string, until: string): CompiledSchedule =>
    compile(
      {
        recurrences: [{ start: '2020-01-01T00:00', duration: 'P31D', rrule: 'FREQ=MONTHLY' }],
        events: [{ from, until }],
        calendar: 'holidays',
      },
      'UTC',
      [{ date: '2050-05-01', windows: [{ from: '00:00', until: '24:00' }] }],
    );

  test('a month that an exceptional day took away is missed, though events hide its beginning', () => {
    const schedule = monthsWithoutMay('2050-05-02T00:00', '2050-05-29T12:00');
    expect(schedule.nextChange(at('2026-06-01T12:00'))).toBe(at('2050-05-29T12:00'));
  });

  test('a month that an exceptional day took away is missed, though events hide its end', () => {
    const schedule = monthsWithoutMay('2050-05-10T00:00', '2050-06-01T00:00');
    expect(schedule.openedOn(at('2060-01-01T00:00'))).toBe(parseLocalDate('2050-05-10'));
  });

  test('instants outside the years 0001 to 9999 are refused', () => {
    const schedule = compile(daily('06:00', '20:00'));
    for (const ms of [Number.NaN, at('0001-01-01T00:00') - 1, at('9999-12-31T23:59') + 60_000]) {
      expect(() => schedule.isOpen(ms)).toThrow(RangeError);
      expect(() => schedule.nextChange(ms)).toThrow(RangeError);
    }
    expect(schedule.isOpen(at('0001-01-01T12:00'))).toBe(true);
    expect(schedule.nextChange(at('9999-12-31T21:00'))).toBeNull();
  });
});

describe('openedOn', () => {
  test.each<[string, ScheduleBody, string, string | number | undefined]>([
    ['the local day of a window', daily('06:00', '20:00'), '2026-06-03T12:00', '2026-06-03'],
    ['the day before, after midnight', daily('22:00', '06:00'), '2026-06-03T02:00', '2026-06-02'],
    ['nothing when closed', daily('22:00', '06:00'), '2026-06-03T12:00', undefined],
    [
      'the first of days that touch',
      { windows: [{ days: ['mo', 'tu', 'we'], from: '00:00', until: '24:00' }] },
      '2026-06-03T12:00',
      '2026-06-01',
    ],
    ['no day when always open', {}, '2026-06-03T12:00', Number.NEGATIVE_INFINITY],
    [
      'no day when windows fill the week',
      daily('00:00', '24:00'),
      '2026-06-03T12:00',
      Number.NEGATIVE_INFINITY,
    ],
    [
      'the day after a closed day long ago',
      { except: [{ from: '1999-01-01', until: '1999-01-02' }] },
      '2026-06-03T12:00',
      '1999-01-02',
    ],
    [
      'no day before a closed day to come',
      { except: [{ from: '2350-01-01', until: '2350-01-02' }] },
      '2300-06-03T12:00',
      Number.NEGATIVE_INFINITY,
    ],
    [
      'the start of an event of years',
      { events: [{ from: '1800-05-05T10:00', until: '2100-01-01T00:00' }] },
      '2026-06-03T12:00',
      '1800-05-05',
    ],
    [
      'the first of daily occurrences of a day',
      { recurrences: [{ start: '1800-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY' }] },
      '2026-06-03T12:00',
      '1800-01-01',
    ],
    [
      'the occurrence after an EXDATE',
      {
        recurrences: [
          {
            start: '1800-01-01T07:00',
            duration: 'P1D',
            rrule: 'FREQ=DAILY',
            exdates: ['1900-01-01T07:00'],
          },
        ],
      },
      '2026-06-03T12:00',
      '1900-01-02',
    ],
  ])('is %s', (_, schedule, time, expected) => {
    const day = typeof expected === 'string' ? parseLocalDate(expected) : expected;
    expect(compile(schedule).openedOn(at(time))).toBe(day);
  });

  test('is the day at the door, where that is another one than in UTC', () => {
    const nights = compile(daily('22:00', '06:00'), 'Pacific/Auckland');
    // 23:00 of 3 June in Auckland (+12:00), and 05:00 of 4 June.
    expect(nights.openedOn(at('2026-06-03T11:00'))).toBe(parseLocalDate('2026-06-03'));
    expect(nights.openedOn(at('2026-06-03T17:00'))).toBe(parseLocalDate('2026-06-03'));
    const mornings = compile(daily('00:00', '06:00'), 'Pacific/Auckland');
    expect(mornings.openedOn(at('2026-06-03T13:00'))).toBe(parseLocalDate('2026-06-04'));
  });

  test('is a day of the wall, also where a transition makes two spans of one', () => {
    const schedule = compile(daily('22:00', '02:30'), 'Europe/Berlin');
    const secondPass = at('2026-10-25T01:15');
    expect(schedule.isOpen(secondPass)).toBe(true);
    expect(schedule.openedOn(secondPass)).toBe(parseLocalDate('2026-10-24'));
  });
});
