/** Lets the time of a radio in memory pass with the clock. */
import type { MemoryRadio } from 'doorwright/transport';

/** How a radio is kept going. */
export interface RadioRunner {
  /** It was asked something: what is due happens soon, and never during the call. */
  readonly wake: () => void;
  /** What is due still happens. */
  stop(): void;
}

/** @param elapsedMs - of a clock that never goes back. */
export function runRadio(radio: MemoryRadio, elapsedMs: () => number): RadioRunner {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAwake = false;
  let isStopped = false;
  const run = (): void => {
    isAwake = false;
    if (isStopped) return;
    radio.runUntil(elapsedMs());
    clearTimeout(timer);
    if (radio.nextMs === null) return;
    timer = setTimeout(run, Math.max(1, radio.nextMs - elapsedMs()));
  };
  return {
    wake: () => {
      if (isAwake || isStopped) return;
      isAwake = true;
      queueMicrotask(run);
    },
    stop: () => {
      // Whoever is connected hears that it is over.
      radio.runUntil(elapsedMs());
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
