/** Orders and results of commands: what is well-formed, and how each end is said. */
import type { LockCommandResult, LockOrder } from './lock-provider.js';

/** What a lock can be told to do. */
export type LockOperation = 'unlock' | 'hold' | 'lock';

/** Longest unlock or lease of one command. An hour: beyond it somebody should have looked again. */
export const UNLOCK_SECONDS_MAX = 3600;

const COMMAND_ID = /^[A-Za-z0-9._~:-]{1,64}$/u;

/** Whether a text may name a command. */
export function isCommandId(text: unknown): text is string {
  return typeof text === 'string' && COMMAND_ID.test(text);
}

/** Whether a number may be the seconds of an unlock or a lease. */
export function isUnlockSeconds(seconds: unknown): seconds is number {
  return (
    Number.isInteger(seconds) &&
    (seconds as number) >= 1 &&
    (seconds as number) <= UNLOCK_SECONDS_MAX
  );
}

/** Refuses an order that is none. @throws TypeError @throws RangeError */
export function requireOrder(order: LockOrder, seconds?: number): void {
  if (!isCommandId(order.commandId))
    throw new TypeError('a command id is 1 to 64 plain characters');
  if (!Number.isFinite(order.expiresAt)) throw new TypeError('an order expires at an instant');
  if (seconds !== undefined && !isUnlockSeconds(seconds))
    throw new RangeError(`a lock is unlocked for 1 to ${UNLOCK_SECONDS_MAX} seconds`);
}

/** The lock did it. */
export function confirmed(detail = 'the lock says that it is done'): LockCommandResult {
  return { outcome: 'confirmed', mayHaveActed: true, retryable: false, detail };
}

/** Lock or vendor would not. */
export function refused(
  detail: string,
  more: { readonly mayHaveActed?: boolean; readonly retryable?: boolean } = {},
): LockCommandResult {
  const { mayHaveActed = false, retryable = false } = more;
  return { outcome: 'refused', mayHaveActed, retryable, detail };
}

/** Nobody answered in time. */
export function timedOut(mayHaveActed: boolean): LockCommandResult {
  const detail = mayHaveActed ? 'no answer in time' : 'too late to be sent';
  return { outcome: 'timed_out', mayHaveActed, retryable: true, detail };
}

/** The lock cannot be reached, or can no longer. */
export function unavailable(
  detail: string,
  more: { readonly mayHaveActed?: boolean; readonly retryable?: boolean } = {},
): LockCommandResult {
  const { mayHaveActed = false, retryable = true } = more;
  return { outcome: 'unavailable', mayHaveActed, retryable, detail };
}
