/** The AuthZEN endpoints as a plugin of Fastify, with its own reader of bodies. */
import type { Readable } from 'node:stream';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { after } from '../authzen/answers.js';
import type { Answer, AuthzenPoint } from '../authzen/exchange.js';
import { bodyReader, exchangeOf, isUnread } from '../guard/node-exchange.js';

/** How the plugin is registered: without a prefix, since the point knows its whole paths. */
export interface FastifyAuthzenOptions {
  readonly point: AuthzenPoint;
}

/** The code of Fastify's error for a `Content-Type` it cannot read. */
const INVALID_MEDIA_TYPE = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';

/**
 * Serves the endpoints of a decision point: `app.register(authzenPlugin, { point })`. Encapsulated: the parsers of bodies of the
 * rest of the server stay as they are, and its hooks run here as well.
 * @throws TypeError where it is registered with a prefix.
 */
export const authzenPlugin: FastifyPluginAsync<FastifyAuthzenOptions> = async (
  fastify,
  { point },
) => {
  if (fastify.prefix !== '') throw new TypeError('authzenPlugin takes no prefix: see `baseUrl`');
  const read = bodyReader(point.bodyBytesMax);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request: FastifyRequest, payload: Readable, done) =>
    read(payload, request.headers['content-length'], (bytes) => done(null, bytes)),
  );
  const serve = (request: FastifyRequest, reply: FastifyReply) => answer(point, request, reply);
  fastify.setErrorHandler((error: { readonly code?: string }, request, reply) => {
    // Whatever a hook of the host's refused is the host's to answer.
    if (error.code !== INVALID_MEDIA_TYPE) throw error;
    return serve(request, reply);
  });
  for (const path of point.paths) {
    fastify.all(path.replaceAll(':', '::').replace('{id}', ':id'), serve);
  }
};

/** Sends at once what is there at once: most questions are answered without waiting. */
function answer(
  point: AuthzenPoint,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  const { raw, body, url, ip } = request;
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const send = ({ status, headers, body: text }: Answer): FastifyReply => {
    if (isUnread(raw)) reply.header('connection', 'close');
    return reply.code(status).headers(headers).send(text);
  };
  return after(point.answer(exchangeOf(raw, reply.raw, url, bytes, ip)), send);
}
