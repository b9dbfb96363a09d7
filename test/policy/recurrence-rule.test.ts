import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  neverOccurs,
  parseDuration,
  parseRecurrenceRule,
} from '../../src/policy/recurrence-rule.js';
import { dayNumber } from '../../src/values/calendar-day.js';
import { parseLocalDateTime } from '../../src/values/local-time.js';
import { runs } from '../helpers/runs.js';

describe('parseRecurrenceRule', () => {
  test('says every part of a rule', () => {
    expect(
      parseRecurrenceRule(
        'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=3,1;BYDAY=-1SU,MO,+2TU,MO;BYSETPOS=-1;WKST=SU',
      ),
    ).toEqual({
      ok: true,
      value: {
        freq: 'YEARLY',
        interval: 2,
        count: 10,
        byMonth: [1, 3],
        byMonthDay: [],
        byDay: [
          { weekday: 6, ordinal: -1 },
          { weekday: 0, ordinal: 0 },
          { weekday: 1, ordinal: 2 },
        ],
        byYearDay: [],
        byWeekNo: [],
        bySetPos: [-1],
        weekStart: 6,
      },
    });
  });

  test.each([
    ['20261224', { kind: 'wall', wallMinutes: dayNumber(2026, 12, 24) * 1440 }],
    ['20261224T235959', { kind: 'wall', wallMinutes: dayNumber(2026, 12, 25) * 1440 - 1 }],
    ['20261224T090000Z', { kind: 'instant', instant: Date.UTC(2026, 11, 24, 9) }],
  ])('reads UNTIL=%s', (text, until) => {
    const outcome = parseRecurrenceRule(`FREQ=DAILY;UNTIL=${text}`);
    expect(outcome).toMatchObject({ ok: true, value: { until } });
  });

  test.each([
    'FREQ=DAILY',
    'INTERVAL=999;FREQ=DAILY',
    'FREQ=DAILY;COUNT=10000',
    'FREQ=DAILY;BYDAY=MO,TU;BYMONTH=12;BYMONTHDAY=-31,31',
    'FREQ=WEEKLY;BYDAY=SU;BYSETPOS=1;WKST=SA',
    'FREQ=MONTHLY;BYDAY=5FR,-5FR',
    'FREQ=YEARLY;BYDAY=53MO,-53MO',
    'FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO',
    'FREQ=YEARLY;BYYEARDAY=366,-366',
    'FREQ=YEARLY;BYMONTH=01',
  ])('takes %s', (text) => {
    expect(parseRecurrenceRule(text).ok).toBe(true);
  });

  test.each([
    ['', 'part is not `NAME=value` ``'],
    ['RRULE:FREQ=DAILY', 'part is not allowed `RRULE:FREQ`'],
    ['FREQ=DAILY;', 'part is not `NAME=value` ``'],
    ['FREQ=DAILY;;COUNT=1', 'part is not `NAME=value` ``'],
    ['freq=DAILY', 'part is not allowed `freq`'],
    ['FREQ=daily', 'FREQ is not DAILY, WEEKLY, MONTHLY or YEARLY `daily`'],
    ['FREQ=HOURLY', 'FREQ is not DAILY, WEEKLY, MONTHLY or YEARLY `HOURLY`'],
    ['COUNT=3', 'FREQ is missing `COUNT`'],
    ['FREQ=DAILY;FREQ=DAILY', 'part given twice `FREQ`'],
    ['FREQ=DAILY;COUNT=1;COUNT=1', 'part given twice `COUNT`'],
    ['FREQ=DAILY;COUNT=1;UNTIL=20260101', 'COUNT stands beside UNTIL `20260101`'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL is not a number from 1 to 999 `0`'],
    ['FREQ=DAILY;INTERVAL=-1', 'INTERVAL is not a number from 1 to 999 `-1`'],
    ['FREQ=DAILY;INTERVAL=1000', 'INTERVAL is not a number from 1 to 999 `1000`'],
    ['FREQ=DAILY;INTERVAL=1.5', 'INTERVAL is not a number from 1 to 999 `1.5`'],
    ['FREQ=DAILY;COUNT=10001', 'COUNT is not a number from 1 to 10000 `10001`'],
    ['FREQ=DAILY;COUNT=', 'COUNT is not a number from 1 to 10000 ``'],
    ['FREQ=DAILY;BYHOUR=9', 'part is not allowed `BYHOUR`'],
    ['FREQ=DAILY;BYMINUTE=9', 'part is not allowed `BYMINUTE`'],
    ['FREQ=DAILY;BYSECOND=9', 'part is not allowed `BYSECOND`'],
    ['FREQ=YEARLY;BYEASTER=0', 'part is not allowed `BYEASTER`'],
    ['FREQ=YEARLY;RSCALE=HEBREW', 'part is not allowed `RSCALE`'],
    ['FREQ=YEARLY;SKIP=FORWARD', 'part is not allowed `SKIP`'],
    ['FREQ=DAILY;X-A=1', 'part is not allowed `X-A`'],
    ['FREQ=DAILY;BYMONTH=13', 'BYMONTH is not a number from 1 to 12 `13`'],
    ['FREQ=DAILY;BYMONTH=-1', 'BYMONTH is not a number from 1 to 12 `-1`'],
    ['FREQ=DAILY;BYMONTH=1,', 'BYMONTH is not a number from 1 to 12 ``'],
    ['FREQ=DAILY;BYMONTH= 1', 'BYMONTH is not a number from 1 to 12 ` 1`'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY is not a number from ±1 to ±31 `0`'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY is not a number from ±1 to ±31 `32`'],
    ['FREQ=YEARLY;BYYEARDAY=-367', 'BYYEARDAY is not a number from ±1 to ±366 `-367`'],
    ['FREQ=YEARLY;BYWEEKNO=54', 'BYWEEKNO is not a number from ±1 to ±53 `54`'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY is not a weekday, or one numbered ±1 to ±53 `XX`'],
    ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY is not a weekday, or one numbered ±1 to ±53 `0MO`'],
    ['FREQ=MONTHLY;BYDAY=-MO', 'BYDAY is not a weekday, or one numbered ±1 to ±53 `-MO`'],
    ['FREQ=YEARLY;BYDAY=54MO', 'BYDAY is not a weekday, or one numbered ±1 to ±53 `54MO`'],
    ['FREQ=WEEKLY;WKST=1MO', 'WKST is not a weekday `1MO`'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY does not go with FREQ=WEEKLY'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'a numbered BYDAY needs FREQ=MONTHLY or YEARLY'],
    ['FREQ=DAILY;BYDAY=1MO', 'a numbered BYDAY needs FREQ=MONTHLY or YEARLY'],
    ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO needs FREQ=YEARLY'],
    ['FREQ=DAILY;BYYEARDAY=1', 'BYYEARDAY needs FREQ=YEARLY'],
    ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO', 'a numbered BYDAY does not go with BYWEEKNO'],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS needs another BY part'],
    ['FREQ=DAILY;UNTIL=20260230', 'UNTIL names no such time `20260230`'],
    ['FREQ=DAILY;UNTIL=20260101T240000', 'UNTIL names no such time `20260101T240000`'],
    ['FREQ=DAILY;UNTIL=20260101Z', 'UNTIL is not a date or time `20260101Z`'],
    ['FREQ=DAILY;UNTIL=2026-01-01', 'UNTIL is not a date or time `2026-01-01`'],
  ])('refuses `%s`', (text, detail) => {
    const outcome = parseRecurrenceRule(text);
    expect(outcome).toMatchObject({ ok: false, code: 'rrule' });
    expect(outcome).toHaveProperty('detail', expect.stringContaining(detail));
  });

  test('a text longer than the cap is refused unread', () => {
    const outcome = parseRecurrenceRule(`FREQ=DAILY;BYMONTH=${'1,'.repeat(2000)}1`);
    expect(outcome).toHaveProperty('detail', expect.stringMatching(/^longer than 2048/u));
  });

  test('any text is answered, never thrown at', () => {
    const fragment = fc.constantFrom(
      'FREQ=',
      'DAILY',
      'BYDAY=',
      'UNTIL=',
      ';',
      '=',
      ',',
      '-',
      '1',
      'MO',
      '9',
      'T',
      'Z',
      '٣',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragment).map((each) => each.join('')),
        ),
        (text) => {
          const outcome = parseRecurrenceRule(text);
          return outcome.ok || (outcome.code === 'rrule' && outcome.detail.includes('`'));
        },
      ),
      { seed: 20261122, numRuns: runs(2000) },
    );
  });
});

