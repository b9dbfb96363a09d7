/** The AuthZEN endpoints in an application of Nest. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { Answer, AuthzenPoint } from '../authzen/exchange.js';
import {
  type BodyReader,
  bodyRead,
  bodyReader,
  exchangeOf,
  isUnread,
  pathOf,
} from '../guard/node-exchange.js';
import { AccessFault } from '../guard/refusal.js';

type Next = (cause?: unknown) => void;

/**
 * Serves the endpoints of a decision point before anything of Nest's own. To be called before `listen` and `init`, which
 * set up parsers of bodies: a parsed body no longer shows what was sent. Nest's guards, pipes and filters do not see these
 * paths; the point authenticates its callers itself.
 */
export function mountAuthzen(app: INestApplication, point: AuthzenPoint): void {
  const read = bodyReader(point.bodyBytesMax);
  app.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
    // Platforms cut off where a handler is mounted, and keep the whole beside it.
    const { originalUrl } = request as { readonly originalUrl?: string };
    const url = originalUrl ?? request.url ?? '';
    if (!point.owns(pathOf(url))) {
      next();
      return;
    }
    serve(point, read, request, response, url).catch((cause: unknown) =>
      next(new AccessFault(cause)),
    );
  });
}

async function serve(
  point: AuthzenPoint,
  read: BodyReader,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): Promise<void> {
  if (request.readableDidRead) throw new TypeError('mountAuthzen stands before `init`');
  const body = await bodyRead(read, request, request.headers['content-length']);
  // Nobody is left to answer.
  if (body === undefined) return;
  const { ip = request.socket.remoteAddress } = request as { readonly ip?: string };
  const exchange = exchangeOf(request, response, url, body, ip);
  send(request, response, await point.answer(exchange));
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
): void {
  // A reply that was begun meanwhile, by a timeout say, ends the request as well.
  if (response.headersSent) return;
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  if (isUnread(request)) response.setHeader('connection', 'close');
  response.end(body);
}
