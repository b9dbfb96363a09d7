// @ts-check
// The desk and the page over HTTP, for this machine alone. For others, mount `desk.fetch` in a server of yours that has TLS.
import { createServer } from 'node:http';
import { nodeListener } from 'doorwright/node';
import { COMMON, readPages } from './pages.mjs';
import { Refusal, refusalAnswer } from './refusal.mjs';

/**
 * @typedef {object} ServeParts
 * @property {import('./desk.mjs').OpenDesk} desk
 * @property {string} [page] - folder of the built page; without it there is only the desk.
 * @property {number} [port] - 0, the default: any free one.
 * @property {() => number} [nowMs] - of a clock that never goes back, for the limit.
 * @property {(error: unknown) => void} [onFault]
 */

/** Enrolments that one client may try: so many at once, and then one each so many milliseconds. */
export const TRIES = 10;
const TRY_EVERY_MS = 6000;
/** Clients whose tries are counted; of more, the one that was quiet longest starts anew. */
const CLIENTS_MAX = 1024;

/** What a proxy says of itself. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** How long a client may take to send one call. */
const REQUEST_MS = 15_000;

/**
 * Listens on 127.0.0.1.
 * @param {ServeParts} parts
 * @returns {Promise<{ address: string, close(): Promise<void> }>} `close` lets calls under way be answered first.
 */
export async function serveDesk({ desk, page, port = 0, nowMs = () => performance.now() }) {
  const pages = page === undefined ? new Map() : readPages(page);
  const tries = countTries(nowMs);
  const server = createServer((incoming, outgoing) => {
    const client = incoming.socket.remoteAddress ?? '';
    nodeListener(async (request) => answer(request, client, { desk, pages, tries }))(
      incoming,
      outgoing,
    );
  });
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const bound = server.address();
  const number = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    address: `http://127.0.0.1:${number}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/**
 * @param {Request} request @param {string} client
 * @param {{ desk: import('./desk.mjs').OpenDesk, pages: ReadonlyMap<string, import('./pages.mjs').Page>, tries: ReturnType<typeof countTries> }} ground
 * @returns {Promise<Response>}
 */
async function answer(request, client, { desk, pages, tries }) {
  const refusal = strangeness(request);
  if (refusal !== undefined) return dressed(refusalAnswer(refusal));
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith('/api/')) return dressed(pageAnswer(request, pages.get(pathname)));
  if (pathname === '/api/enrol' && !tries.take(client)) {
    const often = refusalAnswer(
      new Refusal(429, 'too_often', 'too many codes tried, wait a little'),
    );
    often.headers.set('retry-after', String(Math.ceil(TRY_EVERY_MS / 1000)));
    return dressed(often);
  }
  return dressed(await desk.fetch(request));
}

/**
 * Why a request is none of this machine's own pages: a page elsewhere can have a name of its own lead here (DNS rebinding), or call from
 * its own origin.
 * @param {Request} request
 */
function strangeness(request) {
  const { host, pathname } = new URL(request.url);
  if (!isHere(request.headers.get('host')) || !isHere(host)) {
    return new Refusal(403, 'host', 'ask under the name of this machine');
  }
  // Behind a proxy everybody seems to be this machine.
  if (PROXY_HEADERS.some((name) => request.headers.has(name))) {
    return new Refusal(403, 'host', 'ask this machine itself, through no proxy');
  }
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== `http://${request.headers.get('host')}`) {
    return new Refusal(403, 'origin', 'a page from elsewhere may not ask here');
  }
  const site = request.headers.get('sec-fetch-site');
  // A link from elsewhere may lead to the page, and to nothing but the page.
  const isLink =
    request.headers.get('sec-fetch-mode') === 'navigate' && !pathname.startsWith('/api/');
  if (site !== null && site !== 'same-origin' && site !== 'none' && !isLink) {
    return new Refusal(403, 'origin', 'a page from elsewhere may not ask here');
  }
  return undefined;
}

/** @param {string | null} host - name and port. */
function isHere(host) {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/iu.test(host ?? '');
}

/** @param {Request} request @param {import('./pages.mjs').Page | undefined} page */
function pageAnswer({ method }, page) {
  if (method !== 'GET' && method !== 'HEAD') {
    return refusalAnswer(new Refusal(405, 'method', 'pages are read'));
  }
  if (page === undefined)
    return refusalAnswer(new Refusal(404, 'no_page', 'there is nothing here'));
  const headers = { 'content-type': page.type, 'cache-control': 'no-cache' };
  return new Response(method === 'HEAD' ? null : page.body, { headers });
}

/** @param {Response} response */
function dressed(response) {
  for (const [name, value] of Object.entries(COMMON)) response.headers.set(name, value);
  return response;
}

/** A bucket of tries for each client. @param {() => number} nowMs */
function countTries(nowMs) {
  /** @type {Map<string, { left: number, at: number }>} */
  const clients = new Map();
  return {
    /** Whether this client has one left. @param {string} client */
    take(client) {
      const now = nowMs();
      const { left, at } = clients.get(client) ?? { left: TRIES, at: now };
      const filled = Math.min(TRIES, left + (now - at) / TRY_EVERY_MS);
      clients.delete(client);
      if (clients.size >= CLIENTS_MAX) clients.delete(clients.keys().next().value ?? '');
      clients.set(client, { left: filled >= 1 ? filled - 1 : filled, at: now });
      return filled >= 1;
    },
  };
}
