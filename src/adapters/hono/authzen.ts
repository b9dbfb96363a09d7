/** The AuthZEN endpoints as an app of Hono. */
import { type Context, Hono } from 'hono';
import type { Answer, AuthzenPoint, Exchange } from '../authzen/exchange.js';

/** What an app of Hono must be told, because each runtime knows it in its own way. */
export interface HonoAuthzenOptions {
  /** Whose connection it is: `getConnInfo(context).remote.address`. Without it, failed authentications are not limited. */
  readonly remoteAddress?: (context: Context) => string | undefined;
}

/** Serves the endpoints of a decision point: `app.route('/', authzenApp(point))`. The point knows its whole paths. */
export function authzenApp(point: AuthzenPoint, options: HonoAuthzenOptions = {}): Hono {
  const app = new Hono();
  for (const path of point.paths) {
    app.all(path.replace('{id}', ':id'), (context) =>
      answer(point, context, options.remoteAddress?.(context)),
    );
  }
  return app;
}

async function answer(
  point: AuthzenPoint,
  context: Context,
  remoteAddress: string | undefined,
): Promise<Response> {
  const { req } = context;
  // A body that says its length is read whole, which servers do faster; any other by the point, piece by piece up to its cap.
  const length = Number(req.header('content-length') ?? (hasNoBody(req.method) ? 0 : Number.NaN));
  if (!(length <= point.bodyBytesMax)) return await point.handle(req.raw, remoteAddress);
  const body = length === 0 ? '' : await req.arrayBuffer().catch(() => undefined);
  if (body === undefined) return context.text('the body ended early', 400);
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  return toResponse(context, await point.answer(new HonoExchange(req, bytes, remoteAddress)));
}

/** A request of Hono as an exchange; a class for the sake of its getter, see `NodeExchange`. */
class HonoExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array | string;
  readonly remoteAddress?: string;
  readonly #request: Context['req'];

  constructor(
    request: Context['req'],
    body: Uint8Array | string,
    remoteAddress: string | undefined,
  ) {
    const { url } = request.raw;
    this.method = request.method;
    // Not `path`, which Hono has decoded.
    this.path = url.slice(url.indexOf('/', url.indexOf('://') + 3)).replace(/[?#].*$/u, '');
    this.body = body;
    if (remoteAddress !== undefined) this.remoteAddress = remoteAddress;
    this.#request = request;
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }

  /** Made only where it is asked for: most questions are answered without waiting. */
  get signal(): AbortSignal {
    return this.#request.raw.signal;
  }
}

function hasNoBody(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function toResponse(context: Context, { status, headers, body }: Answer): Response {
  return context.newResponse(body, status as never, { ...headers });
}
