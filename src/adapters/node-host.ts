/** Clock, randomness and timers of a Node process, for locks that run in it. */
import { randomBytes } from 'node:crypto';
import type { LockHost } from './hosted-lock.js';

/** Longest wait that `setTimeout` can count; a lock is woken early rather than never. */
const WAIT_MS_MAX = 2_147_483_647;

/** The host of this process. Its clock counts from the start of the process and ignores the wall clock. */
export function nodeHost(): LockHost {
  return {
    nowMs: () => Math.floor(performance.now()),
    wallMs: () => Date.now(),
    random: () => new Uint8Array(randomBytes(32)),
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, Math.min(milliseconds, WAIT_MS_MAX));
      return () => clearTimeout(timer);
    },
  };
}
