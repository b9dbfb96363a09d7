/** The days of a rule year by year: examples where years, periods and centuries end, and what rrule is asked. */
import type { Options } from 'rrule';
import { RRule } from 'rrule';
import { describe, expect, test, vi } from 'vitest';
import type { YearOfDays } from '../../../src/checks/time/recurrence-dates.js';
import { daysInYear } from '../../../src/checks/time/recurrence-dates.js';
import { parseRecurrenceRule } from '../../../src/policy/recurrence-rule.js';
import { dayNumber } from '../../../src/values/calendar-day.js';
import { formatLocalDate, parseLocalDate } from '../../../src/values/local-time.js';

function listed(rule: string, start: string, year: number): YearOfDays {
  const outcome = parseRecurrenceRule(rule);
  const startDay = parseLocalDate(start);
  if (!outcome.ok || startDay === undefined) throw new Error(`no such rule ${rule} from ${start}`);
  return daysInYear(outcome.value, startDay, year);
}

describe('the days of a year', () => {
  test.each<[string, string, string, number, string[], string]>([
    [
      'are every week that an interval does not skip, counted from the start',
      'FREQ=WEEKLY;INTERVAL=16',
      '2026-01-05',
      2030,
      ['2030-04-22', '2030-08-12', '2030-12-02'],
      '2031-03-24',
    ],
    [
      'come once each, though the week that holds the last one goes on in the next year',
      'FREQ=WEEKLY;INTERVAL=17;BYDAY=MO,SU;BYSETPOS=1,-1',
      '2026-01-05',
      2026,
      '01-05 01-11 05-04 05-10 08-31 09-06 12-28'.split(' ').map((day) => `2026-${day}`),
      '2027-01-03',
    ],
    [
      'are of every period of an interval of years',
      'FREQ=YEARLY;INTERVAL=3',
      '2026-01-05',
      2050,
      ['2050-01-05'],
      '2053-01-05',
    ],
    [
      'are of every period of an interval of months',
      'FREQ=MONTHLY;INTERVAL=5',
      '2026-03-05',
      2030,
      ['2030-05-05', '2030-10-05'],
      '2031-03-05',
    ],
    [
      'are chosen in each month by itself, also twelve years and a month apart',
      'FREQ=MONTHLY;INTERVAL=143;BYDAY=MO;BYSETPOS=1',
      '2026-02-01',
      2026,
      ['2026-02-02'],
      '2038-01-04',
    ],
    [
      'are all seven of a week that is asked for without weekdays',
      'FREQ=YEARLY;BYWEEKNO=20',
      '2026-01-05',
      2030,
      [13, 14, 15, 16, 17, 18, 19].map((day) => `2030-05-${day}`),
      '2031-05-12',
    ],
    [
      'are days of the year that are such weekdays',
      'FREQ=YEARLY;BYYEARDAY=1;BYDAY=MO',
      '2026-01-05',
      2029,
      ['2029-01-01'],
      '2035-01-01',
    ],
    [
      'are days of such a week that are such weekdays',
      'FREQ=YEARLY;BYWEEKNO=1;BYYEARDAY=1;BYDAY=TU',
      '2026-01-05',
      2030,
      ['2030-01-01'],
      '2036-01-01',
    ],
    [
      'are the same centuries later',
      'FREQ=DAILY;INTERVAL=100',
      '2026-03-01',
      2500,
      ['2500-02-04', '2500-05-15', '2500-08-23', '2500-12-01'],
      '2501-03-11',
    ],
    [
      'are none before the start, which comes next',
      'FREQ=DAILY',
      '2026-03-01',
      2020,
      [],
      '2026-03-01',
    ],
  ])('%s', (_, rule, start, year, days, next) => {
    const found = listed(rule, start, year);
    expect(found.days.map(formatLocalDate)).toEqual(days);
    expect(formatLocalDate(found.next)).toBe(next);
  });

  test('are all Mondays of it, where one other day is numbered', () => {
    const { days } = listed('FREQ=YEARLY;BYDAY=MO,1TU', '2026-01-05', 2030);
    const mondays = Array.from({ length: 52 }, (_, week) => dayNumber(2030, 1, 7) + week * 7);
    expect(days).toEqual([dayNumber(2030, 1, 1), ...mondays]);
  });

  test('are chosen from the last period before the year 10 000 too, and then never', () => {
    const last = listed('FREQ=YEARLY;BYMONTH=12;BYDAY=FR;BYSETPOS=-1', '2026-01-05', 9999);
    expect(last).toEqual({ days: [dayNumber(9999, 12, 31)], next: Infinity });
    expect(listed('FREQ=YEARLY;INTERVAL=999', '9500-01-05', 9600)).toEqual({
      days: [],
      next: Infinity,
    });
  });
});

