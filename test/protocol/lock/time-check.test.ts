import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTime, openSpans } from '../../../protocol/lock/time-check.js';
import type { Grant } from '../../../protocol/objects/grant.js';
import { DAY, grantOf, T0 } from '../../helpers/lock-objects.js';
import { runs } from '../../helpers/runs.js';

const LIFE = { from: 0, until: Number.MAX_SAFE_INTEGER };
const [DENY, LOWER_BOUND, TOKEN] = [0, 1, 2];

function judge(edits: Partial<Grant>, lo: number, hi: number | null, hasToken = false): string {
  return (
    judgeTime(grantOf({ nbf: T0, exp: T0 + 600, ...edits }), LIFE, { lo, hi }, hasToken) ?? 'open'
  );
}

describe('Open(t): nbf ≤ t < exp, and t in a window', () => {
  it.each([
    ['before nbf', {}, T0 - 1, 'pending'],
    ['E8 at nbf', {}, T0, 'open'],
    ['E8 before exp', {}, T0 + 599, 'open'],
    ['E8 at exp', {}, T0 + 600, 'expired'],
    ['C4 before the window', { windows: [2, 4] }, T0 + 119, 'inactive_hours'],
    ['C4 at its first minute', { windows: [2, 4] }, T0 + 120, 'open'],
    ['C4 in its last second', { windows: [2, 4] }, T0 + 239, 'open'],
    ['C4 at its end', { windows: [2, 4] }, T0 + 240, 'inactive_hours'],
    ['C4 between two windows', { windows: [2, 4, 5, 6] }, T0 + 299, 'inactive_hours'],
    ['C4 in the second window', { windows: [2, 4, 5, 6] }, T0 + 300, 'open'],
    ['C4 a window beyond exp ends with it', { windows: [2, 100] }, T0 + 599, 'open'],
    ['C4 a window beyond exp, at exp', { windows: [2, 100] }, T0 + 600, 'expired'],
    ['C4 windows all beyond exp', { windows: [50, 60] }, T0 + 300, 'inactive_hours'],
    [
      'minutes count from the whole minute before nbf',
      { nbf: T0 + 59, windows: [1, 2] },
      T0 + 60,
      'open',
    ],
    ['a window never opens before nbf', { nbf: T0 + 59, windows: [0, 2] }, T0 + 58, 'pending'],
  ] as const)('%s', (_, edits, instant, expected) => {
    const { windows, ...rest } = edits as Partial<Grant>;
    const given = windows === undefined ? rest : { ...rest, windows: [...windows] };
    expect(judge(given, instant, instant)).toBe(expected);
    // A certain answer does not depend on the time policy.
    expect(judge({ ...given, timePolicy: LOWER_BOUND as 1 }, instant, instant)).toBe(expected);
    expect(judge({ ...given, timePolicy: TOKEN as 2 }, instant, instant)).toBe(expected);
  });
});

describe('an interval of time', () => {
  it.each([
    ['all of it open', T0, T0 + 599, ['open', 'open', 'open', 'open']],
    [
      'none of it open: deny under every policy',
      T0 + 600,
      null,
      ['expired', 'expired', 'expired', 'expired'],
    ],
    ['none of it open yet', T0 - 9, T0 - 1, ['pending', 'pending', 'pending', 'pending']],
    [
      'its end is closed',
      T0,
      T0 + 600,
      ['time_uncertain', 'open', 'time_token_needed', 'time_uncertain'],
    ],
    ['no end', T0, null, ['time_uncertain', 'open', 'time_token_needed', 'time_uncertain']],
    [
      'its begin is closed',
      T0 - 1,
      T0,
      ['time_uncertain', 'time_uncertain', 'time_token_needed', 'time_uncertain'],
    ],
    [
      'E1 E10 the clock lost everything',
      0,
      null,
      ['time_uncertain', 'time_uncertain', 'time_token_needed', 'time_uncertain'],
    ],
  ] as const)('%s', (_, lo, hi, expected) => {
    expect([
      judge({ timePolicy: DENY }, lo, hi),
      judge({ timePolicy: LOWER_BOUND }, lo, hi),
      judge({ timePolicy: TOKEN }, lo, hi),
      judge({ timePolicy: TOKEN }, lo, hi, true),
    ]).toEqual(expected);
  });

  it('reaching over the gap between two windows is uncertain though both ends are open', () => {
    const windows = [1, 2, 3, 4];
    expect(judge({ windows }, T0 + 60, T0 + 200)).toBe('time_uncertain');
    expect(judge({ windows, timePolicy: LOWER_BOUND }, T0 + 60, T0 + 200)).toBe('open');
  });

  it('whose lower bound lies in a gap is uncertain to who goes by the lower bound', () => {
    const windows = [1, 2, 3, 4];
    expect(judge({ windows, timePolicy: LOWER_BOUND }, T0 + 120, T0 + 200)).toBe('time_uncertain');
    expect(judge({ windows, timePolicy: LOWER_BOUND }, T0 + 119, T0 + 200)).toBe('open');
  });

  it('that reaches the begin of a grant is no longer before it', () => {
    expect(judge({ windows: [2, 4] }, T0 - 5, T0 - 1)).toBe('pending');
    expect(judge({ windows: [2, 4] }, T0 - 5, T0)).toBe('inactive_hours');
  });

  it('wholly inside a gap is closed for certain', () => {
    expect(judge({ windows: [1, 2, 3, 4], timePolicy: LOWER_BOUND }, T0 + 120, T0 + 179)).toBe(
      'inactive_hours',
    );
  });
});

