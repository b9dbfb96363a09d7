import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import type { CompiledSchedule } from '../../../src/checks/time/schedule.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import type { Calendar, ScheduleBody } from '../../../src/policy/document.js';
import { formatInstant, parseInstant, parseLocalDate } from '../../../src/values/instant.js';

const EVERY_DAY = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;

function compile(
  schedule: ScheduleBody,
  zone = 'UTC',
  days?: Calendar['days'],
): CompiledSchedule {
  const calendar = days === undefined ? undefined : { id: 'holidays', days };
  return compileSchedule(schedule, calendar, compileZone(luxonTimeZones, zone));
}

function at(text: string): number {
  const ms = parseInstant(text.endsWith('Z') ? text : `${text}:00Z`);
  if (Number.isNaN(ms)) throw new Error(`no such instant ${text}`);
  return ms;
}

/** Open spans in UTC as `from/until`, minutes only where that loses nothing. */
function spans(schedule: CompiledSchedule, from: string, until: string): string[] {
  return [...schedule.openSpans(at(from), at(until))].map(
    (span) => `${formatInstant(span.from)}/${formatInstant(span.until)}`.replaceAll(':00Z', ''),
  );
}

function daily(from: string, until: string): ScheduleBody {
  return { windows: [{ days: [...EVERY_DAY], from, until }] };
}

describe('windows', () => {
  test('the last millisecond before the end is inside, the end is outside', () => {
    const schedule = compile(daily('06:00', '20:00'));
    expect(schedule.isOpen(at('2026-03-02T05:59:59.999Z'))).toBe(false);
    expect(schedule.isOpen(at('2026-03-02T06:00'))).toBe(true);
    expect(schedule.isOpen(at('2026-03-02T19:59:59.999Z'))).toBe(true);
    expect(schedule.isOpen(at('2026-03-02T20:00'))).toBe(false);
  });

  test.each<[string, ScheduleBody['windows'], string[]]>([
    ['a window belongs to the day on which it starts', [{ days: ['fr'], from: '22:00', until: '02:00' }], ['2026-03-06T22:00/2026-03-07T02:00']],
    ['a window may run from Sunday into Monday', [{ days: ['su'], from: '22:00', until: '02:00' }], ['2026-03-02T00:00/2026-03-02T02:00', '2026-03-08T22:00/2026-03-09T00:00']],
    ['24:00 is the next midnight', [{ days: ['mo'], from: '10:00', until: '24:00' }], ['2026-03-02T10:00/2026-03-03T00:00']],
    ['00:00 as an end is the next midnight', [{ days: ['mo'], from: '10:00', until: '00:00' }], ['2026-03-02T10:00/2026-03-03T00:00']],
    ['windows that touch leave no hole', [{ days: ['mo'], from: '10:00', until: '24:00' }, { days: ['tu'], from: '00:00', until: '03:00' }], ['2026-03-02T10:00/2026-03-03T03:00']],
    ['windows that overlap are a union', [{ days: ['mo'], from: '10:00', until: '12:00' }, { days: ['mo', 'mo'], from: '11:00', until: '13:00' }], ['2026-03-02T10:00/2026-03-02T13:00']],
  ])('%s', (_, windows, expected) => {
    expect(spans(compile({ windows } as ScheduleBody), '2026-03-02T00:00', '2026-03-09T00:00')).toEqual(expected);
  });
});

