/** What a guard answers instead of the route: a status, headers and a problem (RFC 9457), as data that any framework can send. */
import type { PdpRefusalCode, ServedDecision, ViewCode } from '../pdp/pdp.js';

/** Why a guard refuses. `forbidden` is the policy's word; all others are said before or instead of it. */
export type GuardCode =
  | 'no_subject'
  | 'no_resource'
  | 'forbidden'
  | Exclude<ViewCode, PdpRefusalCode>
  | PdpRefusalCode
  | 'gone'
  | 'fault';

/** The body of a refusal: `application/problem+json`. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: GuardCode;
  /** Only where the guard reveals: the decision's. */
  readonly reason?: string;
  readonly reasons?: ServedDecision['context']['reasons'];
}

/** A refusal, ready to be sent. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly status: 400 | 401 | 403 | 409 | 500 | 503;
  readonly code: GuardCode;
  /** Lower-case names; the content type among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
  /** The decision that refused, for the host's own eyes. */
  readonly served?: ServedDecision;
  /** Set where something of the host's threw: for the framework's own handling of errors. */
  readonly fault?: AccessFault;
}

/**
 * Something threw while access was judged: an extractor, the decision point. Frameworks are given this instead of what was
 * thrown, which may be `undefined` or `'route'`, and would let a request through.
 */
export class AccessFault extends Error {
  override readonly name = 'AccessFault';
  /** As Fastify reads it. */
  readonly statusCode = 500;
  /** As Express, Koa and Hono read it. */
  readonly status = 500;

  constructor(cause: unknown) {
    // Says nothing of the cause: default error handlers send messages to the caller.
    super('access could not be judged', { cause });
  }
}

/** The caller has hung up. Nobody reads this answer; that the route does not run is what counts. */
export const GONE: Refusal = refusal(503, 'gone', 'Service Unavailable');

/** The request names no resource, or one that is none. */
export const NO_RESOURCE: Refusal = refusal(400, 'no_resource', 'Bad Request');

/** Nobody is signed in. @param challenge - RFC 9110 §11.6.1 wants one in every 401. */
export function noSubject(challenge = 'Bearer'): Refusal {
  return refusal(401, 'no_subject', 'Unauthorized', { 'www-authenticate': challenge });
}

/** There is no view to decide by. */
export function refusalOfView(code: ViewCode): Refusal {
  switch (code) {
    case 'stale':
    case 'not_ready':
      return unavailable(code);
    case 'token_unknown':
      return refusal(400, code, 'Bad Request');
    case 'not_retained':
      return refusal(409, code, 'Conflict');
    default:
      return code satisfies never;
  }
}

/** A decision that is not a permit. That knowledge is too old is no verdict about the caller: he may come again. */
export function refusalOf(served: ServedDecision, reveal: boolean): Refusal {
  const { reason, reasons } = served.context;
  if (reason === 'stale' || reason === 'not_ready') return { ...unavailable(reason), served };
  const plain = refusal(403, 'forbidden', 'Forbidden');
  if (!reveal) return { ...plain, served };
  return { ...plain, served, problem: { ...plain.problem, reason, reasons } };
}

/** Something threw. */
export function refusalOfFault(cause: unknown): Refusal {
  return {
    ...refusal(500, 'fault', 'Internal Server Error'),
    fault: cause instanceof AccessFault ? cause : new AccessFault(cause),
  };
}

function unavailable(code: PdpRefusalCode): Refusal {
  return refusal(503, code, 'Service Unavailable', { 'retry-after': '1' });
}

function refusal(
  status: Refusal['status'],
  code: GuardCode,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return {
    kind: 'refusal',
    status,
    code,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    },
    problem: { type: 'about:blank', title, status, code },
  };
}
