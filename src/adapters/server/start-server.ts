/** A server over HTTP for AuthZEN, probes and metrics. It holds out against clients that are slow, many or hostile. */
import { once } from 'node:events';
import {
  createServer as createHttp,
  type ServerOptions as HttpOptions,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { answerClientErrors } from './client-errors.js';
import { type Desk, openDesk } from './desk.js';
import { type ServerLimits, serverLimits } from './server-limits.js';
import type { ServerOptions } from './server-options.js';

/** A server that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** New certificates, for connections that come after. @throws where they are none; the old ones stay. */
  setTls(tls: NonNullable<ServerOptions['tls']>): void;
  /** From now on the ready probe answers 503, so that others are asked; all else goes on. */
  leave(): void;
  /**
   * Ends: takes no more connections, closes idle ones, lets running requests finish and closes their connections after them;
   * what is not done after the deadline is cut. Calling it again waits for the same end.
   */
  close(deadlineSeconds?: number): Promise<void>;
  /** Ends at once. */
  destroy(): void;
}

/** How often Node looks for requests that take too long, in milliseconds. */
const CHECK_MS = 500;

/**
 * Listens.
 * @throws RangeError for limits; the system's error where the address cannot be had.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, tls } = options;
  const point = typeof options.point === 'function' ? undefined : options.point;
  const limits = serverLimits(options.limits ?? {}, point?.bodyBytesMax ?? 1 << 20);
  const settings = httpSettings(limits);
  const server = tls === undefined ? createHttp(settings) : tlsServer(settings, tls);
  const desk = openDesk(options, limits);
  const sockets = openSockets(server);
  harden(server, limits, desk);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://${hostText(address)}:${address.port}`;
  try {
    desk.open(typeof options.point === 'function' ? options.point(url) : options.point);
  } catch (error) {
    server.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    host: address.address,
    port: address.port,
    url,
    setTls(fresh) {
      if (!('setSecureContext' in server)) throw new TypeError('this server speaks no TLS');
      (server as ReturnType<typeof createHttps>).setSecureContext(fresh);
    },
    leave: () => desk.leave(),
    close(deadlineSeconds = 10) {
      desk.leave();
      desk.end();
      closing ??= ended(server, sockets, deadlineSeconds);
      return closing;
    },
    destroy() {
      desk.leave();
      server.close();
      server.closeAllConnections();
    },
  };
}

function httpSettings(limits: Required<ServerLimits>): HttpOptions {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersSeconds * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    connectionsCheckingInterval: CHECK_MS,
    noDelay: true,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
}

function tlsServer(settings: HttpOptions, tls: NonNullable<ServerOptions['tls']>): Server {
  const server = createHttps({
    ...settings,
    ...tls,
    minVersion: 'TLSv1.2',
    handshakeTimeout: settings.headersTimeout,
  });
  // A handshake that fails is the client's affair.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** Every way in which a client can be wrong ends with its connection, and none with the process. */
function harden(server: Server, limits: Required<ServerLimits>, desk: Desk): void {
  server.maxConnections = limits.connections;
  // Node would drop headers beyond a number in silence: they are counted, and all are bounded by their bytes.
  server.maxHeadersCount = 0;
  server.setTimeout(limits.silentSeconds * 1000, (socket: Socket) => socket.destroy());
  answerClientErrors(server, desk.isAnswering, desk.broken);
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    desk.serve(incoming, outgoing);
  });
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const length = Number(incoming.headers['content-length'] ?? 0);
    if (length <= limits.bodyBytes) outgoing.writeContinue();
    desk.serve(incoming, outgoing);
  });
}

function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function ended(
  server: Server,
  sockets: ReadonlySet<Socket>,
  deadlineSeconds: number,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  // Node takes a connection on which nothing has come yet for busy.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineSeconds * 1000);
  await closed;
  clearTimeout(deadline);
}

function hostText({ address, family }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]` : address;
}
