/** Pages of a schedule: what exceptional days take from them, and what is kept of pages and searches. */
import { describe, expect, test } from 'vitest';
import { compileExceptionalDays } from '../../../src/checks/time/exceptional-days.js';
import { spansSource } from '../../../src/checks/time/spans-source.js';
import { isOpenIn, PAGE_DAYS, PAGE_MINUTES } from '../../../src/checks/time/wall-page.js';
import { compileWallPages, cutEnd } from '../../../src/checks/time/wall-pages.js';
import type { WallSource } from '../../../src/checks/time/wall-source.js';
import type { Calendar } from '../../../src/policy/document.js';
import { formatLocalDate, formatLocalDateTime } from '../../../src/values/local-time.js';
import { recurring } from './compiled.js';

const DAY = 1440;
const none = compileExceptionalDays(undefined, undefined);

/** A source, and how often it was asked for spans, for the next start, and since when it was steady. */
function counted(source: WallSource) {
  const asked = { collect: 0, nextStart: 0, steadySince: 0 };
  const counting: WallSource = {
    ...source,
    collect(...span) {
      asked.collect++;
      source.collect(...span);
    },
    nextStart(at) {
      asked.nextStart++;
      return source.nextStart(at);
    },
    steadySince(at) {
      asked.steadySince++;
      return source.steadySince(at);
    },
  };
  return { source: counting, asked };
}

/** Days with windows of their own, by day number. */
function ownWindows(windows: Record<number, [string, string]>) {
  const days = Object.entries(windows).map(([day, [from, until]]) => ({
    date: formatLocalDate(Number(day)),
    windows: [{ from, until }],
  }));
  return compileExceptionalDays(undefined, { id: 'own', days: days as Calendar['days'] });
}

describe('pages', () => {
  test('are made once each, as many as five years have', () => {
    const { source, asked } = counted(spansSource([[0, 60]]));
    const pages = compileWallPages([source], none);
    for (let index = 600; index < 664; index++) pages.page(index);
    for (let index = 600; index < 664; index++) expect(pages.page(index).index).toBe(index);
    expect(asked.collect).toBe(64);
  });

  test('that share a place are told apart', () => {
    const pages = compileWallPages([spansSource([[0, 60]])], none);
    for (const index of [0, 64, 0]) expect(pages.page(index).initial).toBe(index === 0 ? 1 : 0);
  });

  test('show windows of their own on their first day, and what is left of those of the day before', () => {
    const first = 640 * PAGE_DAYS;
    const days = ownWindows({ [first - 1]: ['22:00', '02:00'], [first]: ['01:30', '03:00'] });
    const pages = compileWallPages([], days);
    expect([...pages.page(640).flips]).toEqual([90, 180]);
    expect([...pages.page(639).flips]).toEqual([PAGE_MINUTES - 120]);
    const later = compileWallPages([], ownWindows({ [first - 1]: ['22:00', '02:00'] }));
    expect(later.page(640)).toMatchObject({ initial: 1, flips: Uint16Array.of(120) });
    const alone = compileWallPages([], ownWindows({ [first]: ['08:00', '09:00'] }));
    expect([...alone.page(640).flips]).toEqual([480, 540]);
    expect(isOpenIn(alone.page(639), 0)).toBe(false);
    expect([...alone.page(639).flips]).toEqual([]);
  });
});

describe('a usual span', () => {
  const days = compileExceptionalDays([{ from: '1970-01-11', until: '1970-01-12' }], undefined);

  test.each([
    ['far from any exceptional day goes on to its end', 5 * DAY + 60, 5 * DAY + 90, 5 * DAY + 90],
    ['ends with the midnight of one', 9 * DAY + 60, 12 * DAY, 10 * DAY],
    ['that ends with that midnight is whole', 9 * DAY + 60, 10 * DAY, 10 * DAY],
    ['that begins on one does not take place', 10 * DAY + 60, 12 * DAY, 10 * DAY + 60],
    ['nor one that begins with it', 10 * DAY, 12 * DAY, 10 * DAY],
    ['that begins behind it is whole', 11 * DAY, 12 * DAY, 12 * DAY],
  ])('%s', (_, start, end, kept) => {
    expect(cutEnd(days, start, end)).toBe(kept);
  });
});

describe('the next flip', () => {
  const spans = [
    [1000, 2000],
    [30 * PAGE_MINUTES, 30 * PAGE_MINUTES + 60],
  ] as const;

  test('is the same in whatever order minutes are asked about', () => {
    const pages = compileWallPages([spansSource(spans)], none);
    const asked = [2000, 0, 1999, 5000, 999, 30 * PAGE_MINUTES, 1000];
    expect(asked.map(pages.nextFlip)).toEqual([
      ...[30 * PAGE_MINUTES, 1000, 2000, 30 * PAGE_MINUTES, 1000],
      ...[30 * PAGE_MINUTES + 60, 2000],
    ]);
  });

  test('is searched once for all minutes before it', () => {
    const { source, asked } = counted(spansSource(spans));
    const pages = compileWallPages([source], none);
    for (const minute of [2000, 2000, 9 * PAGE_MINUTES, 30 * PAGE_MINUTES - 1]) {
      expect(pages.nextFlip(minute)).toBe(30 * PAGE_MINUTES);
    }
    expect(asked.nextStart).toBe(1);
  });

  test('is one where the answer flips, or never', () => {
    const pages = compileWallPages([spansSource(spans)], none);
    expect([999, 1000, 1001, 2000, 2001, Infinity].map(pages.flipsAt)).toEqual([
      ...[false, true, false, true, false, true],
    ]);
  });
});

describe('the minute since which it is open', () => {
  const spans = [
    [1000, 2000],
    [3000, 30 * PAGE_MINUTES],
  ] as const;

  test('is the same in whatever order minutes are asked about', () => {
    const pages = compileWallPages([spansSource(spans)], none);
    const asked = [9 * PAGE_MINUTES, 1500, 3000, 1000, 29 * PAGE_MINUTES, 3001, 1999];
    expect(asked.map(pages.openSince)).toEqual([3000, 1000, 3000, 1000, 3000, 3000, 1000]);
  });

  test('is searched once for all minutes of an opening up to the one asked about', () => {
    const { source, asked } = counted(spansSource(spans));
    const pages = compileWallPages([source], none);
    for (const minute of [9 * PAGE_MINUTES, 9 * PAGE_MINUTES, 3000, 5 * PAGE_MINUTES]) {
      expect(pages.openSince(minute)).toBe(3000);
    }
    expect(asked.steadySince).toBe(1);
  });

  test('is no earlier than what a day with windows of its own took away for a month', () => {
    // Each occurrence follows the one before, and the 32nd day after the own windows begins a page.
    const own = 640 * PAGE_DAYS - 31;
    const start = formatLocalDateTime((own - 310) * DAY + 720);
    const months = recurring('FREQ=DAILY;INTERVAL=31', { start, duration: 'P31D' });
    const pages = compileWallPages([months], ownWindows({ [own]: ['00:00', '24:00'] }));
    expect(pages.openSince(700 * PAGE_MINUTES)).toBe((own + 31) * DAY + 720);
    expect(pages.openSince((own + 1) * DAY - 1)).toBe((own - 310) * DAY + 720);
  });
});
