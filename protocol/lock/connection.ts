/** Connections: frames become messages, messages are opened, and whoever is slow or wrong is cut off. */
import { addFrame, isInsideMessage, NO_FRAMES } from '../session/frames.js';
import { parsePhoneMessage } from '../session/messages.js';
import { isMtu } from '../session/mtu.js';
import { openTransport } from '../session/noise-cipher.js';
import { STATUS_NUMBERS } from '../status.js';
import { takeCarry } from './carry.js';
import { takeSetupMessage } from './commissioning.js';
import type { LockEvent } from './event.js';
import { takeFirstMessage } from './handshake.js';
import { sealSegment } from './log-reading.js';
import {
  answerPhone,
  connectionOf,
  dropConnection,
  forgetConnection,
  keepConnection,
} from './outgoing.js';
import { takeRequest } from './request.js';
import { Secret } from './secret.js';
import type { Connection, Session, Turn } from './state.js';

/** Connections at once. */
const CONNECTIONS_MAX = 2;

/** From connecting to the end of M1, in milliseconds. */
const M1_MS = 2000;

/** Between two frames of one message, in milliseconds. */
const FRAME_MS = 2000;

/** Messages of a phone in one session. */
const MESSAGES_MAX = 64;

/** A phone connected: two at once, and none at a lock whose memory is not whole. */
export function takeConnected(turn: Turn, event: Extract<LockEvent, { kind: 'connected' }>): void {
  const { connection: id, mtu } = event;
  forgetConnection(turn, id);
  const isFull = turn.state.connections.length >= CONNECTIONS_MAX;
  if (turn.state.self === null || isFull || !isMtu(mtu)) {
    turn.effects.push({ kind: 'disconnect', connection: id });
    return;
  }
  const connection: Connection = {
    id,
    mtu,
    frames: NO_FRAMES,
    dueMs: turn.moment.elapsedMs + M1_MS,
    frameDueMs: null,
    session: null,
    near: false,
  };
  turn.state.connections = [...turn.state.connections, connection];
}

/** A frame came. Any fault of frame, seal or message ends the connection without a word. */
export function takeFrame(turn: Turn, event: Extract<LockEvent, { kind: 'frame' }>): void {
  const connection = connectionOf(turn, event.connection);
  if (connection === undefined) return;
  const added = addFrame(connection.frames, event.bytes);
  if (!added.ok) {
    dropConnection(turn, connection.id);
    return;
  }
  const { state: frames, message } = added.value;
  const isInside = isInsideMessage(frames);
  // A frame that was only delivered twice buys no time.
  const isNew = frames !== connection.frames;
  const due = isNew ? turn.moment.elapsedMs + FRAME_MS : connection.frameDueMs;
  const next = { ...connection, frames, frameDueMs: isInside ? due : null };
  keepConnection(turn, next);
  if (message === null) return;
  if (next.session === null) takeFirstMessage(turn, next, message);
  else takeMessage(turn, next, next.session, message);
}

/** The lock's ranging hardware spoke about one connection. */
export function takeRanged(turn: Turn, event: Extract<LockEvent, { kind: 'ranged' }>): void {
  const connection = connectionOf(turn, event.connection);
  if (connection !== undefined) keepConnection(turn, { ...connection, near: event.near });
}

/** Cuts off who is late: for M1, for a frame, for the first request, for the end of the session. */
export function expireConnections(turn: Turn): void {
  const now = turn.moment.elapsedMs;
  for (const { id, dueMs, frameDueMs } of turn.state.connections) {
    if (dueMs <= now || (frameDueMs !== null && frameDueMs <= now)) dropConnection(turn, id);
  }
}

function takeMessage(
  turn: Turn,
  connection: Connection,
  session: Session,
  sealed: Uint8Array,
): void {
  const { id } = connection;
  const opened = openTransport(turn.crypto, session.transport.reveal(), sealed);
  const isBusy = turn.state.orders.some((order) => order.counter === session.counter);
  // One message is answered before the next: a phone that does not wait for its bolt is cut off.
  if (opened === undefined || isBusy || session.messages >= MESSAGES_MAX) {
    dropConnection(turn, id);
    return;
  }
  const next: Session = {
    ...session,
    transport: new Secret(opened.transport),
    messages: session.messages + 1,
  };
  const kept = { ...connection, session: next };
  keepConnection(turn, kept);
  if (session.kind === 'setup') takeSetupMessage(turn, kept, next, opened.plain);
  else takePlain(turn, kept, next, opened.plain);
}

function takePlain(turn: Turn, connection: Connection, session: Session, plain: Uint8Array): void {
  const { id } = connection;
  const parsed = parsePhoneMessage(plain);
  if (!parsed.ok) {
    dropConnection(turn, id);
    return;
  }
  const message = parsed.value;
  switch (message.kind) {
    case 'carry': {
      const status = takeCarry(turn, id, session, message.object, message.bytes);
      answerPhone(turn, id, { kind: 'carried', status: STATUS_NUMBERS[status] });
      return;
    }
    case 'request':
      takeRequest(turn, connection, session, message);
      return;
    case 'read-log': {
      const sealed = session.mayReadLog ? sealSegment(turn, message.from) : null;
      answerPhone(turn, id, { kind: 'segment', sealed });
      return;
    }
    case 'close':
      answerPhone(turn, id, { kind: 'closed' });
      dropConnection(turn, id);
      return;
    default:
      unreachable(message);
      return;
  }
}

function unreachable(message: never): never {
  throw new TypeError(`unknown message \`${String(message)}\``);
}
