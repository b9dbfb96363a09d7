/** Clocks and timers that a test moves. */
import type { PdpHost } from '../../src/adapters/pdp/pdp-host.js';

/** A host whose time stands still until it is moved. */
export interface FakeHost extends PdpHost {
  /** Moves both clocks, calling back what is due on the way, and lets what follows from it happen. */
  pass(milliseconds: number): Promise<void>;
  /** Puts the wall clock alone, on or back. */
  putClock(milliseconds: number): void;
}

/** At the instant 0 of the steady clock. */
export function fakeHost(wall = Date.UTC(2026, 10, 22, 9)): FakeHost {
  let elapsed = 0;
  let offset = wall;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    setTimer(callback, milliseconds) {
      const timer = { at: elapsed + milliseconds, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    putClock(milliseconds) {
      offset += milliseconds;
    },
    async pass(milliseconds) {
      const end = elapsed + milliseconds;
      await settle();
      for (;;) {
        const [due] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (due === undefined) break;
        timers = timers.filter((one) => one !== due);
        elapsed = Math.max(elapsed, due.at);
        due.callback();
        await settle();
      }
      elapsed = end;
    },
  };
}
