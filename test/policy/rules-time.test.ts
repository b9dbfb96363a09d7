import { expect, test } from 'vitest';
import { documentWith, issuesOf } from '../helpers/policies.js';

/** A fault in a schedule, where it is told, and the nearest schedule without it. */
type Row = [rule: string, told: string, fault: object, sound: object];

const recurrence = (members: object) => ({
  recurrences: [{ start: '2026-01-05T09:00', duration: 'PT2H', rrule: 'FREQ=DAILY', ...members }],
});

const ROWS: Row[] = [
  [
    'a time zone is known',
    'time_zone /timeZone',
    { timeZone: 'Mars/Base' },
    { timeZone: 'Europe/Berlin' },
  ],
  [
    'a time zone is named in the letters of one',
    'time_zone /timeZone',
    { timeZone: 'Europe Berlin' },
    { timeZone: 'America/New_York' },
  ],
  ['a calendar exists', 'reference /calendar', { calendar: 'moon' }, { calendar: 'holidays' }],
  [
    'a window does not end when it begins',
    'span /windows/0/until',
    { windows: [{ days: ['mo'], from: '06:00', until: '06:00' }] },
    { windows: [{ days: ['mo'], from: '06:00', until: '05:59' }] },
  ],
  [
    'a window of all day ends at 24:00',
    'span /windows/0/until',
    { windows: [{ days: ['mo'], from: '00:00', until: '00:00' }] },
    { windows: [{ days: ['mo'], from: '00:00', until: '24:00' }] },
  ],
  [
    'a window does not begin at 24:00',
    'format /windows/0/from',
    { windows: [{ days: ['mo'], from: '24:00', until: '06:00' }] },
    { windows: [{ days: ['mo'], from: '23:59', until: '06:00' }] },
  ],
  [
    'a window has days',
    'empty /windows/0/days',
    { windows: [{ days: [], from: '06:00', until: '07:00' }] },
    { windows: [{ days: ['su', 'su'], from: '06:00', until: '07:00' }] },
  ],
  [
    "a window's days are days",
    'value /windows/0/days/0',
    { windows: [{ days: ['monday'], from: '06:00', until: '07:00' }] },
    { windows: [{ days: ['mo'], from: '06:00', until: '07:00' }] },
  ],
  ['windows are not empty', 'empty /windows', { windows: [] }, {}],
  ['recurrences are not empty', 'empty /recurrences', { recurrences: [] }, {}],
  ['events are not empty', 'empty /events', { events: [] }, { except: [] }],
  [
    'an event ends after it began',
    'span /events/0/until',
    { events: [{ from: '2026-12-24T08:00', until: '2026-12-24T08:00' }] },
    { events: [{ from: '2026-12-24T08:00', until: '2026-12-24T08:01' }] },
  ],
  [
    'an event may end at 24:00, not begin there',
    'format /events/0/from',
    { events: [{ from: '2026-12-24T24:00', until: '2026-12-25T08:00' }] },
    { events: [{ from: '2026-12-24T08:00', until: '2026-12-24T24:00' }] },
  ],
  [
    'an event is on a date that exists',
    'format /events/0/from',
    { events: [{ from: '2026-02-29T08:00', until: '2026-03-01T08:00' }] },
    { events: [{ from: '2028-02-29T08:00', until: '2028-03-01T08:00' }] },
  ],
  [
    'an exception ends after it began',
    'span /except/0/until',
    { except: [{ from: '2026-12-27', until: '2026-12-27' }] },
    { except: [{ from: '2026-12-27', until: '2026-12-28' }] },
  ],
  [
    'an exception is on dates that exist',
    'format /except/0/until',
    { except: [{ from: '2026-12-27', until: '2026-13-01' }] },
    { except: [{ from: '2026-12-27', until: '2027-01-01' }] },
  ],
  [
    'a duration is more than nothing',
    'duration /recurrences/0/duration',
    recurrence({ duration: 'PT0M' }),
    recurrence({ duration: 'PT1M' }),
  ],
  [
    'a duration is at most 31 days',
    'duration /recurrences/0/duration',
    recurrence({ duration: 'P31DT1M' }),
    recurrence({ duration: 'P31D' }),
  ],
  [
    'a duration has no seconds',
    'duration /recurrences/0/duration',
    recurrence({ duration: 'PT90S' }),
    recurrence({ duration: 'PT90M' }),
  ],
  [
    'a duration has no weeks',
    'duration /recurrences/0/duration',
    recurrence({ duration: 'P1W' }),
    recurrence({ duration: 'P7D' }),
  ],
  [
    'a duration says something',
    'duration /recurrences/0/duration',
    recurrence({ duration: 'PT' }),
    recurrence({ duration: 'P1DT1H' }),
  ],
  [
    'a rule keeps to days and more',
    'rrule /recurrences/0/rrule',
    recurrence({ rrule: 'FREQ=HOURLY' }),
    recurrence({ rrule: 'FREQ=WEEKLY' }),
  ],
  [
    'a rule has no parts of a time',
    'rrule /recurrences/0/rrule',
    recurrence({ rrule: 'FREQ=DAILY;BYHOUR=9' }),
    recurrence({ rrule: 'FREQ=DAILY;BYMONTH=9' }),
  ],
  [
    'a rule occurs at some time',
    'rrule_never /recurrences/0/rrule',
    recurrence({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }),
    recurrence({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' }),
  ],
  [
    'a rule occurs after its start',
    'rrule_never /recurrences/0/rrule',
    recurrence({ rrule: 'FREQ=DAILY;UNTIL=20251231T235900' }),
    recurrence({ rrule: 'FREQ=DAILY;UNTIL=20260106T235900' }),
  ],
];

const calendars = [{ id: 'holidays', days: [{ date: '2026-12-25' }] }];

test.each(ROWS)('%s', (_rule, told, fault, sound) => {
  const [code, pointer] = told.split(' ');
  const schedules = (body: object) =>
    documentWith({ calendars, schedules: [{ id: 's', ...body }] });
  expect(issuesOf(schedules(fault))).toEqual([`${code} /schedules/0${pointer}`]);
  expect(issuesOf(schedules(sound))).toEqual([]);
});

test.each(ROWS)('written out in an assignment, too: %s', (_rule, told, fault, sound) => {
  const [code, pointer] = told.split(' ');
  const assignments = (schedule: object) =>
    documentWith({
      calendars,
      assignments: [
        {
          id: 'a',
          subject: { type: 'user', id: 'ada' },
          role: 'place_door_access',
          scope: { type: 'place', id: 'hq' },
          validity: { schedule },
        },
      ],
    });
  expect(issuesOf(assignments(fault))).toEqual([
    `${code} /assignments/0/validity/schedule${pointer}`,
  ]);
  expect(issuesOf(assignments(sound))).toEqual([]);
});

test.each<[string, string[], object[], object[]]>([
  [
    'a calendar names a date once',
    ['duplicate /calendars/0/days/1/date'],
    [{ date: '2026-12-25' }, { date: '2026-12-25', windows: [{ from: '08:00', until: '12:00' }] }],
    [{ date: '2026-12-25' }, { date: '2026-12-26' }],
  ],
  [
    'a calendar day is a date that exists',
    ['format /calendars/0/days/0/date'],
    [{ date: '2026-11-31' }],
    [{ date: '2026-11-30' }],
  ],
  [
    'a calendar day without windows has no empty list of them',
    ['empty /calendars/0/days/0/windows'],
    [{ date: '2026-12-25', windows: [] }],
    [{ date: '2026-12-25' }],
  ],
  [
    'a window of a calendar day does not end when it begins',
    ['span /calendars/0/days/0/windows/0/until'],
    [{ date: '2026-12-31', windows: [{ from: '20:00', until: '20:00' }] }],
    [{ date: '2026-12-31', windows: [{ from: '20:00', until: '02:00' }] }],
  ],
  [
    'a window of a calendar day has no days',
    ['unknown_member /calendars/0/days/0/windows/0/days'],
    [{ date: '2026-12-31', windows: [{ days: ['mo'], from: '20:00', until: '22:00' }] }],
    [{ date: '2026-12-31', windows: [{ from: '20:00', until: '22:00' }] }],
  ],
])('%s', (_rule, told, fault, sound) => {
  expect(issuesOf(documentWith({ calendars: [{ id: 'c', days: fault }] }))).toEqual(told);
  expect(issuesOf(documentWith({ calendars: [{ id: 'c', days: sound }] }))).toEqual([]);
});

test.each<[string, string[], object, object]>([
  [
    'the zone of the organisation is known',
    ['time_zone /organization/timeZone'],
    { organization: { id: 'acme', timeZone: 'Mars/Base' } },
    { organization: { id: 'acme' } },
  ],
  [
    'the zone of a place is known',
    ['time_zone /places/0/timeZone'],
    { places: [{ id: 'hq', timeZone: 'europe/berlin' }] },
    { places: [{ id: 'hq', timeZone: 'Europe/Berlin' }] },
  ],
])('%s', (_rule, told, fault, sound) => {
  expect(issuesOf(documentWith({ ...fault }))).toEqual(told);
  expect(issuesOf(documentWith({ ...sound }))).toEqual([]);
});
