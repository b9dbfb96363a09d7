/** Searches over pages of wall time, on walls that are made for them: where they step, turn and give up. */
import { describe, expect, test } from 'vitest';
import type { ExceptionalDays } from '../../../src/checks/time/exceptional-days.js';
import { compileExceptionalDays } from '../../../src/checks/time/exceptional-days.js';
import { spansSource } from '../../../src/checks/time/spans-source.js';
import { PAGE_DAYS, PAGE_MINUTES, pageOf } from '../../../src/checks/time/wall-page.js';
import type { Wall } from '../../../src/checks/time/wall-search.js';
import { findFlip, findOpening, solidGroups } from '../../../src/checks/time/wall-search.js';
import type { WallSource } from '../../../src/checks/time/wall-source.js';
import { weekSource } from '../../../src/checks/time/week-source.js';
import { recurring } from './compiled.js';

const none = compileExceptionalDays(undefined, undefined);
/** Minutes that no clock shows at an instant of the years 0001 to 9999: all before the first, and from the second on. */
const [WALL_MIN, WALL_END] = [-719_164 * 1440, 2_932_898 * 1440];
/** Pages of a search that gives up: 105 years. */
const CENTURY = 1200 * PAGE_MINUTES;

const source = (more: Partial<WallSource>): WallSource => ({
  ...spansSource([]),
  ...more,
});

/** A wall that is open during these spans, whatever its sources say of them; tells which pages it showed. */
function wallOf(
  spans: readonly (readonly [number, number])[],
  sources: readonly WallSource[],
  days: ExceptionalDays = none,
): Wall & { readonly shown: number[] } {
  const shown: number[] = [];
  return {
    page(index) {
      if (!Number.isSafeInteger(index)) throw new Error(`no such page ${index}`);
      shown.push(index);
      const from = index * PAGE_MINUTES;
      const moved = spans.map(([start, end]): [number, number] => [start - from, end - from]);
      return pageOf(index, PAGE_DAYS, moved);
    },
    sources,
    days,
    solid: sources.map((each) => [each]),
    shown,
  };
}

const always = [[-Infinity, Infinity]] as const;
const span = [[100, 3 * PAGE_MINUTES + 50]] as const;

describe('the next flip', () => {
  test.each([
    [99, 100],
    [100, 3 * PAGE_MINUTES + 50],
    [3 * PAGE_MINUTES + 49, 3 * PAGE_MINUTES + 50],
    [3 * PAGE_MINUTES + 50, Infinity],
    [-7 * PAGE_MINUTES, 100],
  ])('after minute %i is minute %d', (minute, flip) => {
    expect(findFlip(wallOf(span, [spansSource(span)]), minute)).toBe(flip);
  });

  test('may be the first minute of a page', () => {
    const spans = [[PAGE_MINUTES, 2 * PAGE_MINUTES]] as const;
    const wall = () => wallOf(spans, [spansSource(spans)]);
    expect(findFlip(wall(), 5)).toBe(PAGE_MINUTES);
    expect(findFlip(wall(), PAGE_MINUTES + 5)).toBe(2 * PAGE_MINUTES);
  });

  test('is found behind centuries on two pages', () => {
    const later = [[5_000_000 * 60, 5_000_000 * 60 + 60]] as const;
    const wall = wallOf(later, [spansSource(later)]);
    expect(findFlip(wall, 0)).toBe(5_000_000 * 60);
    expect(wall.shown).toHaveLength(2);
  });

  test('is none behind the last minute that an instant shows', () => {
    const starting = (at: number) => wallOf([], [source({ nextStart: () => at })]);
    expect(findFlip(starting(WALL_END), 0)).toBe(Infinity);
    expect(findFlip(starting(Infinity), 0)).toBe(Infinity);
    for (const end of [WALL_END, Infinity]) {
      const steady = wallOf(always, [source({ steadyUntil: () => end })]);
      expect(findFlip(steady, 0)).toBe(Infinity);
    }
  });

  test('is given up after a century of open pages that no source promised, and of closed ones', () => {
    const open = wallOf(always, [source({ steadyUntil: (at) => at })]);
    expect(findFlip(open, 5)).toBe(CENTURY + PAGE_MINUTES);
    expect(open.shown).toHaveLength(1201);
    const closed = wallOf([], [source({ nextStart: (at) => at })]);
    expect(findFlip(closed, 5)).toBe(CENTURY + PAGE_MINUTES);
  });
});

describe('the last opening', () => {
  test.each([
    [100, 100],
    [101, 100],
    [PAGE_MINUTES, 100],
    [3 * PAGE_MINUTES + 49, 100],
  ])('before minute %i is minute %i', (minute, flip) => {
    expect(findOpening(wallOf(span, [spansSource(span)]), minute)).toBe(flip);
  });

  test('is the later one of two on a page', () => {
    const spans = [
      [100, 200],
      [300, 400],
    ] as const;
    expect(findOpening(wallOf(spans, [spansSource(spans)]), 350)).toBe(300);
    expect(findOpening(wallOf(spans, [spansSource(spans)]), 150)).toBe(100);
  });

  test('may be the first minute of a page, of this one and of one before', () => {
    const spans = [[-PAGE_MINUTES, 3 * PAGE_MINUTES]] as const;
    expect(findOpening(wallOf(spans, [spansSource(spans)]), -5)).toBe(-PAGE_MINUTES);
    expect(findOpening(wallOf(spans, [spansSource(spans)]), PAGE_MINUTES)).toBe(-PAGE_MINUTES);
    // Found page by page too, where no source tells since when it is steady.
    const unsaid = wallOf(spans, [source({ steadySince: (at) => at })]);
    expect(findOpening(unsaid, PAGE_MINUTES)).toBe(-PAGE_MINUTES);
  });

  test('is none when it was open since before the first minute that an instant shows', () => {
    const since = (at: number) => wallOf(always, [source({ steadySince: () => at })]);
    expect(findOpening(since(-Infinity), 5)).toBe(-Infinity);
    expect(findOpening(since(WALL_MIN - 1), 5)).toBe(-Infinity);
    // What is steady since that minute itself may have opened then.
    const opened = [[WALL_MIN, Infinity]] as const;
    expect(findOpening(wallOf(opened, [spansSource(opened)]), 5)).toBe(WALL_MIN);
  });

  test('is given up after a century of open pages that no source promised', () => {
    const wall = wallOf(always, [source({ steadySince: (at) => at })]);
    expect(findOpening(wall, 5)).toBe(-CENTURY);
    expect(wall.shown).toHaveLength(1201);
  });
});

describe('sources that are solid together', () => {
  const weekdays = weekSource([[0, 5 * 1440]]);
  const weekend = recurring('FREQ=WEEKLY', { start: '2026-01-03T00:00', duration: 'P2D' });
  const sunday = recurring('FREQ=WEEKLY', { start: '2026-01-04T00:00', duration: 'P1D' });
  const yearly = recurring('FREQ=YEARLY');
  const event = spansSource([[0, 60]]);

  test('are each that is so alone, and the weekly ones that make a week', () => {
    expect(solidGroups([weekdays, yearly, event, weekend])).toEqual([[event], [weekdays, weekend]]);
    expect(solidGroups([weekdays, yearly, event, sunday])).toEqual([[event]]);
    expect(solidGroups([])).toEqual([]);
  });
});
