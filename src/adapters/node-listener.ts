/** A handler of web requests (SCIM, feeds) as a listener of Node's HTTP server, and so of Express. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';

/**
 * A listener for `createServer` or Express' `use`. Bodies are streamed both ways, so that the handler's cap holds and a long
 * answer needs no memory; do not put a body parser in front. The request's signal aborts when the caller is gone.
 * @param handler - as `scimHandler` and `feedHandler` answer.
 */
export function nodeListener(
  handler: (request: Request) => Promise<Response>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (incoming, outgoing) => {
    void serve(handler, incoming, outgoing).catch(() => outgoing.destroy());
  };
}

async function serve(
  handler: (request: Request) => Promise<Response>,
  incoming: IncomingMessage & { readonly originalUrl?: string },
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const answer = await handler(toRequest(incoming, gone.signal));
  outgoing.statusCode = answer.status;
  for (const [name, value] of answer.headers) outgoing.setHeader(name, value);
  // What was not read of the request must not be read as the next one.
  if (!incoming.complete) outgoing.setHeader('Connection', 'close');
  if (answer.body === null) {
    outgoing.end();
    return;
  }
  await pipeline(Readable.fromWeb(answer.body as WebStream<Uint8Array>), outgoing);
}

function toRequest(
  incoming: IncomingMessage & { readonly originalUrl?: string },
  signal: AbortSignal,
): Request {
  const { method = 'GET', socket, headers, rawHeaders } = incoming;
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
  // Express cuts the path it is mounted at off `url`.
  const whole = incoming.originalUrl ?? incoming.url ?? '/';
  // Two slashes would begin a host, and what a proxy has seen as one path would be another here.
  const path = whole.replace(/^\/(?=[/\\])/u, '/./');
  const url = new URL(path, `${scheme}://${headers.host ?? 'localhost'}`);
  // As sent: Node keeps but the first of some, and a second `Authorization` must not go unseen.
  const list: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    list.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers: list,
    signal,
    ...(hasBody
      ? {
          body: Readable.toWeb(incoming) as WebStream<Uint8Array> as ReadableStream,
          duplex: 'half',
        }
      : {}),
  } as RequestInit);
}
