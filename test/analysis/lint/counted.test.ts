/** Recurrences with large COUNTs: what lint lists of them is bounded, and what it leaves alone it says. */
import { RRule } from 'rrule';
import { afterEach, expect, test, vi } from 'vitest';
import { COUNTED_STARTS_MAX } from '../../../src/analysis/lint/counted.js';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import type { Policy } from '../../../src/index.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const AT = '2026-11-22T12:00:00Z';
/** Dates that a rule is asked for, for each start that is listed: some rules ask for more than they have, and are asked again. */
const DATES_PER_START = 20;

/** Schedules of one recurrence for each count, which end before {@link AT}, at a door each. */
function policyOf(...counts: readonly (readonly number[])[]): Policy {
  return {
    version: 1,
    organization: { id: 'org', timeZone: 'Europe/Berlin', roles: 'kisi' },
    places: [{ id: 'hq' }],
    doors: counts.map((_, index) => ({
      ...{ id: `d${index}`, place: 'hq' },
      restrictions: { schedule: `s${index}` },
    })),
    schedules: counts.map((each, index) => ({
      id: `s${index}`,
      recurrences: each.map(recurrence),
    })),
  } as unknown as Policy;
}

function recurrence(count: number, index: number) {
  const minute = String(index % 60).padStart(2, '0');
  const rrule = `FREQ=DAILY;COUNT=${count}`;
  return { start: `1990-01-01T08:${minute}`, duration: 'PT1M', rrule };
}

/** How many dates the rules were asked for meanwhile. */
function datesDuring(work: () => void): number {
  const all = RRule.prototype.all;
  let dates = 0;
  vi.spyOn(RRule.prototype, 'all').mockImplementation(function (this: RRule, take) {
    return all.call(this, (date, index) => {
      dates++;
      return take?.(date, index) ?? true;
    });
  });
  work();
  return dates;
}

test('three hundred schedules of sixty-four long recurrences are told as not examined, and not followed', () => {
  const policy = policyOf(...Array.from({ length: 300 }, () => Array<number>(64).fill(10_000)));
  let found: ReturnType<typeof lintPolicy> = [];
  const dates = datesDuring(() => {
    found = lintPolicy(policy, { at: AT });
  });
  expect(dates).toBe(0);
  const told = found.filter(({ code }) => code === 'schedule_not_examined');
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ pointer: '/schedules/0', severity: 'warning' });
  expect(told[0]?.message).toContain('300 schedules');
  expect(told[0]?.related).toHaveLength(10);
  const aboutHours = ['schedule_never_opens', 'schedule_over', 'recurrence_over'];
  expect(found.filter(({ code }) => aboutHours.includes(code))).toEqual([]);
});

test('what fits is examined, also behind what does not, and costs no more than the bound', () => {
  const fits = COUNTED_STARTS_MAX - 100;
  const large = Array<number>(9).fill(10_000);
  // The first takes all but a hundred; the second does not fit, the third does.
  const policy = policyOf([...large, fits - 90_000], [101], [100]);
  let found: ReturnType<typeof lintPolicy> = [];
  const dates = datesDuring(() => {
    found = lintPolicy(policy, { at: AT });
  });
  expect(found.find(({ code }) => code === 'schedule_not_examined')).toMatchObject({
    pointer: '/schedules/1',
    message: expect.stringContaining('a schedule is'),
  });
  const over = found.filter(({ code }) => code === 'schedule_over').map(({ pointer }) => pointer);
  expect(over).toEqual(['/schedules/0', '/schedules/2']);
  expect(dates).toBeGreaterThan(fits);
  expect(dates).toBeLessThan(COUNTED_STARTS_MAX * DATES_PER_START);
});

test('one written in place counts too, and nothing is said of its hours', () => {
  const counts = Array<number>(11).fill(10_000);
  const policy = {
    ...policyOf([1]),
    users: [{ id: 'ada' }],
    assignments: [
      {
        ...{ id: 'a', subject: { type: 'user', id: 'ada' }, role: 'place_door_access' },
        scope: { type: 'place', id: 'hq' },
        validity: { schedule: { recurrences: counts.map(recurrence) } },
      },
    ],
  } as unknown as Policy;
  let found: ReturnType<typeof lintPolicy> = [];
  const dates = datesDuring(() => {
    found = lintPolicy(policy, { at: AT });
  });
  const pointers = found.map(({ code, pointer }) => `${code} ${pointer}`);
  expect(pointers).toContain('schedule_not_examined /assignments/0/validity/schedule');
  expect(pointers.filter((each) => each.startsWith('assignment_never_counts'))).toEqual([]);
  expect(dates).toBeLessThan(1_000);
});
