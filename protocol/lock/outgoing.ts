/** What goes to a phone: messages in frames, sealed once there is a session. */
import { splitFrames } from '../session/frames.js';
import { encodeLockMessage, type LockMessage } from '../session/messages.js';
import { sealTransport } from '../session/noise-cipher.js';
import { Secret } from './secret.js';
import type { Connection, Session, Turn } from './state.js';

/** The connection of this number, if there is one. */
export function connectionOf(turn: Turn, id: number): Connection | undefined {
  return turn.state.connections.find((connection) => connection.id === id);
}

/** Puts a connection in the place of the one of the same number. */
export function keepConnection(turn: Turn, connection: Connection): void {
  const connections = turn.state.connections.map((other) =>
    other.id === connection.id ? connection : other,
  );
  turn.state.connections = connections;
}

/** Changes the session of a connection. */
export function keepSession(turn: Turn, id: number, changes: Partial<Session>): void {
  const connection = connectionOf(turn, id);
  if (connection === undefined || connection.session === null) return;
  keepConnection(turn, { ...connection, session: { ...connection.session, ...changes } });
}

/** Ends a connection; all secrets of its session go with it. */
export function dropConnection(turn: Turn, id: number): void {
  forgetConnection(turn, id);
  turn.effects.push({ kind: 'disconnect', connection: id });
}

/** Forgets a connection that is gone already. */
export function forgetConnection(turn: Turn, id: number): void {
  const connections = turn.state.connections.filter((connection) => connection.id !== id);
  turn.state.connections = connections;
}

/** Sends one message as it is. */
export function sendPlain(turn: Turn, { id, mtu }: Connection, message: Uint8Array): void {
  for (const frame of splitFrames(message, mtu)) {
    turn.effects.push({ kind: 'send', connection: id, frame });
  }
}

/** Seals and sends the bytes of one message of the session. */
export function sendSealed(turn: Turn, id: number, plain: Uint8Array): void {
  const connection = connectionOf(turn, id);
  if (connection === undefined || connection.session === null) return;
  const { session } = connection;
  const sealed = sealTransport(turn.crypto, session.transport.reveal(), plain);
  const transport = new Secret(sealed.transport);
  keepConnection(turn, { ...connection, session: { ...session, transport } });
  sendPlain(turn, connection, sealed.message);
}

/** Answers a phone. */
export function answerPhone(turn: Turn, id: number, message: LockMessage): void {
  sendSealed(turn, id, encodeLockMessage(message));
}
