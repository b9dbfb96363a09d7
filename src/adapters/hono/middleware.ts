/** Hono middleware, on every runtime Hono knows: handlers that let a request through only where the policy permits. */
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import {
  accessGuard,
  type DoorOptions,
  doorTarget,
  type GrantedAccess,
  type GuardSettings,
  type GuardTarget,
} from '../guard/guard.js';

/** What a handler behind a guard finds: `context.get('access')`, `context.var.access`. */
export interface AccessEnv {
  Variables: {
    /** Whom this request serves and by which decision. */
    access: GrantedAccess;
  };
}

/** Makes the middleware of a service. */
export interface HonoAccess {
  /** Middleware that lets a request through only where the policy permits. */
  requireAccess(target: GuardTarget<Context>): MiddlewareHandler<AccessEnv>;
  /** The same for a route whose path names a door. @param parameter - default `door`, as in `/doors/:door/unlock`. */
  requireDoor(parameter?: string, options?: DoorOptions<Context>): MiddlewareHandler<AccessEnv>;
}

/** The middleware of a service. @throws TypeError as `accessGuard`. */
export function honoAccess(settings: GuardSettings<Context>): HonoAccess {
  const guard = accessGuard(settings, 'hono');
  const requireAccess: HonoAccess['requireAccess'] = (target) =>
    createMiddleware<AccessEnv>(async (context, next) => {
      // Taken before anything is waited for: some servers abort only a signal that was asked for. Some runtimes have none.
      const { signal } = context.req.raw;
      const isGone = () => signal?.aborted === true;
      const verdict = await guard(context, target, isGone);
      if (verdict.kind === 'permit') {
        context.set('access', verdict.access);
        await next();
        return;
      }
      if (verdict.fault !== undefined) throw verdict.fault;
      return context.body(JSON.stringify(verdict.problem), verdict.status, { ...verdict.headers });
    });
  return {
    requireAccess,
    requireDoor: (parameter = 'door', options) =>
      requireAccess(doorTarget((context) => context.req.param(parameter), options)),
  };
}
