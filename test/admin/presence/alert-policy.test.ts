import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AlertPolicy,
  crossings,
  parseAlertPolicy,
} from '../../../src/admin/presence/alert-policy.js';
import type { Reached } from '../../../src/admin/presence/capacity-state.js';
import { runs } from '../../helpers/runs.js';

const policy: AlertPolicy = { place: 'hq', id: 'a', notify: [] };
const names = (list: readonly Reached[]) =>
  list.map(({ policy: id, threshold }) => `${id}${threshold}`);

/** What is told as a count takes these values, one after the other. */
function told(counts: readonly number[], capacity = 100, policies = [policy]): string[] {
  let reached: readonly Reached[] = [];
  return counts.map((count) => {
    const crossed = crossings(policies, reached, count, capacity);
    reached = crossed.reached;
    return [
      ...names(crossed.up).map((n) => `+${n}`),
      ...names(crossed.down).map((n) => `-${n}`),
    ].join(' ');
  });
}

describe('a threshold', () => {
  test('is told once when it is reached, exactly', () => {
    expect(told([74, 75, 76, 99, 100, 149, 150, 151])).toEqual([
      '',
      '+a75',
      '',
      '',
      '+a100',
      '',
      '+a150',
      '',
    ]);
  });

  test('is told again only after the count was below it by the hysteresis', () => {
    expect(told([75, 74, 75, 71, 75, 70, 75, 69, 75])).toEqual([
      '+a75',
      '',
      '',
      '',
      '',
      '',
      '',
      '-a75',
      '+a75',
    ]);
  });

  test('is reached together with those below it', () => {
    expect(told([0, 200, 0])).toEqual(['', '+a75 +a100 +a150', '-a75 -a100 -a150']);
  });

  test('goes by the policy alone that names it', () => {
    const other = { ...policy, id: 'b', thresholds: [50], hysteresis: 0 };
    expect(told([50, 49, 50], 100, [policy, other])).toEqual(['+b50', '-b50', '+b50']);
    expect(crossings([], [{ policy: 'a', threshold: 75 }], 90, 100)).toEqual({
      reached: [],
      up: [],
      down: [],
    });
  });

  test('means nothing at a place without capacity', () => {
    expect(crossings([policy], [{ policy: 'a', threshold: 75 }], 90, undefined).reached).toEqual(
      [],
    );
  });

  test('is never told twice without having been told to be over, for any counts', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
    const setting = fc.record({
      capacity: fc.integer({ min: 1, max: 20 }),
      hysteresis: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(counts, setting, (list, { capacity, hysteresis }) => {
        let reached: readonly Reached[] = [];
        const on = new Set<string>();
        for (const count of list) {
          const crossed = crossings([{ ...policy, hysteresis }], reached, count, capacity);
          reached = crossed.reached;
          for (const name of names(crossed.up)) {
            expect(on.has(name)).toBe(false);
            on.add(name);
          }
          for (const name of names(crossed.down)) expect(on.delete(name)).toBe(true);
          for (const threshold of [75, 100, 150]) {
            const is = on.has(`a${threshold}`);
            if (count * 100 >= threshold * capacity) expect(is).toBe(true);
            if (count * 100 < (threshold - hysteresis) * capacity) expect(is).toBe(false);
          }
          expect([...on].sort()).toEqual(names(reached).sort());
        }
      }),
      { seed: 4101, numRuns: runs(200) },
    );
  });
});

test('an alert policy is refused that could never fall below its threshold, or is no policy', () => {
  expect(parseAlertPolicy(policy)).toMatchObject({ ok: true });
  expect(parseAlertPolicy({ ...policy, thresholds: [5] })).toMatchObject({ code: 'malformed' });
  expect(parseAlertPolicy({ ...policy, thresholds: [5], hysteresis: 4 })).toMatchObject({
    ok: true,
  });
  for (const wrong of [
    { thresholds: [] },
    { thresholds: [80, 80] },
    { thresholds: [90, 80] },
    { thresholds: [0] },
    { thresholds: [1001] },
    { hysteresis: 75 },
    { hysteresis: -1 },
    { notify: ['not an id'] },
    { notify: Array.from({ length: 101 }, (_, n) => `u${n}`) },
    { place: '../hq' },
    { id: '' },
    { extra: 1 },
  ]) {
    expect(parseAlertPolicy({ ...policy, ...wrong }), JSON.stringify(wrong)).toMatchObject({
      ok: false,
      code: 'malformed',
    });
  }
  expect(parseAlertPolicy(null)).toMatchObject({ code: 'malformed' });
});
