/** Several watchers as one: metrics, and traces besides. */
import type { Watcher } from '../pdp/telling.js';

/** Tells each; what one throws keeps nothing from the others. The first that has spans gives them. */
export function watchersTogether(watchers: readonly Watcher[]): Watcher {
  const within = watchers.find((watcher) => watcher.within !== undefined)?.within;
  return {
    decided(told) {
      for (const watcher of watchers) quietly(() => watcher.decided?.(told));
    },
    exchanged(told) {
      for (const watcher of watchers) quietly(() => watcher.exchanged?.(told));
    },
    ...(within === undefined ? {} : { within }),
  };
}

function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Watching never breaks a door.
  }
}
