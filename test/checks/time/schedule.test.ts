import { describe, expect, test } from 'vitest';
import type { Calendar, ScheduleBody } from '../../../src/policy/document.js';
import { at, compile, daily, spans } from './compiled.js';

describe('windows', () => {
  test('the last millisecond before the end is inside, the end is outside', () => {
    const schedule = compile(daily('06:00', '20:00'));
    expect(schedule.isOpen(at('2026-03-02T05:59:59.999Z'))).toBe(false);
    expect(schedule.isOpen(at('2026-03-02T06:00'))).toBe(true);
    expect(schedule.isOpen(at('2026-03-02T19:59:59.999Z'))).toBe(true);
    expect(schedule.isOpen(at('2026-03-02T20:00'))).toBe(false);
  });

  test.each<[string, ScheduleBody['windows'], string[]]>([
    [
      'a window belongs to the day on which it starts',
      [{ days: ['fr'], from: '22:00', until: '02:00' }],
      ['2026-03-06T22:00/2026-03-07T02:00'],
    ],
    [
      'a window may run from Sunday into Monday',
      [{ days: ['su'], from: '22:00', until: '02:00' }],
      ['2026-03-02T00:00/2026-03-02T02:00', '2026-03-08T22:00/2026-03-09T00:00'],
    ],
    [
      '24:00 is the next midnight',
      [{ days: ['mo'], from: '10:00', until: '24:00' }],
      ['2026-03-02T10:00/2026-03-03T00:00'],
    ],
    [
      '00:00 as an end is the next midnight',
      [{ days: ['mo'], from: '10:00', until: '00:00' }],
      ['2026-03-02T10:00/2026-03-03T00:00'],
    ],
    [
      'windows that touch leave no hole',
      [
        { days: ['mo'], from: '10:00', until: '24:00' },
        { days: ['tu'], from: '00:00', until: '03:00' },
      ],
      ['2026-03-02T10:00/2026-03-03T03:00'],
    ],
    [
      'windows that overlap are a union',
      [
        { days: ['mo'], from: '10:00', until: '12:00' },
        { days: ['mo', 'mo'], from: '11:00', until: '13:00' },
      ],
      ['2026-03-02T10:00/2026-03-02T13:00'],
    ],
  ])('%s', (_, windows, expected) => {
    expect(
      spans(compile({ windows } as ScheduleBody), '2026-03-02T00:00', '2026-03-09T00:00'),
    ).toEqual(expected);
  });
});

describe('exceptional days', () => {
  const nights = daily('22:00', '06:00');

  test('a closed day drops what starts on it, tail included, and cuts the evening before', () => {
    const closed: ScheduleBody = {
      ...nights,
      except: [{ from: '2026-03-04', until: '2026-03-05' }],
    };
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
      {
        ...nights,
        events: [{ from: '2026-03-04T12:00', until: '2026-03-04T13:00' }],
        calendar: 'holidays',
      },
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
    [
      'not into a day with windows of its own',
      [{ date: '2026-03-05', windows: [{ from: '01:00', until: '01:30' }] }],
      ['2026-03-04T22:00/2026-03-05T00:00', '2026-03-05T01:00/2026-03-05T01:30'],
    ],
  ])('a window of a calendar day reaches over midnight %s', (_, more, expected) => {
    const schedule = compile({ ...daily('12:00', '13:00'), calendar: 'holidays' }, 'UTC', [
      { date: '2026-03-04', windows: [{ from: '22:00', until: '02:00' }] },
      ...more,
    ]);
    expect(spans(schedule, '2026-03-04T00:00', '2026-03-05T12:00')).toEqual(expected);
  });

  test('closed wins where a date is both closed and has windows', () => {
    const schedule = compile(
      {
        ...daily('12:00', '13:00'),
        calendar: 'holidays',
        except: [{ from: '2026-03-04', until: '2026-03-05' }],
      },
      'UTC',
      [{ date: '2026-03-04', windows: [{ from: '09:00', until: '10:00' }] }],
    );
    expect(spans(schedule, '2026-03-04T00:00', '2026-03-05T00:00')).toEqual([]);
  });

  test('a span of several days that a closed day cut does not resume', () => {
    const except = [{ from: '2026-03-04', until: '2026-03-05' }];
    const event = compile({
      events: [{ from: '2026-03-03T08:00', until: '2026-03-07T08:00' }],
      except,
    });
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
    expect(
      compile({ ...daily('06:00', '20:00'), enabled: false }).isOpen(at('2026-03-02T12:00')),
    ).toBe(true);
  });
});

describe('recurrences and events', () => {
  test('the occurrence EXDATE names is gone and the others stay', () => {
    const schedule = compile({
      recurrences: [
        {
          start: '2026-01-05T09:00',
          duration: 'PT2H',
          rrule: 'FREQ=MONTHLY;BYDAY=1MO',
          exdates: ['2026-05-04T09:00'],
          rdates: ['2026-05-05T09:00'],
        },
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

describe('weekly windows beside what is not weekly', () => {
  const windows = { windows: [{ days: ['mo'], from: '10:00', until: '12:00' }] } as ScheduleBody;
  const monday = '2026-03-02T10:00/2026-03-02T12:00';

  test.each<[string, ScheduleBody, string[]]>([
    [
      'an event opens too',
      { ...windows, events: [{ from: '2026-03-04T08:00', until: '2026-03-04T09:00' }] },
      [monday, '2026-03-04T08:00/2026-03-04T09:00'],
    ],
    [
      'a recurrence opens too',
      {
        ...windows,
        recurrences: [{ start: '2026-03-03T20:00', duration: 'PT1H', rrule: 'FREQ=YEARLY' }],
      },
      [monday, '2026-03-03T20:00/2026-03-03T21:00'],
    ],
    [
      'a closed day closes',
      { ...windows, except: [{ from: '2026-03-02', until: '2026-03-03' }] },
      [],
    ],
  ])('%s', (_, schedule, expected) => {
    expect(spans(compile(schedule), '2026-03-02T00:00', '2026-03-09T00:00')).toEqual(expected);
  });
});

describe('open spans', () => {
  const open = compile(daily('06:00', '20:00'));

  test('of no time are none, also where it is open', () => {
    expect(spans(open, '2026-03-02T12:00', '2026-03-02T12:00')).toEqual([]);
    expect(spans(open, '2026-03-02T13:00', '2026-03-02T12:00')).toEqual([]);
  });

  test('are cut to the time asked about', () => {
    expect(spans(open, '2026-03-02T12:00', '2026-03-03T07:00')).toEqual([
      '2026-03-02T12:00/2026-03-02T20:00',
      '2026-03-03T06:00/2026-03-03T07:00',
    ]);
  });
});

test.each(['2026-02-30T08:00', 'tomorrow'])('an event at %s is refused by name', (text) => {
  const error = new RangeError(`no such local time \`${text}\``);
  expect(() => compile({ events: [{ from: text, until: '2026-03-04T09:00' }] })).toThrow(error);
  expect(() => compile({ events: [{ from: '2026-01-01T00:00', until: text }] })).toThrow(error);
});