describe('neverOccurs', () => {
  const answer = (text: string, start = '2026-01-05T09:00'): boolean => {
    const outcome = parseRecurrenceRule(text);
    if (!outcome.ok) throw new Error(outcome.detail);
    return neverOccurs(outcome.value, parseLocalDateTime(start) as number);
  };

  test.each([
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31',
    'FREQ=MONTHLY;BYDAY=6MO',
    'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8',
    'FREQ=DAILY;BYDAY=MO;BYSETPOS=5',
    'FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3',
    'FREQ=YEARLY;BYYEARDAY=1;BYMONTH=2',
    'FREQ=YEARLY;BYWEEKNO=30;BYMONTH=1',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
    'FREQ=MONTHLY;INTERVAL=12;BYMONTH=2',
    'FREQ=DAILY;UNTIL=20260104',
    'FREQ=DAILY;UNTIL=20260105T085900',
    'FREQ=WEEKLY;BYDAY=TU;UNTIL=20260106T085900',
  ])('a rule that means nothing never occurs: %s', (text) => {
    expect(answer(text)).toBe(true);
  });

  test.each([
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO', '2026-01-05T09:00'],
    ['FREQ=YEARLY;BYYEARDAY=366', '2097-01-01T00:00'],
    ['FREQ=DAILY;UNTIL=20260105T090000', '2026-01-05T09:00'],
    // An instant may lie a day later on the wall.
    ['FREQ=DAILY;UNTIL=20260104T190000Z', '2026-01-05T09:00'],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5', '2026-01-31T00:00'],
    ['FREQ=YEARLY', '0001-01-01T00:00'],
    ['FREQ=YEARLY', '9999-12-31T23:59'],
    // 2000-02-29 was 400 years after 1600-02-29, and the rule asks for years divisible by 400.
    ['FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29', '1700-01-01T00:00'],
  ])('a rare rule occurs: %s from %s', (text, start) => {
    expect(answer(text, start)).toBe(false);
  });

  test('what comes after the year 9999 does not count', () => {
    expect(answer('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '9997-01-01T00:00')).toBe(true);
  });
});

describe('parseDuration', () => {
  test.each([
    ['PT1M', 1],
    ['PT2H', 120],
    ['P1D', 1440],
    ['P1DT2H3M', 1563],
    ['PT90M', 90],
    ['P31D', 44_640],
    ['PT744H', 44_640],
    ['P0DT1M', 1],
  ])('%s is %d minutes', (text, minutes) => {
    expect(parseDuration(text)).toBe(minutes);
  });

  test.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P0D',
    'PT0H0M',
    'P31DT1M',
    'P32D',
    'PT1S',
    'P1W',
    'P1M',
    'P1Y',
    '-P1D',
    'p1d',
    'PT1.5H',
    'PT1H ',
    'P1D\n',
    'PT1M1H',
    'P999999D',
  ])('`%s` is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
