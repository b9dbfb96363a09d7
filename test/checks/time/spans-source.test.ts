import { describe, expect, test } from 'vitest';
import { ALWAYS, mergeSpans, spansSource } from '../../../src/checks/time/spans-source.js';
import { countBelow, type WallSource } from '../../../src/checks/time/wall-source.js';

function collected(source: WallSource, from: number, until: number): [number, number][] {
  const found: [number, number][] = [];
  source.collect(from, until, (start, end) => found.push([start, end]));
  return found;
}

describe('merged spans', () => {
  test.each([
    ['none', [], []],
    [
      'apart stay apart, in order',
      [
        [5, 6],
        [1, 2],
      ],
      [
        [1, 2],
        [5, 6],
      ],
    ],
    [
      'that touch are one',
      [
        [1, 2],
        [2, 3],
      ],
      [[1, 3]],
    ],
    [
      'that overlap are one',
      [
        [1, 5],
        [3, 9],
      ],
      [[1, 9]],
    ],
    [
      'within another vanish',
      [
        [1, 9],
        [3, 5],
      ],
      [[1, 9]],
    ],
    [
      'of one start are the longest',
      [
        [1, 5],
        [1, 9],
        [1, 2],
      ],
      [[1, 9]],
    ],
    [
      'a minute apart stay two',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ] as [string, [number, number][], [number, number][]][])('%s', (_, spans, expected) => {
    expect(mergeSpans(spans)).toEqual(expected);
  });

  test('leave what they were made of as it was', () => {
    const spans: [number, number][] = [
      [3, 4],
      [1, 3],
    ];
    mergeSpans(spans);
    expect(spans).toEqual([
      [3, 4],
      [1, 3],
    ]);
  });
});

describe('counting below', () => {
  test('is how many are less, equal ones not among them', () => {
    const list = [1, 3, 3, 7];
    expect([0, 1, 2, 3, 4, 7, 8].map((value) => countBelow(list, value))).toEqual([
      0, 0, 1, 1, 3, 3, 4,
    ]);
    expect(countBelow([], 5)).toBe(0);
  });
});

describe('single spans', () => {
  const made = () =>
    spansSource([
      [10, 20],
      [30, 40],
      [50, 60],
    ]);

  test.each([
    [0, 10, []],
    [0, 11, [[10, 20]]],
    [19, 21, [[10, 20]]],
    [20, 30, []],
    [
      15,
      51,
      [
        [10, 20],
        [30, 40],
        [50, 60],
      ],
    ],
    [35, 36, [[30, 40]]],
    [60, 90, []],
  ] as [number, number, [number, number][]][])(
    'share a minute with [%i, %i) or are not collected',
    (from, until, expected) => {
      expect(collected(made(), from, until)).toEqual(expected);
    },
  );

  test('start next at or after a minute, and then never', () => {
    expect([0, 10, 11, 30, 50, 51].map(made().nextStart)).toEqual([10, 10, 30, 30, 50, Infinity]);
  });

  test('are steady within one span, and nowhere else', () => {
    const source = made();
    expect([9, 10, 19, 20, 45].map(source.steadyUntil)).toEqual([9, 20, 20, 20, 45]);
    expect([9, 10, 11, 20, 21].map(source.steadySince)).toEqual([9, 10, 10, 10, 21]);
    expect(source.solid).toBe(true);
  });
});

describe('no restriction at all', () => {
  test('is a span for each day that shares a minute', () => {
    expect(collected(ALWAYS, 1440, 2880)).toEqual([[1440, 2880]]);
    expect(collected(ALWAYS, 1439, 2881)).toEqual([
      [0, 1440],
      [1440, 2880],
      [2880, 4320],
    ]);
    expect(collected(ALWAYS, -1, 1)).toEqual([
      [-1440, 0],
      [0, 1440],
    ]);
  });

  test('starts at every midnight, and has neither beginning nor end', () => {
    expect([0, 1, 1440, -1].map(ALWAYS.nextStart)).toEqual([0, 1440, 1440, -0]);
    expect(ALWAYS.steadyUntil(5)).toBe(Infinity);
    expect(ALWAYS.steadySince(5)).toBe(-Infinity);
    expect(ALWAYS.solid).toBe(true);
  });
});