describe('the spans in which a grant is open', () => {
  const spans = (edits: Partial<Grant>) =>
    openSpans(grantOf({ nbf: T0, exp: T0 + 600, ...edits }), LIFE);

  it('are none when its life is empty', () => {
    expect(spans({ exp: T0 })).toEqual([]);
    expect(spans({ exp: T0 - 1 })).toEqual([]);
    expect(spans({ exp: T0 + 1 })).toEqual([{ from: T0, until: T0 + 1 }]);
  });

  it('are its windows as far as they lie in its life, and no empty one', () => {
    expect(spans({ windows: [2, 4, 5, 20] })).toEqual([
      { from: T0 + 120, until: T0 + 240 },
      { from: T0 + 300, until: T0 + 600 },
    ]);
    expect(spans({ windows: [0, 1, 10, 12, 50, 60] })).toEqual([{ from: T0, until: T0 + 60 }]);
  });
});

it('the life of the certificate ends every window', () => {
  const grant = grantOf({ nbf: T0, exp: T0 + 600 });
  const life = { from: T0 + 10, until: T0 + 100 };
  expect(openSpans(grant, life)).toEqual([life]);
  expect(judgeTime(grant, life, { lo: T0 + 50, hi: T0 + 100 }, false)).toBe('time_uncertain');
});

it('the three values are those of asking Open at every second of the interval', () => {
  const grants = fc
    .record({
      nbf: fc.integer({ min: 0, max: 400 }),
      life: fc.integer({ min: -50, max: 500 }),
      edges: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }),
      timePolicy: fc.constantFrom(0, 1, 2),
      lo: fc.integer({ min: 0, max: 700 }),
      width: fc.integer({ min: 0, max: 300 }),
      hasToken: fc.boolean(),
    })
    .filter(({ edges }) => edges.length % 2 === 0);
  fc.assert(
    fc.property(grants, ({ nbf, life, edges, timePolicy, lo, width, hasToken }) => {
      const windows = [...edges].sort((a, b) => a - b);
      const exp = nbf + life;
      const grant = grantOf({
        nbf: T0 + nbf,
        exp: T0 + exp,
        timePolicy,
        ...(windows.length > 0 && { windows }),
      });
      const open = (t: number) => {
        if (t < nbf || t >= exp) return false;
        if (windows.length === 0) return true;
        const minute = (t - 60 * Math.floor(nbf / 60)) / 60;
        return windows.some(
          (start, index) =>
            index % 2 === 0 && start <= minute && minute < (windows[index + 1] as number),
        );
      };
      const seconds = Array.from({ length: width + 1 }, (_, index) => lo + index);
      const verdict = judgeTime(grant, LIFE, { lo: T0 + lo, hi: T0 + lo + width }, hasToken);
      const isOpen = verdict === undefined;
      if (!seconds.some(open)) {
        expect(['pending', 'expired', 'inactive_hours']).toContain(verdict);
      } else if (seconds.every(open)) {
        expect(isOpen).toBe(true);
      } else {
        expect(isOpen).toBe(timePolicy === 1 && open(lo));
        if (!isOpen)
          expect(verdict).toBe(
            timePolicy === 2 && !hasToken ? 'time_token_needed' : 'time_uncertain',
          );
      }
    }),
    { seed: 63, numRuns: runs(400) },
  );
});

it('a life of a year is no reason to wait', () => {
  expect(openSpans(grantOf({ nbf: T0, exp: T0 + 365 * DAY }), LIFE)).toHaveLength(1);
});
