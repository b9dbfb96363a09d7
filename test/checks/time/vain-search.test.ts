import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/values/instant.js';
import { at, compile } from './compiled.js';

/** Every last day of a month, for 31 days: open day after day, in a way that is not seen at once. */
const ROUNDABOUT = {
  recurrences: [
    {
      start: '2020-01-01T00:00',
      duration: 'P31D',
      rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1,31;BYSETPOS=1',
    },
  ],
};

test.each(['UTC', 'Europe/Berlin'])(
  'a century searched in vain is not followed by another one, in %s',
  (zone) => {
    const schedule = compile(ROUNDABOUT, zone);
    const asked = at('2020-03-01T00:00');
    // A search to the year 9999 took seconds, each of them a door that does not answer.
    const told = schedule.nextChange(asked);
    expect(told).not.toBeNull();
    expect(told! - asked).toBeGreaterThan(79 * 366 * DAY_MS);
    expect(told! - asked).toBeLessThan(200 * 366 * DAY_MS);
    expect(schedule.isOpen(told!)).toBe(true);
  },
);

test('a change beyond a century is still found where nothing lies between', () => {
  const schedule = compile({ events: [{ from: '9000-01-01T08:00', until: '9000-01-01T09:00' }] });
  expect(schedule.nextChange(at('2026-01-01T00:00'))).toBe(at('9000-01-01T08:00'));
  expect(schedule.nextChange(at('9000-01-01T09:00'))).toBeNull();
});
