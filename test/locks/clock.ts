/** A clock that stands still until a test moves it, with timers that ring in order. */

/** The clock. */
export interface TestClock {
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
  newId(): string;
  /** Moves on, ringing every timer on the way, and lets everything that follows from each come to rest. */
  pass(milliseconds: number): Promise<void>;
}

/** Starts at an instant. @param turns - of the event loop after each timer: more than one for work that waits by itself. */
export function testClock(
  start: number = Date.UTC(2026, 10, 23, 10),
  turns: number = 3,
): TestClock {
  let now = start;
  let count = 0;
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  // Each turn of the loop runs all promises that are ready.
  const rest = async () => {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    newId: () => `id-${++count}`,
    after(milliseconds, callback) {
      const id = ++count;
      timers.set(id, { at: now + Math.max(0, milliseconds), callback });
      return () => timers.delete(id);
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      await rest();
      for (;;) {
        const due = [...timers]
          .filter(([, { at }]) => at <= end)
          .sort(([, a], [, b]) => a.at - b.at);
        const [next] = due;
        if (next === undefined) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].callback();
        await rest();
      }
      now = end;
    },
  };
}
