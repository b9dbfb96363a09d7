/** Ctrl-C in a long run: it stops between two transactions instead of in one. */

/**
 * Runs `work` with a signal that the first Ctrl-C raises, told by `stopping`. The second ends the process, as Ctrl-C
 * does elsewhere; what was acknowledged is in the store even then.
 */
export async function untilInterrupted<T>(
  stopping: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const interrupt = () => {
    for (const other of others) process.on('SIGINT', other);
    stop.abort();
    stopping();
  };
  // The program ends at the first Ctrl-C: its own listener has to stand aside.
  const others = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT');
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.removeAllListeners('SIGINT');
    for (const other of others) process.on('SIGINT', other);
  }
}
