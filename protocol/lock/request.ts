/**
 * Requests: judged by `checkGrant`, then done in the one order that a power cut cannot turn against
 * anybody: uses committed, intent logged, bolt, outcome logged, receipt (offline.md §3.5).
 */
import { checkNow } from '../crypto/steps.js';
import { OPERATION_BITS } from '../objects/grant.js';
import type { PhoneMessage } from '../session/messages.js';
import { STATUS_NUMBERS, type Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import { trustFacts } from './carry-open.js';
import type { LockEvent } from './event.js';
import { checkGrant, type GrantFacts, type GrantVerdict } from './grant-check.js';
import { appendLog, appendNote, hasLogRoom } from './log-keeping.js';
import { answerPhone, connectionOf, keepConnection, keepSession } from './outgoing.js';
import { hasReceiptLeft, makeReceipt } from './receipts.js';
import { commitTwice, saveUses } from './saving.js';
import type { BoltOrder, Connection, Session, Turn } from './state.js';
import { keepingOf } from './turn.js';
import type { UseCounter } from './use-counters.js';

/** How long the host may take to move the bolt, in milliseconds. */
const BOLT_MS = 10_000;

/** How long a session lasts after its handshake, in milliseconds. */
const SESSION_MS = 30_000;

type Request = Extract<PhoneMessage, { kind: 'request' }>;
type Permitted = Extract<GrantVerdict, { kind: 'permitted' }>;

/** Judges one request of a session and begins what it permits. */
export function takeRequest(
  turn: Turn,
  connection: Connection,
  session: Session,
  message: Request,
): void {
  const expected = session.requests + 1;
  const dueMs = session.startedMs + SESSION_MS;
  keepConnection(turn, { ...connection, dueMs, session: { ...session, requests: expected } });
  const { id } = connection;
  if (message.request !== expected) {
    denyUnproven(turn, id, session);
    return;
  }
  const { handshakeHash, counter } = session;
  const proof = { bytes: message.proof, handshakeHash, counter, request: expected };
  const facts = grantFacts(turn, connection, session);
  const verdict = checkNow(checkGrant(facts, { ...message, proof }, turn.crypto), turn.crypto);
  if (verdict.kind === 'permitted') {
    permit(turn, id, session, verdict);
    return;
  }
  if (verdict.proven === null) {
    denyUnproven(turn, id, session);
    return;
  }
  const { grant, grantHash } = verdict.proven;
  const tag = grant.tags[0] as Uint8Array;
  refuse(turn, id, session, { ...message, tag, grantHash, status: verdict.status });
}

/** The bolt answered: its outcome goes into the log, then to the phone if it is still there. */
export function takeBolt(turn: Turn, event: Extract<LockEvent, { kind: 'bolt' }>): void {
  const order = turn.state.orders.find((given) => given.order === event.order);
  if (order !== undefined) endOrder(turn, order, event.moved ? 'permitted' : 'bolt_failed');
}

/** A bolt that never answered: nobody knows whether it moved, so it is not called an opening. */
export function expireOrders(turn: Turn): void {
  for (const order of turn.state.orders) {
    if (order.dueMs <= turn.moment.elapsedMs) endOrder(turn, order, 'bolt_failed');
  }
}

function grantFacts(turn: Turn, connection: Connection, session: Session): GrantFacts {
  const { policy, uses, journal } = keepingOf(turn);
  return {
    ...trustFacts(turn),
    lockId: turn.state.setup.lockId,
    policy,
    uses,
    committedLo: journal.committed.lo,
    hasTimeToken: session.hasTimeToken,
    isNear: connection.near,
  };
}

/** The same answer whatever was wrong; a receipt only where a carry changed something. */
function denyUnproven(turn: Turn, id: number, session: Session): void {
  const receipt = session.hasChanged ? makeReceipt(turn, session, 'denied', null) : null;
  if (receipt !== null) keepSession(turn, id, { hasChanged: false });
  answerPhone(turn, id, { kind: 'answer', status: STATUS_NUMBERS.denied, receipt });
}

interface Refusal {
  readonly operation: number;
  readonly tag: Uint8Array;
  readonly grantHash: Uint8Array;
  readonly status: Status;
}

function refuse(turn: Turn, id: number, session: Session, refusal: Refusal): void {
  const { operation, tag, grantHash, status } = refusal;
  appendNote(turn, { tag, operation, result: status });
  answerProven(turn, id, session, status, grantHash);
}

function permit(turn: Turn, id: number, session: Session, verdict: Permitted): void {
  const { operation, grant, grantHash } = verdict;
  const tag = grant.tags[0] as Uint8Array;
  const bit = OPERATION_BITS[operation];
  // Reading the log is what makes room in it, so it needs none.
  if (operation === 'read-log') {
    appendNote(turn, { tag, operation: bit, result: 'permitted' });
    keepSession(turn, id, { mayReadLog: true });
    answerProven(turn, id, session, 'permitted', grantHash);
    return;
  }
  const lack = !hasLogRoom(turn, 2) ? 'log_full' : !hasReceiptLeft(turn) ? 'storage_failed' : null;
  if (lack !== null) {
    refuse(turn, id, session, { operation: bit, tag, grantHash, status: lack });
    return;
  }
  if (verdict.uses !== keepingOf(turn).uses) saveCounted(turn, verdict.uses);
  appendLog(turn, { tag, operation: bit, result: 'intent' });
  const order = turn.state.ordersGiven + 1;
  const dueMs = turn.moment.elapsedMs + BOLT_MS;
  const { counter } = session;
  const given = { order, connection: id, counter, operation, tag, grantHash, dueMs };
  turn.state.ordersGiven = order;
  turn.state.orders = [...turn.state.orders, given];
  const seconds = operation === 'unlock' ? keepingOf(turn).journal.config.openSeconds : 0;
  turn.effects.push({ kind: 'move-bolt', order, operation, seconds });
}

/** A counter is dropped by a bound of the clock that then stands in both copies, as with marks. */
function saveCounted(turn: Turn, uses: readonly UseCounter[]): void {
  const isKept = ({ useId }: UseCounter) => uses.some((other) => sameBytes(other.useId, useId));
  if (!keepingOf(turn).uses.every(isKept)) commitTwice(turn);
  saveUses(turn, uses);
}

function endOrder(turn: Turn, order: BoltOrder, result: 'permitted' | 'bolt_failed'): void {
  const orders = turn.state.orders.filter((other) => other !== order);
  turn.state.orders = orders;
  const { tag, operation, grantHash } = order;
  appendLog(turn, { tag, operation: OPERATION_BITS[operation], result });
  const session = connectionOf(turn, order.connection)?.session;
  if (session !== null && session !== undefined && sameBytes(session.counter, order.counter)) {
    answerProven(turn, order.connection, session, result, grantHash);
  }
}

/** After a proof the phone reads why, and there is always a receipt. */
function answerProven(
  turn: Turn,
  id: number,
  session: Session,
  status: Status,
  grantHash: Uint8Array,
): void {
  const receipt = makeReceipt(turn, session, status, grantHash);
  if (receipt !== null) keepSession(turn, id, { hasChanged: false });
  answerPhone(turn, id, { kind: 'answer', status: STATUS_NUMBERS[status], receipt });
}
