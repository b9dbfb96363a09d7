/** Runs something again and again: never twice at once, a little irregularly, and more rarely while it fails. */
import { quietly } from '../quietly.js';

/** Clock and chance of a schedule. */
export interface ScheduleHost {
  /** Calls back once after so many milliseconds; answers how to forget it. */
  setTimer(callback: () => void, milliseconds: number): () => void;
  /** A number from 0 up to 1. */
  random(): number;
}

/** What is run, and how often. */
export interface ScheduleOptions {
  /** One run; answers whether it succeeded. What it throws counts as a failure. */
  readonly run: (signal: AbortSignal) => Promise<boolean>;
  /** Default 15. */
  readonly everyMinutes?: number;
  /** After failures the pause doubles up to this. Default 120. */
  readonly backOffMinutesMax?: number;
  /** Share by which a pause is longer or shorter by chance, so that many sites do not ask at once. Default 0.1. */
  readonly jitter?: number;
  /** Default: Node's timers, which do not keep a process alive. */
  readonly host?: ScheduleHost;
  /** What a run threw. What this throws itself is dropped. */
  readonly onError?: (error: unknown) => void;
  /** Ends the schedule, and the run under way by its own signal. */
  readonly signal?: AbortSignal;
}

/** A schedule that runs. */
export interface Schedule {
  /** Runs now, or waits for the run under way; the next pause begins after it. */
  runNow(): Promise<boolean>;
  /** Ends it; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** Node's timers. */
const nodeScheduleHost: ScheduleHost = {
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/**
 * Starts at once and then runs after each pause.
 * @throws RangeError for a pause that is none.
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { everyMinutes = 15, backOffMinutesMax = 120, jitter = 0.1 } = options;
  if (!(everyMinutes > 0 && everyMinutes <= 1440)) throw new RangeError('every 1 to 1440 minutes');
  if (!(jitter >= 0 && jitter < 1)) throw new RangeError('a jitter from 0 up to 1');
  const host = options.host ?? nodeScheduleHost;
  const ending = new AbortController();
  let failures = 0;
  let forget: () => void = () => undefined;
  let underWay: Promise<boolean> | undefined;

  const pause = (): number => {
    const minutes = everyMinutes * 2 ** Math.min(failures, 16);
    const capped = Math.min(minutes, Math.max(backOffMinutesMax, everyMinutes));
    return capped * 60_000 * (1 + jitter * (2 * host.random() - 1));
  };
  const attempt = async (): Promise<boolean> => {
    let succeeded = false;
    try {
      succeeded = await options.run(ending.signal);
    } catch (error) {
      quietly(options.onError)(error);
    }
    failures = succeeded ? 0 : failures + 1;
    if (!ending.signal.aborted) forget = host.setTimer(() => void runNow(), pause());
    return succeeded;
  };
  const runNow = (): Promise<boolean> => {
    if (underWay !== undefined) return underWay;
    if (ending.signal.aborted) return Promise.resolve(false);
    forget();
    underWay = attempt().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const stop = async (): Promise<void> => {
    ending.abort();
    forget();
    await underWay;
  };
  options.signal?.addEventListener('abort', () => void stop(), { once: true });
  if (options.signal?.aborted === true) ending.abort();
  else void runNow();
  return { runNow, stop };
}
