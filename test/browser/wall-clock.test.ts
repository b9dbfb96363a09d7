/** Clocks that are put forward and back, as the portal reads and draws them. */
import { expect, test } from 'vitest';
import { blocksOf, clockMarks, daysOf, mondayOf } from '../../examples/portal/src/local-week.js';
import { instantOf, wallTime } from '../../examples/portal/src/wall-clock.js';

test.each([
  ['2026-06-01T10:00', 'Europe/Berlin', '2026-06-01T08:00:00.000Z'],
  // Twice: the first.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
  // Never: what it would be, had the clock not jumped; midnight among them.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-04-24T00:00', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
  ['2018-11-04T00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  // A midnight that comes only after an hour was repeated, and one behind a date that was left out.
  ['2018-02-18T00:00', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
  ['2011-12-31T00:00', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
])('%s in %s is %s', (wall, zone, instant) => {
  expect(new Date(instantOf(wall, zone)).toISOString()).toBe(instant);
});

test.each(['0002', '0020', '0202', '1880', '2026', '9998'])(
  'the year %s, as it stands in the field while a year is typed, is that year',
  (year) => {
    for (const zone of ['Europe/Berlin', 'Pacific/Kiritimati', 'America/Los_Angeles', 'UTC']) {
      const instant = instantOf(`${year}-05-05T10:00`, zone);
      expect(wallTime(instant, zone)).toBe(`${year}-05-05T10:00`);
    }
  },
);

test('what is no time, or none that a request can name, is none', () => {
  for (const wall of ['', 'now', '0000-01-01T00:00', '9999-12-31T23:59', '12026-05-05T10:00']) {
    expect(instantOf(wall, 'Europe/Berlin')).toBeNaN();
  }
});

/** The picture of a week in which it is open through the spans, as hours. */
function drawn(monday: string, zone: string, ...spans: readonly [from: string, until: string][]) {
  const when = { spans: spans.map(([from, until]) => ({ from, until })) };
  const needs = [{ need: { facts: {}, company: false, arrival: false }, when }];
  const days = daysOf(monday, zone, 'en');
  const blocks = blocksOf(needs as unknown as Parameters<typeof blocksOf>[0], days);
  return {
    jumps: days.map(({ jump }) => jump / 3_600_000),
    blocks: blocks.map(({ day, from, until }) => [day, from / 60, until / 60]),
  };
}

test('an hour that is repeated is drawn once, whole, whichever of the two is open', () => {
  const berlin = (from: string, until: string) =>
    drawn('2026-10-19', 'Europe/Berlin', [from, until]).blocks;
  expect(berlin('2026-10-24T23:00:00Z', '2026-10-25T01:00:00Z')).toEqual([[6, 1, 3]]);
  expect(berlin('2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z')).toEqual([[6, 2, 3]]);
  // From a quarter to three, the first, to a quarter past two, the second.
  expect(berlin('2026-10-25T00:45:00Z', '2026-10-25T01:15:00Z')).toEqual([
    [6, 2, 2.25],
    [6, 2.75, 3],
  ]);
  expect(berlin('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')).toEqual([[6, 0, 24]]);
});

test('an hour that is skipped is left blank', () => {
  expect(
    drawn('2026-03-23', 'Europe/Berlin', ['2026-03-28T23:00:00Z', '2026-03-29T03:00:00Z']),
  ).toEqual({
    jumps: [0, 0, 0, 0, 0, 0, 1],
    blocks: [
      [6, 0, 2],
      [6, 3, 5],
    ],
  });
});

test('a day whose first hour is skipped begins with its second, and says so', () => {
  const whole = drawn('2026-04-20', 'Africa/Cairo', [
    '2026-04-01T00:00:00Z',
    '2026-05-01T00:00:00Z',
  ]);
  expect(whole.jumps).toEqual([0, 0, 0, 0, 1, 0, 0]);
  expect(whole.blocks.map(([, from, until]) => [from, until])).toEqual([
    ...Array.from({ length: 4 }, () => [0, 24]),
    [1, 24],
    [0, 24],
    [0, 24],
  ]);
});

test('a date that was left out is blank', () => {
  const { jumps, blocks } = drawn('2011-12-26', 'Pacific/Apia', [
    '2011-12-01T00:00:00Z',
    '2012-02-01T00:00:00Z',
  ]);
  expect(jumps.filter((jump) => jump !== 0)).toEqual([24]);
  expect(blocks.map(([day]) => day)).toEqual([0, 1, 2, 3, 5, 6]);
});

test.each([
  ['2026-10-19', 'Europe/Berlin', 6, 'twice', 2, 3],
  ['2026-03-23', 'Europe/Berlin', 6, 'skipped', 2, 3],
  ['2026-03-30', 'Australia/Lord_Howe', 6, 'twice', 1.5, 2],
  ['2026-04-20', 'Africa/Cairo', 4, 'skipped', 0, 1],
  ['2018-02-12', 'America/Sao_Paulo', 5, 'twice', 23, 24],
  ['2011-12-26', 'Pacific/Apia', 4, 'skipped', 0, 24],
] as const)(
  'the week of %s in %s is marked on day %i: %s from %d to %d, and nowhere else',
  (monday, zone, ...mark) => {
    const marks = daysOf(monday, zone, 'en').flatMap((day, index) =>
      clockMarks(day).map(({ kind, from, until }) => [index, kind, from / 60, until / 60]),
    );
    expect(marks).toEqual([mark]);
  },
);

test('a span of seconds is drawn', () => {
  const { blocks } = drawn('2026-10-19', 'Europe/Berlin', [
    '2026-10-20T10:00:00Z',
    '2026-10-20T10:00:30Z',
  ]);
  expect(blocks).toEqual([[1, 12, 12 + 30 / 3600]]);
});

test('a week is named by any of its dates, and one that is hardly a date is this one', () => {
  expect(mondayOf('2026-10-25')).toBe('2026-10-19');
  expect(mondayOf('1969-12-31')).toBe('1969-12-29');
  const today = mondayOf(new Date().toISOString());
  for (const date of ['', 'x', '9999-12-31', '0000-01-01', '+275760-09-13']) {
    expect([mondayOf(date), date]).toEqual([today, date]);
  }
});
