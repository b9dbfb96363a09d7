import { describe, expect, test } from 'vitest';
import type { WeekSpans } from '../../../src/checks/time/wall-source.js';
import {
  isWholeWeek,
  MONDAY_MINUTES,
  WEEK_MINUTES,
  weekSource,
  weekSpans,
  windowMinutes,
} from '../../../src/checks/time/week-source.js';

const DAY = 1440;
const MONDAY = MONDAY_MINUTES;

describe('weekly windows', () => {
  test('are spans from Monday on, by their start', () => {
    expect(
      weekSpans([
        { days: ['su', 'tu'], from: '22:00', until: '06:00' },
        { days: ['mo'], from: '08:00', until: '09:30' },
      ]),
    ).toEqual([
      [480, 570],
      [DAY + 1320, 2 * DAY + 360],
      [6 * DAY + 1320, 7 * DAY + 360],
    ]);
  });

  test.each([
    ['00:00', '24:00', [0, 1440]],
    ['08:00', '08:01', [480, 481]],
    ['08:00', '08:00', [480, 1920]],
    ['08:00', '07:59', [480, 1919]],
    ['08:00', '00:00', [480, 1440]],
  ])('from %s until %s', (from, until, expected) => {
    expect(windowMinutes({ from, until })).toEqual(expected);
  });

  test.each([
    ['24:00', '24:00'],
    ['8:00', '09:00'],
    ['08:00', '25:00'],
  ])('from %s until %s are refused, and named', (from, until) => {
    expect(() => windowMinutes({ from, until })).toThrow(
      new RangeError(`no such window \`${from}..${until}\``),
    );
  });
});

describe('a whole week', () => {
  const whole: WeekSpans = [[0, WEEK_MINUTES]];
  test.each([
    ['is one span of seven days', whole, true],
    ['may begin on a Wednesday', [[2 * DAY, 9 * DAY]], true],
    [
      'may be two that touch',
      [
        [0, 3 * DAY],
        [3 * DAY, 7 * DAY],
      ],
      true,
    ],
    ['may be closed by the tail of the Sunday', [[60, 7 * DAY + 60]], true],
    ['is not one that lacks its first minute', [[1, WEEK_MINUTES]], false],
    ['is not one that lacks its last minute', [[0, WEEK_MINUTES - 1]], false],
    [
      'is not one with a hole',
      [
        [0, 3 * DAY],
        [3 * DAY + 1, 7 * DAY],
      ],
      false,
    ],
    ['is not one whose tail falls short', [[60, 7 * DAY + 59]], false],
    ['is not nothing', [], false],
  ] as [string, WeekSpans, boolean][])('%s', (_, spans, expected) => {
    expect(isWholeWeek(spans)).toBe(expected);
  });
});

describe('weekly windows as a source', () => {
  const spans: WeekSpans = [
    [480, 600],
    [6 * DAY + 1200, 7 * DAY + 120],
  ];
  const source = weekSource(spans);
  const collected = (from: number, until: number) => {
    const found: number[][] = [];
    source.collect(from, until, (start, end) => found.push([start - MONDAY, end - MONDAY]));
    return found;
  };

  test('collects what shares a minute, tails of the week before included', () => {
    expect(collected(MONDAY, MONDAY + DAY)).toEqual([
      [-240, 120],
      [480, 600],
    ]);
    expect(collected(MONDAY + 120, MONDAY + 480)).toEqual([]);
    expect(collected(MONDAY + 119, MONDAY + 481)).toEqual([
      [-240, 120],
      [480, 600],
    ]);
    expect(collected(MONDAY + 600, MONDAY + WEEK_MINUTES - 240)).toEqual([]);
    expect(collected(MONDAY + WEEK_MINUTES, MONDAY + WEEK_MINUTES + 1)).toEqual([
      [WEEK_MINUTES - 240, WEEK_MINUTES + 120],
    ]);
  });

  test('starts next in this week, or else with the first of the next', () => {
    const next = (at: number) => source.nextStart(MONDAY + at) - MONDAY;
    expect([0, 480, 481, 6 * DAY + 1200, 6 * DAY + 1201].map(next)).toEqual([
      480,
      480,
      6 * DAY + 1200,
      6 * DAY + 1200,
      WEEK_MINUTES + 480,
    ]);
    expect(next(-1)).toBe(480);
  });

  test('is the same every week, and solid when it is the whole of it', () => {
    expect(source.weekly).toBe(spans);
    expect(source.steadyUntil(7)).toBe(Infinity);
    expect(source.steadySince(7)).toBe(-Infinity);
    expect(source.solid).toBe(false);
    expect(weekSource([[0, WEEK_MINUTES]]).solid).toBe(true);
  });
});