describe('exceptional days', () => {
  const nights = daily('22:00', '06:00');

  test('a closed day drops what starts on it, tail included, and cuts the evening before', () => {
    const closed: ScheduleBody = { ...nights, except: [{ from: '2026-03-04', until: '2026-03-05' }] };
    expect(spans(compile(closed), '2026-03-03T12:00', '2026-03-06T12:00')).toEqual([
      '2026-03-03T22:00/2026-03-04T00:00',
      '2026-03-05T22:00/2026-03-06T06:00',
    ]);
  });

  test('a day of the calendar without windows is closed like any other', () => {
    const schedule = compile({ ...nights, calendar: 'holidays' }, 'UTC', [{ date: '2026-03-04' }]);
    expect(spans(schedule, '2026-03-03T12:00', '2026-03-06T12:00')).toEqual([
      '2026-03-03T22:00/2026-03-04T00:00',
      '2026-03-05T22:00/2026-03-06T06:00',
    ]);
  });

  test('on a day with windows of its own nothing else counts, tails and events included', () => {
    const schedule = compile(
      { ...nights, events: [{ from: '2026-03-04T12:00', until: '2026-03-04T13:00' }], calendar: 'holidays' },
      'UTC',
      [{ date: '2026-03-04', windows: [{ from: '09:00', until: '10:00' }] }],
    );
    expect(spans(schedule, '2026-03-03T12:00', '2026-03-06T12:00')).toEqual([
      '2026-03-03T22:00/2026-03-04T00:00',
      '2026-03-04T09:00/2026-03-04T10:00',
      '2026-03-05T22:00/2026-03-06T06:00',
    ]);
  });

  test.each<[string, Calendar['days'], string[]]>([
    ['into an ordinary day', [], ['2026-03-04T22:00/2026-03-05T02:00']],
    ['not into a closed day', [{ date: '2026-03-05' }], ['2026-03-04T22:00/2026-03-05T00:00']],
    ['not into a day with windows of its own', [{ date: '2026-03-05', windows: [{ from: '01:00', until: '01:30' }] }], ['2026-03-04T22:00/2026-03-05T00:00', '2026-03-05T01:00/2026-03-05T01:30']],
  ])('a window of a calendar day reaches over midnight %s', (_, more, expected) => {
    const schedule = compile({ ...daily('12:00', '13:00'), calendar: 'holidays' }, 'UTC', [
      { date: '2026-03-04', windows: [{ from: '22:00', until: '02:00' }] },
      ...more,
    ]);
    expect(spans(schedule, '2026-03-04T00:00', '2026-03-05T12:00')).toEqual(expected);
  });

  test('closed wins where a date is both closed and has windows', () => {
    const schedule = compile(
      { ...daily('12:00', '13:00'), calendar: 'holidays', except: [{ from: '2026-03-04', until: '2026-03-05' }] },
      'UTC',
      [{ date: '2026-03-04', windows: [{ from: '09:00', until: '10:00' }] }],
    );
    expect(spans(schedule, '2026-03-04T00:00', '2026-03-05T00:00')).toEqual([]);
  });

  test('a span of several days that a closed day cut does not resume', () => {
    const except = [{ from: '2026-03-04', until: '2026-03-05' }];
    const event = compile({ events: [{ from: '2026-03-03T08:00', until: '2026-03-07T08:00' }], except });
    const recurrence = compile({
      recurrences: [{ start: '2026-03-03T08:00', duration: 'P4D', rrule: 'FREQ=DAILY;COUNT=1' }],
      except,
    });
    for (const schedule of [event, recurrence]) {
      expect(spans(schedule, '2026-03-01T00:00', '2026-03-10T00:00')).toEqual([
        '2026-03-03T08:00/2026-03-04T00:00',
      ]);
    }
  });

  test('without windows, recurrences and events it is open but for the exceptional days', () => {
    const schedule = compile(
      { calendar: 'holidays', except: [{ from: '2026-03-04', until: '2026-03-06' }] },
      'UTC',
      [{ date: '2026-03-08', windows: [{ from: '09:00', until: '10:00' }] }],
    );
    expect(spans(schedule, '2026-03-01T00:00', '2026-03-10T00:00')).toEqual([
      '2026-03-01T00:00/2026-03-04T00:00',
      '2026-03-06T00:00/2026-03-08T00:00',
      '2026-03-08T09:00/2026-03-08T10:00',
      '2026-03-09T00:00/2026-03-10T00:00',
    ]);
  });

  test('enabled is not looked at', () => {
    expect(compile({ ...daily('06:00', '20:00'), enabled: false }).isOpen(at('2026-03-02T12:00'))).toBe(true);
  });
});

