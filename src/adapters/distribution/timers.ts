/** Timers as a port, and many waiters on one timer. */

/** Calls back once after so many milliseconds; answers how to forget it. */
export interface Timers {
  /** Sets one. To forget it twice, or after it called back, does nothing. */
  set(callback: () => void, milliseconds: number): () => void;
}

/** The host's timers; where the host can, they do not keep the process alive. */
export const hostTimers: Timers = {
  set(callback, milliseconds) {
    const timer: unknown = setTimeout(callback, milliseconds);
    (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  },
};

/** Lets everybody else work who is ready to: no wait, on hosts that know the difference. */
export function nextTurn(): Promise<void> {
  const soon = (globalThis as { setImmediate?: (callback: () => void) => void }).setImmediate;
  return new Promise((resolve) => {
    if (soon === undefined) setTimeout(resolve, 0);
    else soon(resolve);
  });
}

/** Many who wait for one thing: thousands of long polls cost one timer. */
export interface WaitingRoom {
  /** Resolves at the next `wake`, after about so many milliseconds, or when the signal aborts: never rejects. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Lets everybody go. */
  wake(): void;
  /** How many wait. */
  readonly size: number;
}

interface Waiter {
  readonly until: number;
  /** Milliseconds. */
  readonly asked: number;
  readonly leave: () => void;
}

/** How much later than asked for a waiter may be let go, milliseconds: so many are let go at once. */
const GRAIN_MS = 250;

/** An empty room. */
export function waitingRoom(timers: Timers, now: () => number): WaitingRoom {
  const waiters = new Set<Waiter>();
  // Longer than was asked for nobody waits, whatever the clock does.
  const leftOf = ({ until, asked }: Waiter, time: number): number => {
    const left = until - time;
    return left > asked ? 0 : left;
  };
  let forget: (() => void) | undefined;
  const arm = (): void => {
    if (forget !== undefined || waiters.size === 0) return;
    let soonest = Number.POSITIVE_INFINITY;
    for (const waiter of waiters) soonest = Math.min(soonest, leftOf(waiter, now()));
    forget = timers.set(
      () => {
        forget = undefined;
        const time = now();
        for (const waiter of [...waiters]) if (leftOf(waiter, time) <= 0) waiter.leave();
        arm();
      },
      Math.max(GRAIN_MS, soonest),
    );
  };
  return {
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const leave = (): void => {
          waiters.delete(waiter);
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const waiter = { until: now() + milliseconds, asked: milliseconds, leave };
        waiters.add(waiter);
        signal?.addEventListener('abort', leave);
        arm();
      }),
    wake() {
      for (const { leave } of [...waiters]) leave();
      forget?.();
      forget = undefined;
    },
    get size() {
      return waiters.size;
    },
  };
}
