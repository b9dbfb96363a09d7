/** The Fastify plugin: `fastify.access` makes preHandlers, `request.access` says whom a handler serves. */
import type { FastifyPluginAsync, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import fp from 'fastify-plugin';
import {
  accessGuard,
  type DoorOptions,
  doorTarget,
  type GrantedAccess,
  type GuardSettings,
  type GuardTarget,
} from '../guard/guard.js';

/** How the plugin is registered. */
export type FastifyAccessOptions = GuardSettings<FastifyRequest>;

/** What `fastify.access` makes. */
export interface FastifyAccess {
  /** A preHandler that lets a request through only where the policy permits. */
  requireAccess(target: GuardTarget<FastifyRequest>): preHandlerAsyncHookHandler;
  /** The same for a route whose path names a door. @param parameter - default `door`, as in `/doors/:door/unlock`. */
  requireDoor(
    parameter?: string,
    options?: DoorOptions<FastifyRequest>,
  ): preHandlerAsyncHookHandler;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Makes preHandlers that ask the policy. */
    access: FastifyAccess;
  }
  interface FastifyRequest {
    /** Whom this request serves and by which decision; null where no guard has permitted it. */
    access: GrantedAccess | null;
  }
}

const register: FastifyPluginAsync<FastifyAccessOptions> = async (fastify, settings) => {
  const guard = accessGuard(settings, 'fastify');
  const requireAccess: FastifyAccess['requireAccess'] = (target) => async (request, reply) => {
    const isGone = () => reply.sent || request.raw.socket.destroyed;
    const verdict = await guard(request, target, isGone);
    if (verdict.kind === 'permit') {
      request.access = verdict.access;
      return;
    }
    if (verdict.fault !== undefined) throw verdict.fault;
    // A reply that was sent meanwhile, by a timeout say, ends the request as well.
    if (reply.sent) return reply;
    return reply.code(verdict.status).headers(verdict.headers).send(verdict.problem);
  };
  fastify.decorateRequest('access', null);
  fastify.decorate('access', {
    requireAccess,
    requireDoor: (parameter = 'door', options) =>
      requireAccess(doorTarget(({ params }) => Object(params)[parameter], options)),
  });
};

/** Registers `fastify.access` and `request.access` for the whole server. @throws TypeError as `accessGuard`. */
export const accessPlugin: FastifyPluginAsync<FastifyAccessOptions> = fp(register, {
  name: 'doorwright',
  fastify: '5.x',
});
