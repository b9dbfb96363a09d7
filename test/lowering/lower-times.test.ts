/** When a lowered grant opens: each way in which the policy's time reaches a lock, by hand. */
import { describe, expect, test } from 'vitest';
import { busy, DAY, door, HOUR, lowered, NOON, right, times, weekly } from './flat.js';

const ALL_DAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];

/** The times of the only grant of a door. */
function only(...args: Parameters<typeof lowered>): string[] {
  const { grants } = lowered(...args);
  expect(grants).toHaveLength(1);
  return times(grants[0]!);
}

/** The policy with these hours as a restriction of the door. */
function hours(schedule: object, parts: object = {}) {
  return {
    doors: [door({ restrictions: { schedule: 'hours' } })],
    schedules: [{ id: 'hours', ...schedule }],
    ...parts,
  };
}

test('a right without hours needs no windows: it opens from the first second of the life to the last', () => {
  const { grants, ...life } = lowered();
  expect(life).toEqual({ door: 'flat', from: NOON, until: NOON + 7 * DAY });
  expect(grants).toEqual([
    {
      ...{ nbf: NOON, exp: NOON + 7 * DAY, timePolicy: 0, requirements: 1, scope: 3 },
      assignments: ['a'],
    },
  ]);
});

describe('validity', () => {
  test('ends a grant with the policy, to the second', () => {
    const validity = { until: '2026-03-03T09:30:15.900+01:00' };
    const { grants } = lowered({ assignments: [right('a', { validity })] });
    expect(grants.map(times)).toEqual([['03-02 12:00 to 03-03 09:30:15']]);
    expect(grants[0]).not.toHaveProperty('windows');
  });

  test('begins one, to the second, and nothing opens before', () => {
    const validity = { from: '2026-03-04T08:00:00.100+01:00' };
    expect(only({ assignments: [right('a', { validity })] })).toEqual([
      '03-04 08:00:01 to 03-09 12:00',
    ]);
  });

  test('that begins after the life gives no grant: it is pending', () => {
    const assignments = [right('a', { validity: { from: '2026-03-09T12:00:00+01:00' } })];
    expect(lowered({ assignments })).toMatchObject({ grants: [], reason: 'pending' });
    expect(lowered({ assignments }, { from: NOON + 1 }).grants).toMatchObject([
      { nbf: NOON + 7 * DAY, exp: NOON + 7 * DAY + 1 },
    ]);
  });

  test('that is over gives none: it has expired', () => {
    const assignments = [right('a', { validity: { until: '2026-03-02T12:00:00+01:00' } })];
    expect(lowered({ assignments })).toMatchObject({ grants: [], reason: 'expired' });
  });

  test('of two rights is joined where they overlap or touch', () => {
    const until = NOON + 3 * DAY;
    const assignments = [
      right('a', { validity: { until: '2026-03-03T12:00:00+01:00' } }),
      right('b', {
        scope: { type: 'place', id: 'house' },
        validity: { from: '2026-03-03T12:00:00+01:00', until: '2026-03-04T12:00:00+01:00' },
      }),
    ];
    expect(only({ assignments }, { until })).toEqual(['03-02 12:00 to 03-04 12:00']);
    expect(lowered({ assignments }, { until }).grants[0]?.assignments).toEqual(['a', 'b']);
  });
});

