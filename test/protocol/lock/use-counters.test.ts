import { describe, expect, it } from 'vitest';
import { countUse, type UseCounter } from '../../../protocol/lock/use-counters.js';
import { DAY, filled, grantOf, T0 } from '../../helpers/lock-objects.js';

const share = (number: number) => filled(number, 8);
const counter = (number: number, used: number, exp = T0 + DAY): UseCounter => ({
  useId: share(number),
  used,
  exp,
});

/** One use of a grant of share `number`, which may be used `count` times. */
const count = (counters: readonly UseCounter[], number: number, limit: number, exp = T0 + DAY) =>
  countUse(counters, grantOf({ exp, uses: { useId: share(number), count: limit } }), T0);

describe('counting a use', () => {
  it('of a grant without a share leaves the counters as they are', () => {
    const counters = [counter(1, 1)];
    expect(countUse(counters, grantOf(), T0)).toEqual({ kind: 'counted', counters });
  });

  it('begins a counter for a share that has none, and keeps the others', () => {
    expect(count([counter(1, 3)], 2, 1)).toEqual({
      kind: 'counted',
      counters: [counter(1, 3), counter(2, 1)],
    });
  });

  it('adds to the counter of the share in its place, and to no other', () => {
    expect(count([counter(1, 3), counter(2, 1), counter(3, 4)], 2, 2)).toEqual({
      kind: 'counted',
      counters: [counter(1, 3), counter(3, 4), counter(2, 2)],
    });
  });

  it('keeps the latest end of a grant that counted', () => {
    const ends = (before: number, now: number) => {
      const counting = count([counter(1, 1, before)], 1, 9, now);
      return counting.kind === 'counted' && counting.counters.map(({ exp }) => exp);
    };
    expect(ends(T0 + 5, T0 + 9)).toEqual([T0 + 9]);
    expect(ends(T0 + 9, T0 + 5)).toEqual([T0 + 9]);
  });

  it('is refused at the count of the grant, and permitted one below it', () => {
    expect(count([counter(1, 2)], 1, 2)).toEqual({ kind: 'refused', status: 'uses_spent' });
    expect(count([counter(1, 1)], 1, 2).kind).toBe('counted');
  });
});