describe('recurrences and events', () => {
  test('the occurrence EXDATE names is gone and the others stay', () => {
    const schedule = compile({
      recurrences: [
        { start: '2026-01-05T09:00', duration: 'PT2H', rrule: 'FREQ=MONTHLY;BYDAY=1MO', exdates: ['2026-05-04T09:00'], rdates: ['2026-05-05T09:00'] },
      ],
    });
    expect(spans(schedule, '2026-04-01T00:00', '2026-06-30T00:00')).toEqual([
      '2026-04-06T09:00/2026-04-06T11:00',
      '2026-05-05T09:00/2026-05-05T11:00',
      '2026-06-01T09:00/2026-06-01T11:00',
    ]);
  });

  test('an occurrence of 31 days that began on an earlier page is found', () => {
    const schedule = compile({
      recurrences: [{ start: '2026-01-01T00:00', duration: 'P31D', rrule: 'FREQ=YEARLY' }],
    });
    expect(schedule.isOpen(at('2026-01-31T23:59'))).toBe(true);
    expect(schedule.isOpen(at('2026-02-01T00:00'))).toBe(false);
    expect(schedule.isOpen(at('2031-01-31T23:59'))).toBe(true);
  });
});

describe('transitions of the zone', () => {
  test.each<[string, string, [string, string], [string, string], string[]]>([
    // Berlin: 2026-03-29 02:00→03:00 at 01:00Z, 2026-10-25 03:00→02:00 at 01:00Z.
    ['a window wholly in a skipped hour does not open', 'Europe/Berlin', ['02:15', '02:45'], ['2026-03-29T00:00', '2026-03-29T12:00'], []],
    ['a window that starts in a skipped hour opens at the jump', 'Europe/Berlin', ['02:30', '04:00'], ['2026-03-29T00:00', '2026-03-29T12:00'], ['2026-03-29T01:00/2026-03-29T02:00']],
    ['a night over a skipped hour is seven hours', 'Europe/Berlin', ['22:00', '06:00'], ['2026-03-28T12:00', '2026-03-29T12:00'], ['2026-03-28T21:00/2026-03-29T04:00']],
    ['a night over a repeated hour is nine hours', 'Europe/Berlin', ['22:00', '06:00'], ['2026-10-24T12:00', '2026-10-25T12:00'], ['2026-10-24T20:00/2026-10-25T05:00']],
    ['an end in a repeated hour closes and opens again', 'Europe/Berlin', ['22:00', '02:30'], ['2026-10-24T12:00', '2026-10-25T12:00'], ['2026-10-24T20:00/2026-10-25T00:30', '2026-10-25T01:00/2026-10-25T01:30']],
    ['a window in a repeated hour opens twice', 'Europe/Berlin', ['02:15', '02:45'], ['2026-10-24T12:00', '2026-10-25T12:00'], ['2026-10-25T00:15/2026-10-25T00:45', '2026-10-25T01:15/2026-10-25T01:45']],
    // Lord Howe: half an hour back on 2026-04-05 02:00→01:30 (at 15:00Z the day before).
    ['half an hour is repeated on Lord Howe', 'Australia/Lord_Howe', ['01:40', '01:50'], ['2026-04-04T12:00', '2026-04-05T12:00'], ['2026-04-04T14:40/2026-04-04T14:50', '2026-04-04T15:10/2026-04-04T15:20']],
    // Apia skipped 2011-12-30: -10 to +14 at 2011-12-30T10:00Z.
    ['the day Apia skipped has no window', 'Pacific/Apia', ['08:00', '09:00'], ['2011-12-29T12:00', '2012-01-01T00:00'], ['2011-12-29T18:00/2011-12-29T19:00', '2011-12-30T18:00/2011-12-30T19:00', '2011-12-31T18:00/2011-12-31T19:00']],
    // Casablanca: +01 to +00 on 2026-02-15 03:00→02:00, back on 2026-03-22 02:00→03:00.
    ['Casablanca repeats an hour before Ramadan', 'Africa/Casablanca', ['02:00', '02:30'], ['2026-02-14T12:00', '2026-02-15T12:00'], ['2026-02-15T01:00/2026-02-15T01:30', '2026-02-15T02:00/2026-02-15T02:30']],
    ['Kathmandu is 5:45 ahead', 'Asia/Kathmandu', ['09:00', '17:00'], ['2026-03-02T00:00', '2026-03-03T00:00'], ['2026-03-02T03:15/2026-03-02T11:15']],
    // Troll: +00 to +02 at 2026-03-29T01:00Z.
    ['Troll skips two hours', 'Antarctica/Troll', ['00:30', '03:30'], ['2026-03-28T12:00', '2026-03-29T12:00'], ['2026-03-29T00:30/2026-03-29T01:30']],
    // Cairo: no midnight on 2026-04-24, 00:00→01:00 at 2026-04-23T22:00Z.
    ['a day without midnight begins at one in Cairo', 'Africa/Cairo', ['00:00', '02:00'], ['2026-04-23T12:00', '2026-04-24T12:00'], ['2026-04-23T22:00/2026-04-23T23:00']],
    // Chatham: 03:45→02:45 on 2026-04-05, at 2026-04-04T14:00Z.
    ['Chatham repeats from 2:45', 'Pacific/Chatham', ['02:45', '03:00'], ['2026-04-04T10:00', '2026-04-04T18:00'], ['2026-04-04T13:00/2026-04-04T13:15', '2026-04-04T14:00/2026-04-04T14:15']],
    // Nuuk: 2026-03-28 23:00→24:00 at 2026-03-29T01:00Z.
    ['Nuuk skips the last hour of a Saturday', 'America/Nuuk', ['22:30', '23:30'], ['2026-03-28T12:00', '2026-03-29T12:00'], ['2026-03-29T00:30/2026-03-29T01:00']],
    ['Dublin repeats 01:00 to 02:00', 'Europe/Dublin', ['01:30', '01:45'], ['2026-10-24T12:00', '2026-10-25T12:00'], ['2026-10-25T00:30/2026-10-25T00:45', '2026-10-25T01:30/2026-10-25T01:45']],
  ])('%s', (_, zone, [from, until], [start, end], expected) => {
    expect(spans(compile(daily(from, until), zone), start, end)).toEqual(expected);
  });

  test('the closed day ends at the midnight of the wall, not after 24 hours', () => {
    const schedule = compile({ except: [{ from: '2026-03-29', until: '2026-03-30' }] }, 'Europe/Berlin');
    expect(spans(schedule, '2026-03-28T00:00', '2026-03-31T00:00')).toEqual([
      '2026-03-28T00:00/2026-03-28T23:00',
      '2026-03-29T22:00/2026-03-31T00:00',
    ]);
  });
});

