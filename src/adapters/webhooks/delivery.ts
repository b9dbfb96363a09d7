/** How deliveries go on after each attempt: pure steps from a state and an outcome to the next state. */

/** How far a consumer is with one log. */
export interface DeliveryState {
  /** Events up to this number are done with. */
  readonly after: number;
  /** Failed attempts of the event after it. */
  readonly attempts: number;
  /** No attempt before this instant, epoch milliseconds. */
  readonly notBefore: number;
  /** When the first attempt failed since the last success; absent while all goes well. */
  readonly failingSince?: number;
}

/**
 * What became of one attempt. `gone`: the receiver wants no more, ever. `hopeless`: this event can never be
 * delivered, others can.
 */
export type AttemptOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'hopeless' }
  | { readonly kind: 'failed'; readonly detail: string; readonly retryAfterMs?: number };

/**
 * What follows. `done`, `dropped`: on with the next event. `retry`: the same again, later. `dead`: on with the next,
 * and this one is laid aside for people. `stop`: nothing more to this receiver.
 */
export interface Settlement {
  readonly verdict: 'done' | 'dropped' | 'retry' | 'dead' | 'stop';
  readonly state: DeliveryState;
  /** Set with `dead`, when the receiver has failed for so long that it is to be switched off. */
  readonly disable?: true;
}

/** How patient deliveries are. */
export interface DeliveryRules {
  /** Attempts of one event before it is laid aside. */
  readonly attemptsMax: number;
  /** The bound of the first wait; each further one is `factor` times it, at most `capMs`. */
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** A receiver that fails for so long is switched off with the next event that is laid aside. */
  readonly disableAfterMs: number;
}

/**
 * Eleven attempts: bounds of 5 s, 20 s, 80 s, … up to 12 hours, about a day on average, for an outage over night is
 * usual. Five days of nothing but failures switch a receiver off.
 */
export const DELIVERY_RULES: DeliveryRules = {
  attemptsMax: 11,
  baseMs: 5000,
  factor: 4,
  capMs: 43_200_000,
  disableAfterMs: 432_000_000,
};

/** The state of a consumer that is done with everything up to an event. */
export function startAfter(after: number): DeliveryState {
  return { after, attempts: 0, notBefore: 0 };
}

/**
 * The state as it can be at this instant: no longer to wait than the longest pause of the rules. A clock that was far ahead once
 * would else hold everything up until that time. To be kept, or the end of the wait moves along.
 */
export function believable(
  state: DeliveryState,
  now: number,
  { capMs }: DeliveryRules = DELIVERY_RULES,
): DeliveryState {
  return isBelievable(state.notBefore, now, capMs) ? state : { ...state, notBefore: now + capMs };
}

/** Whether an instant to wait for lies no further away than the longest pause there is. */
export function isBelievable(notBefore: number, now: number, capMs: number): boolean {
  return notBefore - now <= capMs;
}

/** How long to wait at this instant before the next attempt, milliseconds; 0: it may be made. */
export function waitMs(state: DeliveryState, now: number): number {
  return Math.max(0, state.notBefore - now);
}

/**
 * What follows from an attempt.
 * @param seq - of the event that was tried.
 * @param random - a fresh number from 0 up to 1, for the jitter.
 */
export function settle(
  state: DeliveryState,
  seq: number,
  outcome: AttemptOutcome,
  now: number,
  random: number,
  rules: DeliveryRules = DELIVERY_RULES,
): Settlement {
  switch (outcome.kind) {
    case 'delivered':
      return { verdict: 'done', state: startAfter(seq) };
    case 'gone':
      return { verdict: 'stop', state };
    case 'hopeless':
      // Says nothing of the receiver: what is known of its failures stays.
      return { verdict: 'dropped', state: { ...state, after: seq, attempts: 0, notBefore: 0 } };
    case 'failed': {
      // No failure lies in the future: from there it would never have lasted long enough.
      const failingSince = Math.min(state.failingSince ?? now, now);
      const attempts = state.attempts + 1;
      const notBefore = now + backOff(attempts, random, rules, outcome.retryAfterMs);
      if (attempts < rules.attemptsMax)
        return { verdict: 'retry', state: { ...state, attempts, notBefore, failingSince } };
      const next = { ...startAfter(seq), failingSince };
      const isLong = now - failingSince >= rules.disableAfterMs;
      return { verdict: 'dead', state: next, ...(isLong ? { disable: true } : {}) };
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

/**
 * Full jitter: anything from nothing to the bound, so that receivers that failed together are not asked together
 * again. A receiver may ask for more time, but not for more than the cap.
 * @see M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015
 */
function backOff(
  attempts: number,
  random: number,
  { baseMs, factor, capMs }: DeliveryRules,
  retryAfterMs = 0,
): number {
  const bound = Math.min(capMs, baseMs * factor ** (attempts - 1));
  return Math.max(Math.floor(random * bound), Math.min(Math.max(0, retryAfterMs), capMs));
}