describe('lockdowns and tenancies known when the grant is issued', () => {
  const planned = { since: '2026-03-03T08:00:00+01:00', until: '2026-03-03T10:00:00+01:00' };
  const scope = { type: 'place', id: 'house' };

  test('a lockdown cuts the windows in two', () => {
    const lockdowns = [{ id: 'drill', scope, ...planned }];
    expect(only({ lockdowns }, { until: NOON + 2 * DAY })).toEqual([
      '03-02 12:00 to 03-03 08:00',
      '03-03 10:00 to 03-04 12:00',
    ]);
  });

  test('one that ends within a minute rounds inward: nobody gets in a second too early or too late', () => {
    const since = '2026-03-03T08:00:20+01:00';
    const lockdowns = [{ id: 'drill', scope, since, until: '2026-03-03T10:00:40+01:00' }];
    expect(only({ lockdowns }, { until: NOON + 2 * DAY })).toEqual([
      '03-02 12:00 to 03-03 08:00',
      '03-03 10:01 to 03-04 12:00',
    ]);
  });

  test('one without an end leaves a grant that ends when it begins', () => {
    const lockdowns = [{ id: 'siege', scope, since: planned.since }];
    expect(only({ lockdowns })).toEqual(['03-02 12:00 to 03-03 08:00']);
  });

  test('one in force for the whole life gives no grant', () => {
    const lockdowns = [{ id: 'siege', scope }];
    expect(lowered({ lockdowns })).toMatchObject({ grants: [], reason: 'lockdown' });
  });

  test('who holds an exempt role passes it, for as long as he holds it', () => {
    const lockdowns = [{ id: 'drill', scope, ...planned, exempt: ['host'] }];
    const host = (validity: object) => [
      right('a'),
      right('h', { role: 'host', scope: { type: 'place', id: 'house' }, validity }),
    ];
    const until = NOON + 2 * DAY;
    expect(only({ lockdowns, assignments: host({}) }, { until })).toEqual([
      '03-02 12:00 to 03-04 12:00',
    ]);
    const short = host({ until: '2026-03-03T09:00:00+01:00' });
    expect(only({ lockdowns, assignments: short }, { until })).toEqual([
      '03-02 12:00 to 03-03 09:00',
      '03-03 10:00 to 03-04 12:00',
    ]);
  });

  const tenant = { user: 'bob', since: '2026-03-04T12:00:00+01:00' };

  test('a hand-over ends the grants of everybody whom the new tenant did not let in', () => {
    const doors = [door({ tenant })];
    expect(only({ doors })).toEqual(['03-02 12:00 to 03-04 12:00']);
    expect(lowered({ doors }, { from: NOON + 3 * DAY })).toMatchObject({
      grants: [],
      reason: 'tenancy',
    });
    const assignments = [right('a', { grantedBy: 'bob' })];
    expect(only({ doors, assignments })).toEqual(['03-02 12:00 to 03-09 12:00']);
  });

  test('a chain of grants from the tenant lasts as long as its shortest link', () => {
    const assignments = [
      right('h', {
        ...{ subject: { type: 'user', id: 'eve' }, role: 'host', grantedBy: 'bob' },
        validity: { until: '2026-03-06T18:00:00+01:00' },
      }),
      right('a', { grantedBy: 'eve' }),
    ];
    const users = [{ id: 'ada', segment: 'resident' }, { id: 'bob' }, { id: 'eve' }];
    expect(only({ doors: [door({ tenant })], users, assignments })).toEqual([
      '03-02 12:00 to 03-06 18:00',
    ]);
  });
});

