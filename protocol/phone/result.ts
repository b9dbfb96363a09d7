/** How a visit ends, and what the app is told about it. */

import type { Status } from '../status.js';
import type { PhoneEffect, VisitCode, VisitResult, Wish } from './event.js';
import type { PhoneState, PhoneStep, Refusal, Visit } from './state.js';

/** A result that came without any session. */
export function plainResult(wish: Wish, code: VisitCode, missing = 0): VisitResult {
  return {
    wish,
    code,
    status: null,
    missing,
    mayHaveActed: false,
    retryable: RETRYABLE.includes(code),
    receipt: 'none',
  };
}

/** Tells the app how its wish ended; the session may go on for the lock's and the server's sake. */
export function tell(
  state: PhoneState,
  visit: Visit,
  code: VisitCode,
  status: Status | null = null,
): PhoneStep {
  if (visit.told) return { state: { ...state, visit }, effects: [] };
  const result: VisitResult = {
    ...plainResult(visit.wish, code),
    status,
    mayHaveActed: code === 'permitted' || visit.asked || status === 'bolt_failed',
    retryable: RETRYABLE.includes(code) || (status !== null && AGAIN.includes(status)),
    receipt: visit.receipt,
  };
  return {
    state: { ...state, visit: { ...visit, asked: false, told: true } },
    effects: [{ kind: 'result', result }],
  };
}

/** Ends the visit: tells the app if it was not told yet, and lets go of the link. */
export function finish(
  state: PhoneState,
  visit: Visit,
  code: VisitCode,
  status: Status | null = null,
): PhoneStep {
  // Whatever ended it, the app must know when the door may be open.
  const told = tell(state, visit, visit.asked ? 'outcome_unknown' : code, status);
  const effects: PhoneEffect[] = [];
  if (visit.stage.kind === 'seeking') effects.push({ kind: 'listen', on: false });
  if (visit.link !== 0) effects.push({ kind: 'disconnect', link: visit.link });
  return { state: { ...told.state, visit: null }, effects: [...effects, ...told.effects] };
}

/**
 * The refusal to report of two: the first, unless only the second says why. An answer that waited for
 * the time gives way to any later one, which knew it.
 */
export function betterRefusal(before: Refusal | null, status: Status | null): Refusal {
  if (before?.status == null) return { status };
  return UNDECIDED.includes(before.status) ? { status: status ?? before.status } : before;
}

/** Refusals that say nothing about the grant itself. */
const UNDECIDED: readonly Status[] = ['denied', 'time_uncertain', 'time_token_needed'];

/** Codes after which the same wish may go better soon. */
const RETRYABLE: readonly VisitCode[] = [
  'requirement_missing',
  'not_found',
  'lock_not_authentic',
  'connection_lost',
  'timed_out',
  'outcome_unknown',
  'signature_missing',
  'cancelled',
  'busy',
];

/** Refusals that pass by themselves. */
const AGAIN: readonly Status[] = ['bolt_failed', 'storage_failed', 'uses_full'];
