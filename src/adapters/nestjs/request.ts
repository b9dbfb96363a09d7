/** The HTTP request as a platform of Nest gives it, and what the guard leaves there. */
import type { GrantedAccess } from '../guard/guard.js';

/** What the requests of Express and Fastify have in common. Say `forRoot<Request>` to be given your platform's own. */
export interface NestRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  readonly body?: unknown;
  /** Whoever an authentication guard before this one has signed in. */
  readonly user?: unknown;
  /** Whom this request serves and by which decision; absent where no guard has permitted it. */
  access?: GrantedAccess;
}

/** The parts of Node's message that say whether the caller is still there. */
interface Incoming {
  readonly socket?: { readonly destroyed?: boolean } | null;
}

/** Whether the caller has hung up, or was answered already. */
export function isGone(request: object, response: object): boolean {
  const { socket } = nodeOf<Incoming>(request);
  return (
    socket?.destroyed === true ||
    nodeOf<{ writableEnded?: boolean }>(response).writableEnded === true
  );
}

/** Fastify wraps Node's messages, Express extends them. */
function nodeOf<T extends object>(message: object): T {
  const { raw } = message as { readonly raw?: T };
  return raw ?? (message as T);
}
