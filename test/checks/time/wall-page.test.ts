import { describe, expect, test } from 'vitest';
import {
  isOpenAtEnd,
  isOpenIn,
  PAGE_DAYS,
  PAGE_MINUTES,
  type Page,
  pageOf,
} from '../../../src/checks/time/wall-page.js';

const MINUTE = 60_000;

/** The minutes at which a page of one day is open, read bit by bit. */
function openMinutes(page: Page): number[] {
  return Array.from({ length: 1440 }, (_, minute) => minute).filter((minute) =>
    isOpenIn(page, minute * MINUTE),
  );
}

describe('a page', () => {
  test.each([
    ['nothing', [], 0, []],
    ['everything', [[0, 1440]], 1, []],
    ['more than everything', [[-5, 1500]], 1, []],
    ['its begin', [[-60, 60]], 1, [60]],
    ['its end', [[1380, 1500]], 0, [1380]],
    [
      'two spans',
      [
        [60, 120],
        [180, 240],
      ],
      0,
      [60, 120, 180, 240],
    ],
    [
      'two that touch',
      [
        [60, 120],
        [120, 240],
      ],
      0,
      [60, 240],
    ],
    ['what ends as it begins', [[-60, 0]], 0, []],
    ['what begins as it ends', [[1440, 1500]], 0, []],
    ['its first minute', [[0, 1]], 1, [1]],
    ['its last minute', [[1439, 1440]], 0, [1439]],
    [
      'odd minutes',
      [
        [7, 11],
        [700, 1001],
      ],
      0,
      [7, 11, 700, 1001],
    ],
  ] as [string, [number, number][], 0 | 1, number[]][])(
    'of %s tells the same by its flips and by its bits',
    (_, spans, initial, flips) => {
      const page = pageOf(3, 1, spans);
      expect(page.index).toBe(3);
      expect(page.initial).toBe(initial);
      expect([...page.flips]).toEqual(flips);
      const minutes = openMinutes(page);
      const expected = Array.from({ length: 1440 }, (__, minute) => minute).filter((minute) =>
        spans.some(([from, until]) => from <= minute && minute < until),
      );
      expect(minutes).toEqual(expected);
      expect(isOpenAtEnd(page)).toBe(minutes.includes(1439));
    },
  );

  test('counts in the longest unit that divides every flip', () => {
    const unit = (...spans: [number, number][]) => pageOf(0, PAGE_DAYS, spans).unitMs / MINUTE;
    expect(unit()).toBe(1440);
    expect(unit([480, 1020])).toBe(60);
    expect(unit([480, 1050])).toBe(30);
    expect(unit([1, 7])).toBe(1);
    expect(pageOf(0, PAGE_DAYS, [[480, 1020]]).bits).toHaveLength(24);
  });

  test('of 32 days is open in whole words and in single bits alike', () => {
    const page = pageOf(0, PAGE_DAYS, [
      [31, 97],
      [200, 232],
      [PAGE_MINUTES - 65, PAGE_MINUTES],
    ]);
    const open = (minute: number) => isOpenIn(page, minute * MINUTE);
    const around = [30, 31, 32, 63, 64, 95, 96, 97, 199, 200, 231, 232];
    expect(around.map(open)).toEqual([
      ...[false, true, true, true, true, true, true, false],
      ...[false, true, true, false],
    ]);
    expect(open(PAGE_MINUTES - 66)).toBe(false);
    expect(open(PAGE_MINUTES - 65)).toBe(true);
    expect(open(PAGE_MINUTES - 1)).toBe(true);
    expect(isOpenIn(page, 97 * MINUTE - 1)).toBe(true);
  });
});