describe('nextChange', () => {
  test.each<[string, ScheduleBody, string, string | null]>([
    ['never for a schedule that is always open', {}, 'Europe/Berlin', null],
    ['never for windows that fill the week', daily('00:00', '24:00'), 'Europe/Berlin', null],
    ['never when all events are past', { events: [{ from: '2020-01-01T00:00', until: '2020-01-02T00:00' }] }, 'Europe/Berlin', null],
    ['never for a daily occurrence of a day', { recurrences: [{ start: '2020-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY' }] }, 'Europe/Berlin', null],
    ['never for a monthly occurrence of 31 days', { recurrences: [{ start: '2020-01-01T07:00', duration: 'P31D', rrule: 'FREQ=MONTHLY' }] }, 'Europe/Berlin', null],
    ['never when windows and a recurrence fill the week together', { windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '00:00', until: '24:00' }], recurrences: [{ start: '2020-01-04T00:00', duration: 'P2D', rrule: 'FREQ=WEEKLY' }] }, 'Europe/Berlin', null],
    ['the morning after a closed time of 7000 years', { except: [{ from: '2026-01-01', until: '9000-01-01' }] }, 'UTC', '9000-01-01T00:00:00Z'],
    ['the first window after a closed time of 7000 years', { windows: [{ days: ['mo'], from: '09:00', until: '10:00' }], except: [{ from: '2026-01-01', until: '9000-01-01' }] }, 'UTC', '9000-01-06T09:00:00Z'],
    ['the next leap day that is a Monday', { recurrences: [{ start: '2026-01-01T09:00', duration: 'PT1H', rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO' }] }, 'UTC', '2044-02-29T09:00:00Z'],
    ['the EXDATE that makes a hole in a daily occurrence of a day', { recurrences: [{ start: '2020-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY', exdates: ['2050-05-05T07:00'] }] }, 'UTC', '2050-05-05T07:00:00Z'],
    ['the end of a daily occurrence of a day', { recurrences: [{ start: '2020-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY;UNTIL=20500505' }] }, 'UTC', '2050-05-05T07:00:00Z'],
    ['the closed day in a daily occurrence of two days', { recurrences: [{ start: '2020-01-01T07:00', duration: 'P2D', rrule: 'FREQ=DAILY' }], except: [{ from: '2050-05-05', until: '2050-05-06' }] }, 'UTC', '2050-05-05T00:00:00Z'],
  ])('is %s', (_, schedule, zone, expected) => {
    const change = compile(schedule, zone).nextChange(at('2026-06-01T12:00'));
    expect(change === null ? null : formatInstant(change)).toBe(expected);
  });

  test('gives up, early and never late, on a window that the clock skips every year', () => {
    const schedule = compile(
      { recurrences: [{ start: '2026-03-29T02:00', duration: 'PT30M', rrule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU' }] },
      'Europe/Berlin',
    );
    expect(schedule.nextChange(at('2026-06-01T12:00'))).toBeGreaterThan(at('2106-01-01T00:00'));
    expect(spans(schedule, '2026-01-01T00:00', '2126-01-01T00:00')).toEqual([]);
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
    ['the first of days that touch', { windows: [{ days: ['mo', 'tu', 'we'], from: '00:00', until: '24:00' }] }, '2026-06-03T12:00', '2026-06-01'],
    ['no day when always open', {}, '2026-06-03T12:00', Number.NEGATIVE_INFINITY],
    ['no day when windows fill the week', daily('00:00', '24:00'), '2026-06-03T12:00', Number.NEGATIVE_INFINITY],
    ['the day after a closed day long ago', { except: [{ from: '1999-01-01', until: '1999-01-02' }] }, '2026-06-03T12:00', '1999-01-02'],
    ['the start of an event of years', { events: [{ from: '1800-05-05T10:00', until: '2100-01-01T00:00' }] }, '2026-06-03T12:00', '1800-05-05'],
    ['the first of daily occurrences of a day', { recurrences: [{ start: '1800-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY' }] }, '2026-06-03T12:00', '1800-01-01'],
    ['the occurrence after an EXDATE', { recurrences: [{ start: '1800-01-01T07:00', duration: 'P1D', rrule: 'FREQ=DAILY', exdates: ['1900-01-01T07:00'] }] }, '2026-06-03T12:00', '1900-01-02'],
  ])('is %s', (_, schedule, time, expected) => {
    const day = typeof expected === 'string' ? parseLocalDate(expected) : expected;
    expect(compile(schedule).openedOn(at(time))).toBe(day);
  });

  test('is a day of the wall, also where a transition makes two spans of one', () => {
    const schedule = compile(daily('22:00', '02:30'), 'Europe/Berlin');
    const secondPass = at('2026-10-25T01:15');
    expect(schedule.isOpen(secondPass)).toBe(true);
    expect(schedule.openedOn(secondPass)).toBe(parseLocalDate('2026-10-24'));
  });
});
