/** The endpoints over web requests. The body is read here, and never further than its cap. */
import { bodyBytes } from '../body-chunks.js';
import { refused, stamped } from './answers.js';
import type { Answer, Exchange } from './exchange.js';
import { isEchoable } from './request-id.js';

/** Answers a web request by `answer`, reading at most `bodyBytes` of it. Never rejects. */
export async function handleRequest(
  request: Request,
  bodyBytes: number,
  answer: (exchange: Exchange) => Answer | Promise<Answer>,
  remoteAddress: string | undefined,
): Promise<Response> {
  const { headers, method, signal } = request;
  const body = await readBytes(request, bodyBytes).catch(() => 'broken' as const);
  if (body === 'broken' || body === 'too_large') {
    const refusal =
      body === 'broken'
        ? refused(400, 'the body ended early')
        : refused(413, `the body has more than ${bodyBytes} bytes`);
    const requestId = headers.get('x-request-id') ?? '';
    return toResponse(stamped(refusal, isEchoable(requestId) ? requestId : undefined), method);
  }
  const exchange: Exchange = {
    method,
    path: pathOf(request.url),
    header: (name) => headers.get(name) ?? undefined,
    body,
    signal,
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  };
  return toResponse(await answer(exchange), method);
}

function toResponse({ status, headers, body }: Answer, method: string): Response {
  return new Response(method === 'HEAD' ? null : body, { status, headers });
}

/** The path of an absolute URL, as sent. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start === -1) return '/';
  const end = url.slice(start).search(/[?#]/u);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

/** @throws whatever the body's stream fails with. */
async function readBytes(request: Request, most: number): Promise<Uint8Array | 'too_large'> {
  const { body } = request;
  if (body === null) return new Uint8Array();
  const said = request.headers.get('content-length');
  if (said !== null && Number(said) > most) {
    await body.cancel();
    return 'too_large';
  }
  return (await bodyBytes(request, most)) ?? 'too_large';
}
