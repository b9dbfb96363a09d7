// A policy that is fetched, and fetched again: what `AccessProvider` subscribes to.
import { compilePolicy } from 'doorwright';

/** `load` answers a policy document, or undefined where it has not changed. What is no policy is not taken. */
export function policySource(load) {
  const listeners = new Set();
  let engine;
  return {
    current: () => engine,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Call it when the app starts, when it is looked at again, and when your server says so. */
    async refresh() {
      const policy = await load();
      if (policy === undefined) return;
      engine = compilePolicy(policy);
      for (const listener of [...listeners]) listener();
    },
  };
}
