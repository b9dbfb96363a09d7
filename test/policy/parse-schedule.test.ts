import { expect, test } from 'vitest';
import { parseSchedule } from '../../src/policy/parse-schedule.js';
import { OPTIONS, told } from '../helpers/policies.js';

const { isTimeZone } = OPTIONS;
const windows = [{ days: ['mo'], from: '06:00', until: '20:00' }];

test('a bare schedule needs no id and no zone', () => {
  expect(parseSchedule({ windows }, isTimeZone)).toEqual({
    ok: true,
    value: { schedule: { windows }, calendars: [] },
  });
});

test('a schedule from a document is taken as it stands', () => {
  const schedule = { id: 'office', name: 'Office', timeZone: 'Europe/Berlin', windows };
  const parsed = parseSchedule(schedule, isTimeZone);
  expect(parsed).toEqual({ ok: true, value: { schedule, calendars: [] } });
  expect(parsed.ok && Object.isFrozen(parsed.value) && Object.isFrozen(parsed.value.schedule)).toBe(
    true,
  );
});

test('a schedule that names a calendar needs it beside it', () => {
  const schedule = { calendar: 'c', windows };
  const calendars = [{ id: 'c', days: [{ date: '2026-12-25' }] }];
  expect(parseSchedule({ schedule, calendars }, isTimeZone)).toEqual({
    ok: true,
    value: { schedule, calendars },
  });
  expect(told(parseSchedule({ schedule }, isTimeZone))).toEqual(['reference /schedule/calendar']);
  expect(told(parseSchedule(schedule, isTimeZone))).toEqual(['reference /calendar']);
});

test.each<[string, unknown, string[]]>([
  ['a schedule is an object', 'always', ['type ']],
  ['a schedule in a file is an object', { schedule: [] }, ['type /schedule']],
  ['calendars alone are no schedule', { calendars: [] }, ['unknown_member /calendars']],
  [
    'windows span some time',
    { windows: [{ days: ['mo'], from: '06:00', until: '06:00' }] },
    ['span /windows/0/until'],
  ],
  ['a zone is known', { timeZone: 'Mars/Base' }, ['time_zone /timeZone']],
  [
    'a rule occurs',
    {
      schedule: {
        recurrences: [
          {
            start: '2026-01-01T00:00',
            duration: 'PT1H',
            rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31',
          },
        ],
      },
    },
    ['rrule_never /schedule/recurrences/0/rrule'],
  ],
  [
    'calendars are unique and sound',
    {
      schedule: {},
      calendars: [
        { id: 'c', days: [] },
        { id: 'c', days: [{ date: '2026-01-01', windows: [{ from: '08:00', until: '08:00' }] }] },
      ],
    },
    ['duplicate /calendars/1/id', 'span /calendars/1/days/0/windows/0/until'],
  ],
  [
    'a proxy that refuses to be looked at is no schedule',
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('no');
        },
      },
    ),
    ['type '],
  ],
])('%s', (_rule, input, issues) => {
  expect(told(parseSchedule(input, isTimeZone))).toEqual(issues);
});
