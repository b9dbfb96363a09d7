/**
 * What a recurrence keeps of the years it has listed, told by how often rrule is made to list days: an
 * answer must not cost more than it has to, and what is kept must have a bound.
 */
import { RRule } from 'rrule';
import type { MockInstance } from 'vitest';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { minutes, recurring } from './compiled.js';

let lists: MockInstance;
beforeEach(() => {
  lists = vi.spyOn(RRule.prototype, 'all');
});
afterEach(() => {
  lists.mockRestore();
});

/** The first minute of a year. */
const year = (number: number) => minutes(`${number}-01-01T00:00`);

describe('a year that was listed', () => {
  test('is not listed again', () => {
    const source = recurring('FREQ=DAILY');
    for (const each of [2030, 2031, 2030, 2031, 2030]) source.nextStart(year(each));
    expect(lists).toHaveBeenCalledTimes(2);
  });

  test('is forgotten when sixteen others were listed after it, and is then listed as before', () => {
    const source = recurring('FREQ=DAILY');
    for (let each = 2030; each < 2046; each++) source.nextStart(year(each));
    source.nextStart(year(2030));
    expect(lists).toHaveBeenCalledTimes(16);
    source.nextStart(year(2046));
    expect(source.nextStart(year(2030))).toBe(minutes('2030-01-01T09:00'));
    expect(lists).toHaveBeenCalledTimes(18);
  });

  test('is listed again with its occurrence when a century without any was asked about between', () => {
    const source = recurring('FREQ=YEARLY;INTERVAL=100');
    const from = minutes('2126-01-05T09:00');
    expect(source.nextStart(year(2126))).toBe(from);
    for (let each = 2127; each < 2146; each++) source.nextStart(year(each));
    expect(source.nextStart(year(2126))).toBe(from);
  });
});

describe('years without an occurrence', () => {
  test('are not searched one by one', () => {
    const source = recurring('FREQ=YEARLY;INTERVAL=100');
    const next = minutes('2126-01-05T09:00');
    const asked = [2027, 2028, 2050, 2125, 2040, 2030].map((each) => source.nextStart(year(each)));
    expect(asked).toEqual([next, next, next, next, next, next]);
    expect(lists).toHaveBeenCalledTimes(1);
  });

  test('are not searched one by one after the last occurrence either', () => {
    const source = recurring('FREQ=YEARLY;INTERVAL=900', { start: '9100-01-05T09:00' });
    for (const each of [9101, 9102, 9500, 9999])
      expect(source.nextStart(year(each))).toBe(Infinity);
    expect(lists).toHaveBeenCalledTimes(1);
  });
});

describe('nothing is listed', () => {
  test('for a page before the start or behind the end', () => {
    const source = recurring('FREQ=DAILY;UNTIL=20280101');
    source.collect(minutes('2026-01-02T00:00'), minutes('2026-01-03T00:00'), () => {});
    source.collect(minutes('2028-02-02T00:00'), minutes('2028-03-03T00:00'), () => {});
    expect(source.nextStart(year(2040))).toBe(Infinity);
    expect(lists).toHaveBeenCalledTimes(0);
  });

  test('of a count beyond what is asked', () => {
    const source = recurring('FREQ=DAILY;COUNT=10000');
    source.nextStart(minutes('2027-05-05T00:00'));
    expect(lists).toHaveBeenCalledTimes(2);
  });
});
