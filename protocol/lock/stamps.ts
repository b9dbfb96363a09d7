/** Signed times and the clock: how TIME, POLICY and ADMIN stamps move it (offline.md §3.6). */
import { CLOCK_RAISE_MAX } from '../limits.js';
import type { TimeToken } from '../objects/time-token.js';
import type { Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import {
  type Clock,
  elapsedAtMost,
  INSTANT_MAX,
  intervalAt,
  lowerClock,
  type Raised,
  raiseClock,
} from './clock.js';
import { raiseAlarm } from './log-keeping.js';
import { commit } from './saving.js';
import type { Session, Turn } from './state.js';

/**
 * How far the stamps of one session may raise the lower bound. A clock that never heard any time takes
 * the first stamp whole: from zero in steps of 30 days it would need hundreds of sessions.
 */
export function raiseCeiling(lo: number): number {
  return Math.min(INSTANT_MAX, lo === 0 ? INSTANT_MAX : lo + CLOCK_RAISE_MAX);
}

/** The clock as the stamp of an update would raise it. */
export function raisedBy({ state, moment }: Turn, session: Session, stamp: number): Raised {
  return raiseClock(state.clock, moment.elapsedMs, stamp, session.raiseCeiling);
}

/** Sets the clock to what a stamp made of it, without writing it: the caller commits. */
export function takeRaised(turn: Turn, { clock, alarm }: Raised): void {
  turn.state.clock = clock;
  if (alarm) raiseAlarm(turn, 'clock_alarm');
}

/** Applies a time token whose signature holds; says whether the session has a token with its nonce now. */
export function takeTimeToken(
  turn: Turn,
  session: Session,
  token: TimeToken,
): { readonly status: Status; readonly answersNonce: boolean } {
  const answersNonce = token.nonce !== undefined;
  const isForeign = token.nonce !== undefined && !sameBytes(token.nonce, session.nonce);
  if (isForeign || token.iat > INSTANT_MAX) {
    return { status: 'stamp_invalid', answersNonce: false };
  }
  const now = turn.moment.elapsedMs;
  const { clock } = turn.state;
  const stamp = Math.max(0, token.iat - token.radius);
  const raised = raisedBy(turn, session, stamp);
  let next: Clock | undefined = raised.clock;
  if (answersNonce) {
    const passed = elapsedAtMost(clock, session.startedMs, now);
    next = lowerClock(next, now, token.iat + token.radius + passed);
  }
  if (next === undefined) return { status: 'clock_contradiction', answersNonce: false };
  if (next === clock) return { status: 'already_known', answersNonce };
  turn.state.clock = next;
  if (raised.alarm) raiseAlarm(turn, 'clock_alarm');
  commit(turn);
  return { status: 'applied', answersNonce };
}

/** Whether the lower bound moved on since it was committed last. */
export function isCommitDue(turn: Turn, committedLo: number): boolean {
  return intervalAt(turn.state.clock, turn.moment.elapsedMs).lo > committedLo;
}
