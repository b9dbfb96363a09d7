/** Waiting for a revision: looking at the source until it has come, the caller is gone, or it has been long enough. */
import type { Looking } from './looking.js';
import type { PdpHost } from './pdp-host.js';

/** How long is waited, and with what. */
export interface Waiting {
  readonly looking: Looking;
  readonly host: PdpHost;
  /** Milliseconds, at most. */
  readonly waitMs: number;
}

/** Whether `isReached` became true in time. */
export async function waitUntil(
  waiting: Waiting,
  isReached: () => boolean,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { looking, host, waitMs } = waiting;
  const deadline = deadlineOf(host, waitMs, signal);
  try {
    if (isReached()) return true;
    await Promise.race([looking.look(), deadline.passed]);
    while (!isReached()) {
      if (deadline.isPassed()) return false;
      await Promise.race([looking.lookSoon(), deadline.passed]);
    }
    return true;
  } finally {
    deadline.forget();
  }
}

/** Whether a look succeeded that began after this call, in time. */
export async function lookNow(
  { looking, host, waitMs }: Waiting,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const deadline = deadlineOf(host, waitMs, signal);
  try {
    return await Promise.race([looking.look(), deadline.passed.then(() => false)]);
  } finally {
    deadline.forget();
  }
}

/** What `work` answers, or undefined when that takes longer. */
export async function orLate<T>(
  host: PdpHost,
  milliseconds: number,
  work: Promise<T>,
): Promise<T | undefined> {
  const deadline = deadlineOf(host, milliseconds, undefined);
  try {
    return await Promise.race([work, deadline.passed.then(() => undefined)]);
  } finally {
    deadline.forget();
  }
}

interface Deadline {
  readonly passed: Promise<void>;
  isPassed(): boolean;
  forget(): void;
}

function deadlineOf(host: PdpHost, waitMs: number, signal: AbortSignal | undefined): Deadline {
  let isPassed = false;
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    pass = () => {
      isPassed = true;
      resolve();
    };
  });
  const forgetTimer = host.setTimer(pass, waitMs);
  signal?.addEventListener('abort', pass, { once: true });
  if (signal?.aborted === true) pass();
  return {
    passed,
    isPassed: () => isPassed,
    forget() {
      forgetTimer();
      signal?.removeEventListener('abort', pass);
    },
  };
}
