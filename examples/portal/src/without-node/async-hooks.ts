/**
 * `node:async_hooks` in a page, which has no such thing: nobody is ever known to be inside a write. A store uses it to find calls
 * to itself from inside its own writes; here none but the library's functions write, which its tests hold to that in Node.
 */
export class AsyncLocalStorage<T> {
  /** Runs the work. */
  run<R>(_store: T, work: () => R): R {
    return work();
  }

  /** Not known. */
  getStore(): T | undefined {
    return undefined;
  }
}