describe('rrule is asked', () => {
  /** What the search of a year hands to rrule; none when it hands nothing. */
  function asked(rule: string, start: string, year: number): Partial<Options>[] {
    const lists = vi.spyOn(RRule.prototype, 'all');
    try {
      listed(rule, start, year);
      return lists.mock.contexts.map((rule) => (rule as RRule).origOptions);
    } finally {
      lists.mockRestore();
    }
  }

  test.each([
    // Days and weeks from the year in which the first week of that year began.
    ['FREQ=DAILY', '2026-03-01', 2027, '2026-01-01'],
    ['FREQ=DAILY', '2026-03-01', 2126, '2125-01-01'],
    ['FREQ=WEEKLY', '2026-01-05', 2029, '2029-01-01'],
    ['FREQ=WEEKLY', '2026-01-05', 2030, '2029-01-01'],
    ['FREQ=YEARLY;INTERVAL=3', '2026-01-05', 2051, '2050-01-01'],
    ['FREQ=YEARLY;INTERVAL=3', '2026-01-05', 2053, '2053-01-01'],
    ['FREQ=YEARLY;INTERVAL=3', '2026-01-05', 2020, '2026-01-01'],
    ['FREQ=MONTHLY', '2026-03-05', 2030, '2030-01-01'],
    ['FREQ=MONTHLY;INTERVAL=5', '2026-03-05', 2030, '2029-12-01'],
    ['FREQ=MONTHLY', '2026-03-05', 2020, '2026-03-01'],
    // Years it cannot reckon with, and years it would take long to get through, are shown as others.
    ['FREQ=YEARLY', '0001-01-05', 3, '2003-01-01'],
    ['FREQ=YEARLY', '2026-01-05', 2500, '2100-01-01'],
    ['FREQ=YEARLY', '1970-01-05', 1999, '2399-01-01'],
  ])('for %s since %s about the year %i, from %s on', (rule, start, year, from) => {
    expect(asked(rule, start, year).map(({ dtstart }) => dtstart)).toEqual([new Date(from)]);
  });

  test('nothing about years that no local date can name', () => {
    expect(asked('FREQ=DAILY', '2026-01-05', 10_001)).toEqual([]);
    expect(listed('FREQ=DAILY', '2026-01-05', 10_001)).toEqual({ days: [], next: Infinity });
  });

  const nth = (day: typeof RRule.MO) => [1, 2, 3, 4, 5].map((number) => day.nth(number));

  test.each<[string, Partial<Options>]>([
    ['FREQ=DAILY;INTERVAL=4', { freq: RRule.YEARLY, byweekday: [0, 1, 2, 3, 4, 5, 6] }],
    ['FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR', { freq: RRule.YEARLY, bymonthday: [13], byweekday: [4] }],
    ['FREQ=WEEKLY;BYDAY=MO,TH;WKST=SU', { freq: RRule.YEARLY, byweekday: [0, 3], wkst: 6 }],
    ['FREQ=WEEKLY;BYMONTH=3', { freq: RRule.YEARLY, bymonth: [3], byweekday: [0] }],
    ['FREQ=MONTHLY;INTERVAL=4', { freq: RRule.MONTHLY, interval: 4, bymonthday: [5] }],
    [
      'FREQ=MONTHLY;BYDAY=MO,1TU',
      { freq: RRule.MONTHLY, byweekday: [...nth(RRule.MO), RRule.TU.nth(1)] },
    ],
    [
      'FREQ=YEARLY;BYMONTH=3;BYDAY=MO,1TU',
      { freq: RRule.YEARLY, bymonth: [3], byweekday: [...nth(RRule.MO), RRule.TU.nth(1)] },
    ],
    ['FREQ=YEARLY;BYWEEKNO=20', { freq: RRule.YEARLY, byweekday: [0, 1, 2, 3, 4, 5, 6] }],
    ['FREQ=YEARLY;BYYEARDAY=9', { freq: RRule.YEARLY, byyearday: [9] }],
  ])('for %s no more than it lists rightly and fast', (rule, expected) => {
    const plain = { interval: 1, wkst: 0, dtstart: new Date('2026-01-01') };
    expect(asked(rule, '2026-01-05', 2026)).toEqual([{ ...plain, ...expected }]);
  });
});
