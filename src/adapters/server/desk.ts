/** Where requests are taken and answered: which path is whose, reading, waiting, and what is told of it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer, AuthzenPoint } from '../authzen/exchange.js';
import { headerOf, NodeExchange } from '../guard/node-exchange.js';
import { HEALTH_PATHS, type HealthPath, healthAnswer } from './health.js';
import { type BodyRoom, readBody } from './read-body.js';
import type { ServerLimits } from './server-limits.js';
import type { ServerOptions } from './server-options.js';

/** Takes requests. */
export interface Desk {
  /** From now on the point answers what is its own. */
  open(point: AuthzenPoint | undefined): void;
  serve(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Whether a request on the socket has been read and waits for its answer. */
  isAnswering(socket: Socket): boolean;
  /** A connection was broken off with a status. */
  broken(status: number): void;
  /** The ready probe answers 503. */
  leave(): void;
  /** Connections end with the answer under way. */
  end(): void;
}

/** What a request came to, and as what it is told; undefined where the point tells of it. */
interface Served {
  readonly answer: Answer;
  readonly route: string | undefined;
}

/** A desk without a point: all it knows are probes and metrics. */
export function openDesk(options: ServerOptions, limits: Required<ServerLimits>): Desk {
  const pending: Pending = new WeakMap();
  let point: AuthzenPoint | undefined;
  let isLeaving = false;
  let isEnding = false;
  const tell = teller(options);
  const room: BodyRoom = { left: limits.waitingBytes };
  const finish = (incoming: IncomingMessage, outgoing: ServerResponse, served: Served): void => {
    send(outgoing, served.answer, isEnding);
    if (served.route !== undefined) tell(served.route, incoming.method, served.answer.status);
  };
  return {
    open(opened) {
      point = opened;
    },
    serve(incoming, outgoing) {
      remember(pending, incoming, outgoing);
      const done = (served: Served) => finish(incoming, outgoing, served);
      if (incoming.rawHeaders.length / 2 > limits.headers) {
        done({ answer: plain(431, 'too many headers'), route: '*' });
        return;
      }
      const path = pathOf(incoming.url ?? '/');
      if (point?.owns(path) === true) {
        ask({ point, limits, room, incoming, outgoing, path }, done);
        return;
      }
      const own = ownAnswer(options, limits, incoming, path, isLeaving);
      if ('then' in own) void own.then(done);
      else done(own);
    },
    isAnswering: (socket) => [...(pending.get(socket) ?? [])].some(({ complete }) => complete),
    broken: (status) => tell('*', undefined, status),
    leave() {
      isLeaving = true;
    },
    end() {
      isEnding = true;
    },
  };
}

interface Asking {
  readonly point: AuthzenPoint;
  readonly limits: Required<ServerLimits>;
  readonly room: BodyRoom;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly path: string;
}

/** Reads the body and lets the point answer. */
function ask(asking: Asking, done: (served: Served) => void): void {
  const { point, limits, room, incoming, outgoing } = asking;
  readBody(incoming, limits.bodyBytes, room, (read) => {
    if (!read.ok) {
      // Nobody is left to be answered.
      if (read.code === 'gone') outgoing.destroy();
      else if (read.code === 'full') done({ answer: FULL, route: '*' });
      else done({ answer: plain(413, `at most ${limits.bodyBytes} bytes`), route: '*' });
      return;
    }
    const caller = exchangeOf(asking, read.bytes);
    let answer: Answer | Promise<Answer>;
    try {
      answer = point.answer(caller.exchange);
    } catch {
      answer = FAULT;
    }
    if (!('then' in answer)) {
      done({ answer, route: undefined });
      return;
    }
    const timer = setTimeout(() => {
      caller.abort();
      settle({ answer: plain(503, 'this takes too long'), route: '*' });
    }, limits.answerSeconds * 1000);
    const gone = () => caller.abort();
    outgoing.once('close', gone);
    const settle = (served: Served): void => {
      clearTimeout(timer);
      outgoing.off('close', gone);
      if (!outgoing.writableEnded) done(served);
    };
    answer.then(
      (later) => settle({ answer: later, route: undefined }),
      () => settle({ answer: FAULT, route: undefined }),
    );
  });
}

/** The exchange, and how its caller is told to be gone. Most are answered at once and never ask for the signal. */
function exchangeOf({ incoming, path }: Asking, body: Uint8Array) {
  let controller: AbortController | undefined;
  let isGone = false;
  const signal = (): AbortSignal => {
    controller ??= new AbortController();
    if (isGone) controller.abort();
    return controller.signal;
  };
  const { remoteAddress } = incoming.socket;
  return {
    exchange: new NodeExchange(incoming, path, body, remoteAddress, signal),
    abort() {
      isGone = true;
      controller?.abort();
    },
  };
}

/** Probes, metrics and pages, and nothing else. */
function ownAnswer(
  { probes, metrics, pages }: ServerOptions,
  { answerSeconds }: Required<ServerLimits>,
  { method, rawHeaders, url = '' }: IncomingMessage,
  path: string,
  isLeaving: boolean,
): Served | Promise<Served> {
  const health = HEALTH_PATHS.find((known): known is HealthPath => known === path);
  const isMetrics = path === '/metrics' && metrics !== undefined;
  const isRead = method === 'GET' || method === 'HEAD';
  if (health === undefined && !isMetrics) {
    const header = (name: string) => headerOf(rawHeaders, name);
    const page = pageAnswer(isRead ? pages : undefined, path, header, queryOf(url));
    return 'then' in page ? inTime(page, answerSeconds * 1000) : page;
  }
  if (!isRead) {
    const { headers: own, ...refused } = plain(405, 'GET, HEAD alone');
    return { answer: { ...refused, headers: { ...own, allow: 'GET, HEAD' } }, route: path };
  }
  try {
    if (health !== undefined) {
      return { answer: healthAnswer(health, probes.status(), isLeaving), route: path };
    }
    const text = metrics?.text() ?? Promise.resolve('');
    return text.then(
      (body) => ({ answer: { status: 200, headers: METRICS_HEADERS, body }, route: path }),
      () => ({ answer: FAULT, route: path }),
    );
  } catch {
    return { answer: FAULT, route: path };
  }
}

/** A page for people; told as one route, since its files are many. */
function pageAnswer(
  pages: ServerOptions['pages'],
  path: string,
  header: (name: string) => string | undefined,
  query: string,
): Served | Promise<Served> {
  const served = (answer: Answer): Served => ({ answer, route: 'pages' });
  try {
    const page = pages?.answer(path, header, query);
    if (page === undefined) return { answer: plain(404, 'there is nothing here'), route: '*' };
    return 'then' in page ? page.then(served, () => served(FAULT)) : served(page);
  } catch {
    return served(FAULT);
  }
}

/** What takes too long is answered so, and then forgotten. */
async function inTime(served: Promise<Served>, ms: number): Promise<Served> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Served>((settle) => {
    const answer = plain(503, 'this takes too long');
    timer = setTimeout(() => settle({ answer, route: 'pages' }), ms);
  });
  return await Promise.race([served, late]).finally(() => clearTimeout(timer));
}

