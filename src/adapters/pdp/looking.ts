/** Looks at a source again and again: never twice at once, at once for whoever asks, and on although a look hangs. */
import { quietly } from '../quietly.js';
import type { PdpHost } from './pdp-host.js';

/** How a source is looked at. */
export interface LookingOptions {
  /** One look; what it rejects with is a failure. */
  readonly look: () => Promise<void>;
  /** Milliseconds between the end of a look and the next. */
  readonly everyMs: number;
  /** Milliseconds after which a look counts as failed, whatever comes of it later. */
  readonly attemptMs: number;
  readonly host: PdpHost;
  /** The looks begin to fail, or fail otherwise than before (an error), or succeed again (undefined). Called once for each change. */
  readonly onChange?: (error: Error | undefined) => void;
}

/** A source that is looked at. */
export interface Looking {
  /** Whether a look succeeded that began after this call. */
  look(): Promise<boolean>;
  /** The same after a short pause, which everybody shares who waits meanwhile. */
  lookSoon(): Promise<boolean>;
  /** What the last look failed with; undefined when it did not. */
  failure(): Error | undefined;
  /** No look begins after this. */
  close(): void;
}

/** Milliseconds between looks for those who wait for something to come. */
const SOON_MS = 40;

/** Looks that hang, at most: each may hold a connection of a pool. */
const HANGING_MAX = 3;

/** Begins to look after the first pause. */
export function startLooking(options: LookingOptions): Looking {
  const { host, everyMs } = options;
  const tell = quietly(options.onChange);
  let failure: Error | undefined;
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  let hanging = 0;
  let isClosed = false;
  let forget = host.setTimer(() => void look(), everyMs, true);

  const settle = (error: Error | undefined): boolean => {
    const isChange = failure?.message !== error?.message;
    failure = error;
    if (isChange) tell(error);
    return error === undefined;
  };
  const attempt = async (): Promise<boolean> => {
    if (hanging >= HANGING_MAX) return settle(new Error('earlier looks have not come back yet'));
    hanging += 1;
    const done = options.look().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    void done.then(() => {
      hanging -= 1;
    });
    return settle(await withinTime(done, options));
  };
  const begin = (): Promise<boolean> => {
    if (isClosed) return Promise.resolve(false);
    forget();
    running = attempt().finally(() => {
      running = undefined;
      if (!isClosed) forget = host.setTimer(() => void look(), everyMs, true);
    });
    return running;
  };
  // Whoever asks while a look is under way gets the one after it: what is under way may have read already.
  const look = (): Promise<boolean> => {
    if (next !== undefined) return next;
    if (running === undefined) return begin();
    next = running.then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
  return {
    look,
    lookSoon: soonOf(look, host),
    failure: () => failure,
    close() {
      isClosed = true;
      forget();
    },
  };
}

/** Looks after a short pause; whoever asks in it shares the look. */
function soonOf(look: () => Promise<boolean>, host: PdpHost): () => Promise<boolean> {
  let soon: Promise<boolean> | undefined;
  return () => {
    soon ??= new Promise((resolve) => {
      host.setTimer(() => {
        soon = undefined;
        resolve(look());
      }, SOON_MS);
    });
    return soon;
  };
}

function withinTime(
  done: Promise<Error | undefined>,
  { host, attemptMs }: LookingOptions,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const forget = host.setTimer(() => resolve(new Error('no answer in time')), attemptMs);
    void done.then((error) => {
      forget();
      resolve(error);
    });
  });
}
