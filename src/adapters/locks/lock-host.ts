/** Clock, chance and timers of gateways and providers. */

/** What they use of the host. */
export interface LockTimers {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; answers how to forget it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The same, with fresh ids. */
export interface LockHost extends LockTimers {
  /** A fresh UUID. */
  newId(): string;
}

/** Longest wait that `setTimeout` can count; what is further off is looked at again after it. */
const WAIT_MS_MAX = 2_147_483_647;

/** The clock and timers of this process. They keep it alive: a gateway without its broker waits for it. */
export const processLockHost: LockHost = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, milliseconds), WAIT_MS_MAX));
    return () => clearTimeout(timer);
  },
  newId: () => globalThis.crypto.randomUUID(),
};

/** Waits for work until an instant or a signal, whichever comes first; answers undefined for the latter two. */
export function untilThen<T>(
  timers: LockTimers,
  work: Promise<T>,
  instant: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = () => {
      forget();
      signal?.removeEventListener('abort', giveUp);
    };
    const giveUp = () => {
      end();
      resolve(undefined);
    };
    const forget = timers.after(instant - timers.now(), giveUp);
    signal?.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(end);
    if (signal?.aborted === true) giveUp();
  });
}
