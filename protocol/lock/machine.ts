/**
 * The lock as one pure state machine (offline.md §3): an event and a moment go in, the next state and
 * what the host must do come out. The host does the effects in order and stops at the first that fails;
 * then this state is void and the lock must boot anew from what was written.
 */
import type { Crypto } from '../crypto/crypto.js';
import { expireAdverts, takeButton, takeTouch } from './adverts.js';
import { expireFormerKey, takeRekey, takeReset } from './birth.js';
import { blankLock, readMemory, type StoredRecords } from './boot.js';
import { expireConnections, takeConnected, takeFrame, takeRanged } from './connection.js';
import type { LockEffect, LockEvent, Moment } from './event.js';
import { forgetConnection } from './outgoing.js';
import { expireOrders, takeBolt } from './request.js';
import { commit } from './saving.js';
import { isCommitDue } from './stamps.js';
import type { LockSetup, LockState, Turn } from './state.js';

/** The lock after an event, and what its host must do. */
export interface LockStep {
  readonly state: LockState;
  readonly effects: readonly LockEffect[];
}

/** The clock is committed this often although nothing happens, in milliseconds. */
const COMMIT_MS = 3_600_000;

/**
 * The lock after power came back. Its first effect counts the boot; when any record is missing or broken
 * the lock stays shut until its reset.
 * @throws TypeError or RangeError for a setup that no lock can have, or an impossible moment.
 */
export function bootLock(
  setup: LockSetup,
  records: StoredRecords,
  moment: Moment,
  crypto: Crypto,
): LockStep {
  requireMoment(moment, 0);
  const turn: Turn = { crypto, moment, state: blankLock(setup, moment.elapsedMs), effects: [] };
  readMemory(turn, records);
  return finish(turn);
}

/**
 * The lock after one event.
 * @throws RangeError when the moment goes back or lacks random bytes: a mistake of the host.
 */
export function stepLock(
  state: LockState,
  event: LockEvent,
  moment: Moment,
  crypto: Crypto,
): LockStep {
  requireMoment(moment, state.elapsedMs);
  const { elapsedMs } = moment;
  const turn: Turn = { crypto, moment, state: { ...state, elapsedMs }, effects: [] };
  expire(turn);
  take(turn, event);
  // After the event, which may be the answer of the very bolt that is late.
  expireOrders(turn);
  return finish(turn);
}

/** Whether the lock's memory is whole. One that is not does nothing but wait for its reset. */
export function isLockWhole(state: LockState): boolean {
  return state.self !== null;
}

/** Everything that is due happens before the event: a host that wakes late gains nobody any time. */
function expire(turn: Turn): void {
  expireConnections(turn);
  expireAdverts(turn);
  const { keeping, committedMs } = turn.state;
  if (keeping === null) return;
  const { elapsedMs } = turn.moment;
  if (elapsedMs - committedMs >= COMMIT_MS) {
    if (isCommitDue(turn, keeping.journal.committed.lo)) commit(turn);
    else turn.state.committedMs = elapsedMs;
  }
  expireFormerKey(turn);
}

function take(turn: Turn, event: LockEvent): void {
  switch (event.kind) {
    case 'connected':
      takeConnected(turn, event);
      return;
    case 'disconnected':
      forgetConnection(turn, event.connection);
      return;
    case 'frame':
      takeFrame(turn, event);
      return;
    case 'touched':
      takeTouch(turn);
      return;
    case 'bolt':
      takeBolt(turn, event);
      return;
    case 'button':
      takeButton(turn);
      return;
    case 'reset':
      takeReset(turn);
      return;
    case 'rekey':
      takeRekey(turn);
      return;
    case 'ranged':
      takeRanged(turn, event);
      return;
    case 'tick':
      return;
    default:
      unreachable(event);
      return;
  }
}

/** Tells the host when to wake the lock, if that has changed. */
function finish(turn: Turn): LockStep {
  const { connections, orders, advertising, setupUntilMs, committedMs, keeping } = turn.state;
  let next = keeping === null ? Number.POSITIVE_INFINITY : committedMs + COMMIT_MS;
  if (setupUntilMs > 0) next = Math.min(next, setupUntilMs);
  for (const { untilMs } of advertising) next = Math.min(next, untilMs);
  for (const { dueMs } of orders) next = Math.min(next, dueMs);
  for (const { dueMs, frameDueMs } of connections) {
    next = Math.min(next, dueMs, frameDueMs ?? dueMs);
  }
  const wakeMs = Number.isFinite(next) ? Math.max(next, turn.moment.elapsedMs + 1) : null;
  if (wakeMs !== null && wakeMs !== turn.state.wakeMs) {
    turn.effects.push({ kind: 'wake', elapsedMs: wakeMs });
  }
  turn.state.wakeMs = wakeMs;
  return { state: turn.state, effects: turn.effects };
}

function requireMoment({ elapsedMs, random }: Moment, since: number): void {
  if (!Number.isSafeInteger(elapsedMs) || elapsedMs < since) {
    throw new RangeError(`elapsed time never goes back: \`${elapsedMs}\` after \`${since}\``);
  }
  if (random.length !== 32) throw new RangeError('a moment has 32 random bytes');
}

function unreachable(event: never): never {
  throw new TypeError(`unknown event \`${String(event)}\``);
}
