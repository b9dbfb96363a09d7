import { describe, expect, test } from 'vitest';
import { type ScheduleOptions, startSchedule } from '../../../src/adapters/directory/schedule.js';

const MINUTE = 60_000;

/** Timers that ring when told, and chance that is known. */
function clock(random = 0.5) {
  const pauses: number[] = [];
  let waiting: (() => void) | undefined;
  return {
    pauses,
    host: {
      setTimer(callback: () => void, milliseconds: number) {
        pauses.push(milliseconds);
        waiting = callback;
        return () => {
          if (waiting === callback) waiting = undefined;
        };
      },
      random: () => random,
    },
    isWaiting: () => waiting !== undefined,
    async ring() {
      const callback = waiting;
      waiting = undefined;
      callback?.();
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function started(
  outcomes: readonly boolean[],
  options: Partial<ScheduleOptions> = {},
  random = 0.5,
) {
  const timers = clock(random);
  let count = 0;
  const schedule = startSchedule({
    ...{ host: timers.host, ...options },
    run: () => Promise.resolve(outcomes[count++] ?? true),
  });
  return { ...timers, schedule, count: () => count };
}

describe('a schedule', () => {
  test('runs at once and then every fifteen minutes', async () => {
    const { ring, pauses, count } = started([]);
    await settled();
    expect(count()).toBe(1);
    await ring();
    await ring();
    expect(count()).toBe(3);
    expect(pauses).toEqual([15 * MINUTE, 15 * MINUTE, 15 * MINUTE]);
  });

  test('is a little early or late by chance', async () => {
    for (const [random, minutes] of [
      [0, 13.5],
      [0.75, 15.75],
    ] as const) {
      const { pauses } = started([], {}, random);
      await settled();
      expect(pauses).toEqual([minutes * MINUTE]);
    }
  });

  test('waits twice as long after each failure, up to a bound, and recovers at once', async () => {
    const { ring, pauses } = started([false, false, false, false, false, true]);
    await settled();
    for (let turn = 0; turn < 5; turn++) await ring();
    expect(pauses.map((pause) => pause / MINUTE)).toEqual([30, 60, 120, 120, 120, 15]);
  });

  test('takes what a run throws for a failure and goes on', async () => {
    const errors: unknown[] = [];
    const timers = clock();
    let count = 0;
    startSchedule({
      host: timers.host,
      onError: (error) => errors.push(error),
      run() {
        count++;
        if (count === 1) throw new Error('at once');
        return Promise.reject(new Error('later'));
      },
    });
    await settled();
    await timers.ring();
    expect(errors.map(String)).toEqual(['Error: at once', 'Error: later']);
    expect(timers.pauses.map((pause) => pause / MINUTE)).toEqual([30, 60]);
  });

  test('never runs twice at once', async () => {
    const timers = clock();
    let running = 0;
    let most = 0;
    let end = (): void => undefined;
    const schedule = startSchedule({
      host: timers.host,
      async run() {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        running--;
        return true;
      },
    });
    const both = [schedule.runNow(), schedule.runNow()];
    expect(timers.isWaiting()).toBe(false);
    end();
    expect(await Promise.all(both)).toEqual([true, true]);
    await settled();
    expect([most, timers.pauses.length]).toEqual([1, 1]);
    // Asked for out of turn, the pause that was begun is forgotten.
    const third = schedule.runNow();
    expect(timers.isWaiting()).toBe(false);
    end();
    await third;
    expect([most, timers.pauses.length]).toEqual([1, 2]);
  });

  test('goes on though whoever is told of a failure fails, too', async () => {
    const timers = clock();
    const told: unknown[] = [];
    const schedule = startSchedule({
      host: timers.host,
      run: () => Promise.reject(new Error('no network')),
      onError: (error) => {
        told.push(error);
        throw error;
      },
    });
    expect(await schedule.runNow()).toBe(false);
    await timers.ring();
    expect([told.length, timers.isWaiting()]).toEqual([2, true]);
  });

  test('stops, and tells the run under way', async () => {
    const timers = clock();
    let aborted = false;
    const schedule = startSchedule({
      host: timers.host,
      run: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(false);
          });
        }),
    });
    await schedule.stop();
    expect([aborted, timers.isWaiting()]).toEqual([true, false]);
    expect(await schedule.runNow()).toBe(false);
    await schedule.stop();
  });

  test('does not begin when its signal has already ended it, and ends with it', async () => {
    const before = started([], { signal: AbortSignal.abort() });
    await settled();
    expect(before.count()).toBe(0);
    const stop = new AbortController();
    const during = started([], { signal: stop.signal });
    await settled();
    stop.abort();
    expect(during.isWaiting()).toBe(false);
  });

  test.each([{ everyMinutes: 0 }, { everyMinutes: Number.NaN }, { jitter: 1 }, { jitter: -1 }])(
    'is none with %j',
    (options) => {
      expect(() => started([], options)).toThrow(RangeError);
    },
  );
});
