/** Tells watchers. Nothing they do or throw changes what was decided. */
import type { DecisionTold, Watcher } from '../pdp/telling.js';

/** The span in which a decision is made, by the name that traces know it by. */
const SPAN = 'access.decide';

type Done<T> = { readonly value: T } | { readonly thrown: unknown };

/** Runs `work` once, inside the watcher's span where it has one. @throws what `work` throws, nothing of the watcher's. */
export function withinSpan<T>(watcher: Watcher | undefined, work: () => T): T {
  if (watcher?.within === undefined) return work();
  let done: Done<T> | undefined;
  const once = (): T => {
    done ??= attempt(work);
    if ('thrown' in done) throw done.thrown;
    return done.value;
  };
  try {
    // A span around work that answers later may be a promise of its own, which nobody else waits for.
    Promise.resolve(watcher.within(SPAN, once)).catch(() => {});
  } catch {
    // The watcher's own, or the work's, which comes again below.
  }
  return once();
}

/** Tells a decision. */
export function tellDecision(watcher: Watcher | undefined, told: DecisionTold): void {
  try {
    watcher?.decided?.(told);
  } catch {
    // Watching never breaks a door.
  }
}

function attempt<T>(work: () => T): Done<T> {
  try {
    return { value: work() };
  } catch (thrown) {
    return { thrown };
  }
}
