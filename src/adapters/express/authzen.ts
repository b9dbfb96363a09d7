/** The AuthZEN endpoints as middleware of Express. */
import type { Request, RequestHandler, Response } from 'express';
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

/**
 * Serves the endpoints of a decision point, and leaves every other path to what comes after. `app.use(authzenRouter(point))`
 * stands before body parsers, because a parsed body no longer shows what was sent; `express.raw` may stand before it.
 */
export function authzenRouter(point: AuthzenPoint): RequestHandler {
  const read = bodyReader(point.bodyBytesMax);
  return (request, response, next) => {
    // Not `url`, of which Express cuts off where this is mounted: the point knows its whole paths.
    if (!point.owns(pathOf(request.originalUrl))) {
      next();
      return;
    }
    serve(point, read, request, response).catch((cause: unknown) => next(new AccessFault(cause)));
  };
}

async function serve(
  point: AuthzenPoint,
  read: BodyReader,
  request: Request,
  response: Response,
): Promise<void> {
  const body = await bodyOf(read, request);
  // Nobody is left to answer.
  if (body === undefined) return;
  const { originalUrl, ip } = request;
  send(request, response, await point.answer(exchangeOf(request, response, originalUrl, body, ip)));
}

function bodyOf(read: BodyReader, request: Request): Promise<Uint8Array | undefined> {
  const { body } = request as { body?: unknown };
  if (body instanceof Uint8Array) return Promise.resolve(body);
  if (request.readableDidRead) {
    throw new TypeError('authzenRouter stands before whatever reads bodies');
  }
  return bodyRead(read, request, request.headers['content-length']);
}

function send(request: Request, response: Response, { status, headers, body }: Answer): void {
  // A reply that was begun meanwhile, by a timeout say, ends the request as well.
  if (response.headersSent) return;
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  if (isUnread(request)) response.setHeader('connection', 'close');
  response.end(body);
}