describe('hours', () => {
  const until = NOON + 3 * DAY;

  test('become one window a day, cut where the life begins and ends', () => {
    expect(only(hours(weekly(ALL_DAYS, ['08:00', '18:00'])), { until })).toEqual([
      '03-02 12:00 to 03-02 18:00',
      '03-03 08:00 to 03-03 18:00',
      '03-04 08:00 to 03-04 18:00',
      '03-05 08:00 to 03-05 12:00',
    ]);
  });

  test('are told in minutes after the minute in which the grant begins', () => {
    const question = { from: NOON + 59, until: NOON + DAY };
    const { grants } = lowered(hours(weekly(ALL_DAYS, ['08:00', '18:00'])), question);
    expect(grants).toMatchObject([
      { nbf: NOON + 59, exp: NOON + DAY, windows: [0, 360, 20 * 60, 24 * 60] },
    ]);
  });

  test('over midnight are one window, also where one ends as the other begins', () => {
    const night = ['03-02 22:00 to 03-03 06:00', '03-03 22:00 to 03-04 06:00'];
    const two = { until: NOON + 2 * DAY };
    expect(only(hours(weekly(ALL_DAYS, ['22:00', '06:00'])), two)).toEqual(night);
    const cut = weekly(ALL_DAYS, ['22:00', '24:00'], ['00:00', '03:00'], ['02:00', '06:00']);
    expect(only(hours(cut), two)).toEqual(night);
  });

  test('leave out the holiday, and the night shift that would run into it ends at its midnight', () => {
    const closed = { calendars: [{ id: 'days', days: [{ date: '2026-03-04' }] }] };
    const schedule = { ...weekly(ALL_DAYS, ['22:00', '06:00']), calendar: 'days' };
    expect(only(hours(schedule, closed), { until: NOON + 4 * DAY })).toEqual([
      '03-02 22:00 to 03-03 06:00',
      '03-03 22:00 to 03-04 00:00',
      '03-05 22:00 to 03-06 06:00',
    ]);
  });

  test('a skipped hour is in no window', () => {
    // 29 March 2026: after 01:59:59 winter time comes 03:00:00 summer time, told here as 02:00 of winter time.
    const from = Date.parse('2026-03-28T12:00:00+01:00') / 1000;
    const schedule = hours(weekly(ALL_DAYS, ['01:30', '03:30'], ['02:10', '02:50']));
    expect(only(schedule, { from, until: from + 2 * DAY })).toEqual([
      '03-29 01:30 to 03-29 02:30',
      '03-30 00:30 to 03-30 02:30',
    ]);
    const gap = lowered(hours(weekly(['su'], ['02:10', '02:50'])), { from, until: from + DAY });
    expect(gap).toMatchObject({ grants: [], reason: 'schedule' });
  });

  test('a repeated hour is open both times', () => {
    // 25 October 2026: 02:00 to 03:00 comes twice, in winter time at 01:00 and at 02:00.
    const from = Date.parse('2026-10-24T12:00:00+02:00') / 1000;
    const schedule = hours(weekly(['su'], ['02:15', '02:45']));
    expect(only(schedule, { from, until: from + 2 * DAY })).toEqual([
      '10-25 01:15 to 10-25 01:45',
      '10-25 02:15 to 10-25 02:45',
    ]);
  });

  test('of door, place, group and right are cut with each other', () => {
    const place = { id: 'house', restrictions: { schedule: 'place' } };
    const group = { id: 'g', doors: ['flat'], restrictions: { schedule: 'group' } };
    const mine = right('a', {
      scope: { type: 'group', id: 'g' },
      validity: { schedule: weekly(['tu'], ['09:00', '13:00']) },
    });
    const schedules = [
      { id: 'hours', ...weekly(ALL_DAYS, ['06:00', '12:00']) },
      { id: 'place', ...weekly(ALL_DAYS, ['10:00', '20:00']) },
      { id: 'group', ...weekly(ALL_DAYS, ['00:00', '11:00'], ['11:30', '24:00']) },
    ];
    const doors = [door({ restrictions: { schedule: 'hours' } })];
    const parts = { places: [place], groups: [group], assignments: [mine], doors, schedules };
    expect(only(parts)).toEqual(['03-03 10:00 to 03-03 11:00', '03-03 11:30 to 03-03 12:00']);
  });

  test('more than 32 windows shorten the life to where the next would begin', () => {
    const halves = Array.from({ length: 24 }, (_, hour): [string, string] => {
      const text = String(hour).padStart(2, '0');
      return [`${text}:00`, `${text}:30`];
    });
    const { grants, until: end } = lowered(hours(weekly(ALL_DAYS, ...halves)));
    expect(end).toBe(NOON + 32 * HOUR);
    expect(grants).toHaveLength(1);
    expect(grants[0]).toMatchObject({ nbf: NOON, exp: NOON + 31 * HOUR + HOUR / 2 });
    expect(grants[0]?.windows).toHaveLength(64);
    // Exactly 32 fit.
    expect(lowered(hours(weekly(ALL_DAYS, ...halves)), { until: NOON + 32 * HOUR }).until).toBe(
      end,
    );
    expect(lowered(hours(weekly(ALL_DAYS, ...halves)), { until: end + 1 }).until).toBe(end);
  });

  test('so many that looking at them takes long shorten it too, even where they change nothing', () => {
    const assignments = [
      right('a'),
      right('b', { scope: { type: 'place', id: 'house' }, validity: { schedule: busy(0) } }),
      right('c', { scope: { type: 'group', id: 'g' }, validity: { schedule: busy(11) } }),
    ];
    const groups = [{ id: 'g', doors: ['flat'] }];
    const options = { lifeSeconds: new Map([['resident', 30 * DAY]]) };
    const { grants, until: end } = lowered({ groups, assignments }, { options });
    // Two times 94 changes a day, and 4096 of them.
    expect(Math.floor((end - NOON) / DAY)).toBe(21);
    expect(grants).toMatchObject([{ nbf: NOON, exp: end }]);
    expect(grants[0]).not.toHaveProperty('windows');
  });

  test('a second that no grant can say is left out, and told', () => {
    const validity = { until: new Date((NOON + 0.9) * 1000).toISOString() };
    const from = NOON;
    const { grants, reason } = lowered({ assignments: [right('a', { validity })] }, { from });
    expect([grants, reason]).toEqual([[], 'too_short']);
  });
});
