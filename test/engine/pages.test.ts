import { describe, expect, test } from 'vitest';
import { pageOf } from '../../src/engine/pages.js';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '../../src/values/limits.js';

const IDS = ['a', 'b.2', 'c'];
const page = (asked?: object) => pageOf(IDS, asked, 7, (id) => id);

describe('a page', () => {
  test('names the one after it until the list is at its end', () => {
    expect(page({ limit: 2 })).toEqual({
      results: ['a', 'b.2'],
      page: { next_token: '7.b.2', count: 2, total: 3 },
    });
    const rest = { results: ['c'], page: { next_token: '', count: 1, total: 3 } };
    expect(page({ limit: 2, token: '7.b.2' })).toEqual(rest);
    expect(page({ limit: 1, token: '7.b.2' })).toEqual(rest);
    expect(page({ limit: 3 }).page.next_token).toBe('');
    const none = { results: [], page: { next_token: '', count: 0, total: 3 } };
    expect(page({ token: '7.c' })).toEqual(none);
    expect(pageOf([], undefined, 7, (id) => id).page).toEqual({ ...none.page, total: 0 });
  });

  test('goes on where an entry that has gone would stand', () => {
    expect(page({ token: '7.b' }).results).toEqual(['b.2', 'c']);
    expect(page({ token: '7.' }).results).toEqual(IDS);
  });

  test('holds as many as are asked for, and a usual number when nothing is asked', () => {
    const many = Array.from({ length: PAGE_LIMIT_MAX + 1 }, (_, at) => String(10_000 + at));
    const counted = (asked?: object) => pageOf(many.sort(), asked, 0, (id) => id).page.count;
    expect(counted()).toBe(PAGE_LIMIT_DEFAULT);
    expect(counted({ limit: 1 })).toBe(1);
    expect(counted({ limit: PAGE_LIMIT_MAX })).toBe(PAGE_LIMIT_MAX);
  });

  test.each([0, -1, 1.5, PAGE_LIMIT_MAX + 1, Number.NaN, '2', null])(
    'of %j entries is refused',
    (limit) => {
      const told = { pointer: '/page/limit', message: expect.stringContaining('from 1 to 10000') };
      if (limit === null) expect(page({ limit }).results).toEqual(IDS);
      else expect(() => page({ limit })).toThrow(expect.objectContaining(told));
    },
  );

  test.each([
    ['no-dot', 'not a page token'],
    [7, 'not a page token'],
    [['7.a'], 'not a page token'],
    ['6.a', 'changed since'],
    ['.a', 'changed since'],
    ['77.a', 'changed since'],
  ])('is refused by the token %j', (token, message) => {
    const told = { pointer: '/page/token', message: expect.stringContaining(message) };
    expect(() => page({ token })).toThrow(expect.objectContaining(told));
  });
});
