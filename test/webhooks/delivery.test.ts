import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttemptOutcome,
  believable,
  DELIVERY_RULES,
  type DeliveryState,
  settle,
  startAfter,
  waitMs,
} from '../../src/adapters/webhooks/delivery.js';
import { runs } from '../helpers/runs.js';

const SEED = 20261122;
const NOW = 1_800_000_000_000;
const FAILED: AttemptOutcome = { kind: 'failed', detail: 'status 500' };

describe('a delivery', () => {
  test('that arrives goes on with the next event and forgets what failed', () => {
    const state = { after: 4, attempts: 3, notBefore: NOW, failingSince: NOW - 1000 };
    expect(settle(state, 7, { kind: 'delivered' }, NOW, 0.5)).toEqual({
      verdict: 'done',
      state: startAfter(7),
    });
  });

  test('that is hopeless goes on, and says nothing of the receiver', () => {
    const state = { after: 4, attempts: 3, notBefore: NOW, failingSince: NOW - 1000 };
    expect(settle(state, 7, { kind: 'hopeless' }, NOW, 0.5)).toEqual({
      verdict: 'dropped',
      state: { after: 7, attempts: 0, notBefore: 0, failingSince: NOW - 1000 },
    });
  });

  test('to a receiver that is gone stops where it was', () => {
    const state = startAfter(4);
    expect(settle(state, 7, { kind: 'gone' }, NOW, 0.5)).toEqual({ verdict: 'stop', state });
  });

  test('that fails waits longer each time, never longer than the cap, and is laid aside in the end', () => {
    let state: DeliveryState = startAfter(4);
    const waits: number[] = [];
    let now = NOW;
    for (;;) {
      const settled = settle(state, 7, FAILED, now, 0.999_999);
      state = settled.state;
      if (settled.verdict === 'dead') break;
      expect(settled.verdict).toBe('retry');
      expect(state).toMatchObject({ after: 4, failingSince: NOW });
      waits.push(Math.round(waitMs(state, now) / 1000));
      now = state.notBefore;
    }
    expect(waits).toEqual([5, 20, 80, 320, 1280, 5120, 20480, 43200, 43200, 43200]);
    expect(state).toEqual({ ...startAfter(7), failingSince: NOW });
  });

  test('waits no longer than the longest pause, whatever a wrong clock wrote', () => {
    const { capMs } = DELIVERY_RULES;
    const longest = { after: 4, attempts: 11, notBefore: NOW + capMs };
    expect(believable(longest, NOW)).toBe(longest);
    const yearsAway = { ...longest, notBefore: NOW + 10 * 365 * 86_400_000 };
    expect(believable(yearsAway, NOW)).toEqual(longest);
    expect(believable(yearsAway, NOW, { ...DELIVERY_RULES, capMs: 1000 }).notBefore).toBe(
      NOW + 1000,
    );
  });

  test('that has failed since a time yet to come has failed since now', () => {
    const state = { ...startAfter(4), failingSince: NOW + 1_000_000 };
    expect(settle(state, 7, FAILED, NOW, 0.5).state.failingSince).toBe(NOW);
  });

  test('the jitter is full: from nothing to the bound', () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, random) => {
          const { state } = settle({ ...startAfter(0), attempts }, 1, FAILED, NOW, random);
          const bound = Math.min(DELIVERY_RULES.capMs, 5000 * 4 ** attempts);
          expect(waitMs(state, NOW)).toBe(Math.floor(random * bound));
        },
      ),
      { seed: SEED, numRuns: runs(200) },
    );
  });

  test('a receiver may ask for more time, not for more than the cap, and never for less', () => {
    const wait = (retryAfterMs: number, random = 0) =>
      waitMs(settle(startAfter(0), 1, { ...FAILED, retryAfterMs }, NOW, random).state, NOW);
    expect(wait(60_000)).toBe(60_000);
    expect(wait(1e12)).toBe(DELIVERY_RULES.capMs);
    expect(wait(-5)).toBe(0);
    expect(wait(0, 0.5)).toBe(2500);
  });

  test('a receiver that has failed for days is switched off with the event that is laid aside', () => {
    const last = { ...startAfter(0), attempts: 10 };
    const of = (since: number) => settle({ ...last, failingSince: since }, 1, FAILED, NOW, 0);
    expect(of(NOW - DELIVERY_RULES.disableAfterMs)).toMatchObject({
      verdict: 'dead',
      disable: true,
    });
    expect(of(NOW - DELIVERY_RULES.disableAfterMs + 1)).not.toHaveProperty('disable');
  });

  test('whatever happens, the number never goes back, and only failures keep it where it is', () => {
    const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
      fc.constant<AttemptOutcome>({ kind: 'delivered' }),
      fc.constant<AttemptOutcome>({ kind: 'hopeless' }),
      fc.constant<AttemptOutcome>({ kind: 'gone' }),
      fc.constant(FAILED),
    );
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 60 }), (outcomes) => {
        let state = startAfter(0);
        let now = NOW;
        for (const each of outcomes) {
          const seq = state.after + 1;
          const { state: next, verdict } = settle(state, seq, each, now, 0.5);
          const stays = verdict === 'retry' || verdict === 'stop';
          expect(next.after).toBe(stays ? state.after : seq);
          expect(next.attempts).toBeLessThan(DELIVERY_RULES.attemptsMax);
          state = next;
          now = Math.max(now, state.notBefore);
        }
      }),
      { seed: SEED, numRuns: runs(200) },
    );
  });
});
