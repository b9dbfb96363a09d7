/** One after the other, in the order in which they came. */

/** Runs what it is given when everything it was given before has ended, well or badly. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** A queue in which nobody waits yet. */
export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
