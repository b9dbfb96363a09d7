/** A turn for whatever else waits in this process. */

/**
 * Lets signals, timers and pictures have their turn. Work on data that is there already only ever waits for promises, which come
 * before all of them: without a turn in between nobody could stop it, or see how far it is.
 */
export function hostTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Node and Bun have what costs nothing; a timer of a browser may wait for four milliseconds.
    if (typeof globalThis.setImmediate === 'function') globalThis.setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
