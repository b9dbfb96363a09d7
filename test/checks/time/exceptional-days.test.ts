import { describe, expect, test } from 'vitest';
import { compileExceptionalDays } from '../../../src/checks/time/exceptional-days.js';

/** Day 0 is 1970-01-01. */
const date = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const windows = (from: string, until: string) => [{ from, until }];

/** Closed on 10 to 12 and 20, with windows of their own on 15 and 30. */
const days = compileExceptionalDays([{ from: date(10), until: date(13) }], {
  id: 'holidays',
  days: [
    { date: date(20) },
    { date: date(15), windows: windows('08:00', '09:00') },
    { date: date(30), windows: windows('22:00', '02:00') },
  ],
});

describe('exceptional days', () => {
  test('come next at or after a day', () => {
    const next = [0, 10, 12, 13, 15, 16, 20, 21, 30, 31].map((day) => days.next(day));
    expect(next).toEqual([10, 10, 12, 15, 15, 20, 20, 30, 30, Infinity]);
  });

  test('came last before a day', () => {
    const before = [10, 11, 13, 14, 15, 16, 20, 21, 30, 31, 99].map((day) => days.before(day));
    expect(before).toEqual([-Infinity, 10, 12, 12, 12, 15, 15, 20, 20, 30, 30]);
  });

  test('end where a day is not closed', () => {
    expect([9, 10, 12, 13, 15, 20].map((day) => days.openedFrom(day))).toEqual([
      9, 13, 13, 13, 15, 21,
    ]);
  });

  test('have their own windows, also past midnight, or none', () => {
    expect(days.windowsOf(15)).toEqual([[480, 540]]);
    expect(days.windowsOf(30)).toEqual([[1320, 1560]]);
    expect([10, 14, 20].map((day) => days.windowsOf(day))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([0, 15, 16, 30, 31].map((day) => days.nextWindows(day))).toEqual([
      15,
      15,
      30,
      30,
      Infinity,
    ]);
  });

  test('are none only where there are neither closed days nor windows', () => {
    const only = (date: string) =>
      compileExceptionalDays(undefined, {
        id: 'c',
        days: [{ date, windows: windows('08:00', '09:00') }],
      });
    expect(compileExceptionalDays(undefined, undefined).none).toBe(true);
    expect(compileExceptionalDays([], { id: 'c', days: [] }).none).toBe(true);
    expect(compileExceptionalDays([{ from: date(1), until: date(2) }], undefined).none).toBe(false);
    expect(only(date(1)).none).toBe(false);
    expect(days.none).toBe(false);
  });

  test('that end before they begin are none', () => {
    const empty = compileExceptionalDays([{ from: date(5), until: date(5) }], undefined);
    expect(empty.none).toBe(true);
    expect(empty.next(0)).toBe(Infinity);
    expect(empty.openedFrom(5)).toBe(5);
  });

  test('listed twice have the windows of both, and closed wins over windows', () => {
    const twice = compileExceptionalDays([{ from: date(8), until: date(9) }], {
      id: 'c',
      days: [
        { date: date(7), windows: windows('08:00', '09:00') },
        { date: date(7), windows: windows('08:30', '10:00') },
        { date: date(8), windows: windows('08:00', '09:00') },
        { date: date(9), windows: windows('08:00', '09:00') },
        { date: date(9) },
      ],
    });
    expect(twice.windowsOf(7)).toEqual([[480, 600]]);
    expect([8, 9].map((day) => twice.windowsOf(day))).toEqual([undefined, undefined]);
    expect(twice.openedFrom(8)).toBe(10);
    expect(twice.nextWindows(8)).toBe(Infinity);
  });

  test.each(['2026-02-29', '2026-1-1', 'tomorrow'])('are refused when %s is no date', (text) => {
    const error = new RangeError(`no such local date \`${text}\``);
    expect(() => compileExceptionalDays(undefined, { id: 'c', days: [{ date: text }] })).toThrow(
      error,
    );
    expect(() => compileExceptionalDays([{ from: date(1), until: text }], undefined)).toThrow(
      error,
    );
    expect(() => compileExceptionalDays([{ from: text, until: date(1) }], undefined)).toThrow(
      error,
    );
  });
});