const METRICS_HEADERS = {
  'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  'cache-control': 'no-store',
};

function plain(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  const headers = {
    ...more,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status, headers, body };
}

const FAULT: Answer = plain(500, 'something went wrong here');
const FULL: Answer = plain(503, 'too much is being sent at once', { 'retry-after': '1' });

function send(outgoing: ServerResponse, { status, headers, body }: Answer, isLast: boolean): void {
  if (outgoing.destroyed) return;
  try {
    outgoing.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      ...(isLast ? { connection: 'close' } : {}),
    });
    outgoing.end(outgoing.req.method === 'HEAD' ? undefined : body);
  } catch {
    // Headers that cannot be sent: the caller hears nothing, which opens nothing.
    outgoing.destroy();
  }
}

/** Requests of each connection that have not been answered. */
type Pending = WeakMap<Socket, Set<IncomingMessage>>;

function remember(pending: Pending, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { socket } = incoming;
  const requests = pending.get(socket) ?? new Set();
  pending.set(socket, requests.add(incoming));
  // After the last byte on a healthy connection, and after its end on another.
  outgoing.once('close', () => requests.delete(incoming));
}

/** The path as sent, without query; of an absolute URL the part after the authority. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/u);
  const path = end === -1 ? url : url.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/iu, '') || '/';
}

/** What stands behind the path. */
function queryOf(url: string): string {
  return /\?([^#]*)/u.exec(url)?.[1] ?? '';
}

function teller({ watcher, logger }: ServerOptions) {
  return (route: string, method: string | undefined, status: number): void => {
    try {
      const told = { route, method: method ?? 'unknown', status, milliseconds: 0 };
      watcher?.exchanged?.(told);
      if (status >= 400) logger?.debug({ route, status }, 'refused before anybody was asked');
    } catch {
      // Watching never breaks a door.
    }
  };
}
