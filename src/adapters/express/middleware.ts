/** Express middleware, 5 and 4: handlers that let a request through only where the policy permits. */
import type { Request, RequestHandler, Response } from 'express';
import {
  accessGuard,
  type DoorOptions,
  doorTarget,
  type GrantedAccess,
  type GuardSettings,
  type GuardTarget,
} from '../guard/guard.js';
import { AccessFault } from '../guard/refusal.js';

declare global {
  // biome-ignore lint/style/noNamespace: the one place at which Express lets requests be extended.
  namespace Express {
    interface Request {
      /** Whom this request serves and by which decision; absent where no guard has permitted it. */
      access?: GrantedAccess;
    }
  }
}

/** Makes the middleware of a service. */
export interface ExpressAccess {
  /** Middleware that lets a request through only where the policy permits. */
  requireAccess(target: GuardTarget<Request>): RequestHandler;
  /** The same for a route whose path names a door. @param parameter - default `door`, as in `/doors/:door/unlock`. */
  requireDoor(parameter?: string, options?: DoorOptions<Request>): RequestHandler;
}

/** The middleware of a service. @throws TypeError as `accessGuard`. */
export function expressAccess(settings: GuardSettings<Request>): ExpressAccess {
  const guard = accessGuard(settings, 'express');
  const requireAccess: ExpressAccess['requireAccess'] = (target) => (request, response, next) => {
    const isGone = () => response.writableEnded || request.socket.destroyed;
    guard(request, target, isGone)
      .then((verdict) => {
        if (verdict.kind === 'permit') {
          request.access = verdict.access;
          next();
        } else if (verdict.fault !== undefined) next(verdict.fault);
        else send(response, verdict);
      })
      // Never what was thrown itself: Express takes nothing, and `'route'`, for leave to go on.
      .catch((cause: unknown) => next(new AccessFault(cause)));
  };
  return {
    requireAccess,
    requireDoor: (parameter = 'door', options) =>
      requireAccess(doorTarget(({ params }) => params[parameter], options)),
  };
}

function send(
  response: Response,
  {
    status,
    headers,
    problem,
  }: { status: number; headers: Readonly<Record<string, string>>; problem: object },
): void {
  // A reply that was begun meanwhile, by a timeout say, ends the request as well.
  if (response.headersSent) return;
  response.status(status).set(headers).end(JSON.stringify(problem));
}
