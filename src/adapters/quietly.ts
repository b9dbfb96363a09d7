/** Telling whoever hooked himself in. What a hook does wrong stays its own: it changes no answer and ends no loop. */
import type { Logger } from './pdp/telling.js';

/**
 * A hook that never throws, nor leaves a rejection behind where it is async; without a hook, one that does nothing.
 * @param failed - told what the hook threw; it throws nothing itself. Default: nobody is.
 */
export function quietly<Told extends readonly unknown[]>(
  hook: ((...told: Told) => unknown) | undefined,
  failed: (error: unknown) => void = () => undefined,
): (...told: Told) => void {
  return (...told) => {
    try {
      const answer = hook?.(...told);
      // Where nobody waits for it, a rejection would end the process.
      if (answer instanceof Promise) answer.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

/** A logger that never throws; undefined stays undefined. */
export function quietLogger(logger: Logger | undefined): Logger | undefined {
  if (logger === undefined) return undefined;
  return {
    debug: quietly((fields, message) => logger.debug(fields, message)),
    info: quietly((fields, message) => logger.info(fields, message)),
    warn: quietly((fields, message) => logger.warn(fields, message)),
    error: quietly((fields, message) => logger.error(fields, message)),
  };
}
