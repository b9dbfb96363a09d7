/**
 * Finds a call to a store that comes from inside one of its own writes. It would wait for the connection or the
 * organisation that the write holds, and the write waits for it: both for ever.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Knows from where it is called. */
export interface WriteGuard {
  /** Runs the work of a write. */
  inside<T>(work: () => Promise<T>): Promise<T>;
  /** @throws TypeError inside a write that has not ended. */
  refuseInside(): void;
}

/** The guard of one store. */
export function writeGuard(): WriteGuard {
  const current = new AsyncLocalStorage<{ isOver: boolean }>();
  return {
    inside(work) {
      const write = { isOver: false };
      return current.run(write, work).finally(() => {
        write.isOver = true;
      });
    },
    refuseInside() {
      const write = current.getStore();
      if (write === undefined || write.isOver) return;
      throw new TypeError('inside a write only its writer may be used, it would wait for itself');
    },
  };
}
