/** Asks the servers of the contract over real sockets. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What came back. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Where a server listens. */
export function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a request and reads the whole answer. */
export async function ask(
  server: Server,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array | ReadableStream,
): Promise<Told> {
  const response = await fetch(`${originOf(server)}${path}`, {
    method,
    headers: { connection: 'close', ...headers },
    ...(body === undefined ? {} : { body, duplex: 'half' as const }),
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Sends bytes as they are, for what `fetch` would put right, and reads until the server closes. */
export async function askRaw(
  server: Server,
  ...parts: readonly (string | Uint8Array)[]
): Promise<string> {
  const socket = await dial(server);
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  // A server that refuses early may close while we still write.
  socket.on('error', () => {});
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!socket.closed) await once(socket, 'close');
  return text;
}

/** A connection of its own to a server. */
export async function dial(server: Server): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
