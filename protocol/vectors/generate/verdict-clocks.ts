/** The interval clock after stamps, waits and power losses (line E). */
import { type Clock, intervalAt, lowerClock, raiseClock, resetClock } from '../../lock/clock.js';
import { DAY, NOW } from './fixed.js';
import type { Writable } from './notation.js';

/** One thing that happens to a clock. */
type Tick =
  | readonly ['stamp' | 'nonce' | 'reset', number]
  | readonly ['wait', milliseconds: number]
  | readonly ['power-loss'];

const CLOCKS: readonly (readonly [line: string, id: string, ticks: readonly Tick[]])[] = [
  [
    'E',
    'a-first-stamp-is-taken-whole',
    [
      ['stamp', NOW],
      ['wait', 1000],
    ],
  ],
  [
    'E2',
    'an-older-stamp-changes-nothing',
    [
      ['stamp', NOW],
      ['stamp', NOW - 1],
      ['stamp', NOW + 1],
    ],
  ],
  [
    'E',
    'drift-of-a-day',
    [
      ['stamp', NOW],
      ['nonce', NOW],
      ['wait', 86_400_000],
    ],
  ],
  [
    'E',
    'less-than-a-second',
    [
      ['stamp', NOW],
      ['nonce', NOW],
      ['wait', 999],
      ['wait', 1],
      ['wait', 1],
    ],
  ],
  [
    'E6',
    'thirty-days-of-drift',
    [
      ['stamp', NOW],
      ['nonce', NOW],
      ['wait', 2_591_999_999],
      ['wait', 1],
    ],
  ],
  [
    'E',
    'thirty-days-at-a-time',
    [
      ['stamp', NOW],
      ['stamp', NOW + 60 * DAY],
      ['stamp', NOW + 60 * DAY],
    ],
  ],
  [
    'E5',
    'a-stamp-after-hi-is-an-alarm',
    [
      ['stamp', NOW],
      ['nonce', NOW + 10],
      ['stamp', NOW + 10],
      ['stamp', NOW + 11],
    ],
  ],
  [
    'E7',
    'hi-below-lo-is-refused',
    [
      ['stamp', NOW],
      ['nonce', NOW - 1],
      ['nonce', NOW],
    ],
  ],
  [
    'E4',
    'a-later-token-does-not-raise-hi',
    [
      ['stamp', NOW],
      ['nonce', NOW + 5],
      ['nonce', NOW + 9],
    ],
  ],
  [
    'E1',
    'power-loss-keeps-lo',
    [['stamp', NOW], ['nonce', NOW + 5], ['wait', 60_000], ['power-loss'], ['wait', 5000]],
  ],
  ['E', 'without-any-time-nothing-counts', [['wait', 3_600_000]]],
  [
    'E5b',
    'reset-by-admin',
    [
      ['stamp', NOW + DAY],
      ['nonce', NOW + DAY],
      ['reset', NOW],
      ['wait', 1000],
    ],
  ],
];

/** Every clock as a vector: after each tick the interval, and whether the tick was refused or an alarm. */
export function clockVerdicts(): Writable[] {
  return CLOCKS.map(([line, id, ticks]) => {
    const driftPpm = 100;
    let clock: Clock = { lo: 0, loSetMs: 0, hi: null, hiSetMs: 0, driftPpm };
    let now = 0;
    const steps = ticks.map(([kind, amount = 0]) => {
      let told = 'taken';
      if (kind === 'wait') now += amount;
      if (kind === 'power-loss') {
        const { lo } = intervalAt(clock, now);
        [now, clock] = [0, { lo, loSetMs: 0, hi: null, hiSetMs: 0, driftPpm }];
      }
      if (kind === 'reset') clock = resetClock(clock, now, amount);
      if (kind === 'stamp') {
        const { lo } = intervalAt(clock, now);
        const raised = raiseClock(
          clock,
          now,
          amount,
          lo === 0 ? Number.MAX_SAFE_INTEGER : lo + 30 * DAY,
        );
        clock = raised.clock;
        if (raised.alarm) told = 'alarm';
      }
      if (kind === 'nonce') {
        const lowered = lowerClock(clock, now, amount);
        if (lowered === undefined) told = 'refused';
        clock = lowered ?? clock;
      }
      const { lo, hi } = intervalAt(clock, now);
      return { kind, amount, told, interval: [lo, hi] };
    });
    return { id, line, driftPpm, steps };
  });
}
