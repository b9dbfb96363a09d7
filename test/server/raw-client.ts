/** A client that says byte for byte what it is told to, as no library would. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection. */
export interface RawClient {
  readonly socket: Socket;
  /** Sends text as it is. */
  say(text: string): void;
  /** Closes this side; the other stays open. */
  finish(): void;
  /** All that has come so far. */
  heard(): string;
  /** Waits until what has come fits. */
  until(pattern: RegExp): Promise<string>;
  /** Waits until the server has closed, and answers all that came. */
  ended(): Promise<string>;
  destroy(): void;
}

/** Connects. Errors of the connection are what is tested, and are kept quiet. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let wake = (): void => undefined;
  let isOver = false;
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    text += piece;
    wake();
  });
  for (const end of ['end', 'close', 'error'] as const) {
    socket.on(end, () => {
      isOver = true;
      wake();
      if (end === 'end') socket.end();
    });
  }
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  const turn = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    socket,
    say: (words) => void socket.write(words),
    finish: () => void socket.end(),
    heard: () => text,
    async until(pattern) {
      while (!pattern.test(text)) {
        if (isOver) throw new Error(`the server closed after: ${text}`);
        await turn();
      }
      return text;
    },
    async ended() {
      while (!isOver) await turn();
      return text;
    },
    destroy: () => socket.destroy(),
  };
}

/** A POST with a body, as text. */
export function post(path: string, body: string, headers: readonly string[] = []): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: pdp',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
