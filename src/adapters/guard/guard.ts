/**
 * Guards of HTTP routes, for every framework alike: who asks, for what, by which facts, and what the decision point says.
 * Whatever is missing, throws or comes too late is a refusal; the one way to a permit is a decision that says `true`.
 */
import { type AccessRequest, type Entity, type Facts, RequestError } from '../../engine/request.js';
import type { Consistency, Pdp, ServedDecision, ViewResult } from '../pdp/pdp.js';
import type { Logger, Watcher } from '../pdp/telling.js';
import {
  GONE,
  NO_RESOURCE,
  noSubject,
  type Refusal,
  refusalOf,
  refusalOfFault,
  refusalOfView,
} from './refusal.js';
import { tellDecision, withinSpan } from './telling.js';

/** A value, now or later. */
export type Soon<T> = T | Promise<T>;

/** What an enforcement point knows of one request beside who asks for what. A `time` in it is not heard: the guard's clock says it. */
export type HostFacts = Partial<Facts>;

/** What all guards of a service share. `R` is the framework's request. */
export interface GuardSettings<R> {
  readonly pdp: Pdp;
  /** Who asks, as the host has authenticated him; text is a user's id. Nothing: nobody is signed in (401). */
  readonly subject: (request: R) => Soon<Entity | string | null | undefined>;
  /** Facts that the host itself knows. What a caller says is his word, not a fact: take of it what he may assert. */
  readonly facts?: (request: R) => Soon<HostFacts | undefined>;
  /** How new the policy must be. Default: what this process has. */
  readonly consistency?: (request: R) => Soon<Consistency>;
  /** Ends the wait for a policy that is not here yet. Default: after 5 seconds. */
  readonly deadline?: () => AbortSignal;
  /** Epoch milliseconds: the `time` of every question. Default: `Date.now`. */
  readonly now?: () => number;
  /** Whether a refusal's body says why. Default false: reasons name rights, credentials and lockdowns. */
  readonly reveal?: boolean;
  /** The `WWW-Authenticate` of a 401. Default `Bearer`. */
  readonly challenge?: string;
  readonly logger?: Logger;
  readonly watcher?: Watcher;
}

/** What one route guards. */
export interface GuardTarget<R> {
  /** Default: `unlock`. */
  readonly action?: string;
  /** Nothing: the request names none (400). */
  readonly resource: (request: R) => Soon<Entity | null | undefined>;
  /** Facts of this route; they win over those of the settings. */
  readonly facts?: (request: R) => Soon<HostFacts | undefined>;
  /** Asks `Pdp.open`, which remembers: for the route that opens the door, not for one that shows whether it would. Default false. */
  readonly remember?: boolean;
}

/** What a route that guards a door may say beside which door. */
export type DoorOptions<R> = Omit<GuardTarget<R>, 'resource'>;

/** What a handler behind a guard finds at the request: whom it serves, and by which decision. */
export interface GrantedAccess {
  readonly subject: Entity;
  readonly action: string;
  readonly resource: Entity;
  readonly served: ServedDecision;
}

/** What a guard says of one request. */
export type Verdict = { readonly kind: 'permit'; readonly access: GrantedAccess } | Refusal;

/**
 * Judges one request. Never throws, never rejects.
 * @param isGone - whether the caller has hung up: asked last, because a door must not open for nobody.
 */
export type Guard<R> = (
  request: R,
  target: GuardTarget<R>,
  isGone?: () => boolean,
) => Promise<Verdict>;

const WAIT_MILLISECONDS = 5000;

/**
 * The guard of a service.
 * @param via - the way by which requests come, for watchers: `fastify`, `express`, …
 * @throws TypeError without a decision point or without `subject`: a guard that asks nobody is a mistake.
 */
export function accessGuard<R>(settings: GuardSettings<R>, via: string): Guard<R> {
  if (typeof settings.subject !== 'function') throw new TypeError('a guard needs `subject`');
  if (typeof settings.pdp?.local !== 'function') throw new TypeError('a guard needs `pdp`');
  return async (request, target, isGone) => {
    try {
      const verdict = await judge(settings, via, request, target);
      return verdict.kind === 'permit' && isGone?.() === true ? GONE : verdict;
    } catch (cause) {
      return thrown(settings.logger, via, cause);
    }
  };
}

/** The target of a route whose path names a door. @param read - the parameter of the path, decoded once by the framework. */
export function doorTarget<R>(
  read: (request: R) => unknown,
  options: DoorOptions<R> = {},
): GuardTarget<R> {
  return {
    ...options,
    resource: (request) => {
      const id = read(request);
      return typeof id === 'string' ? { type: 'door', id } : undefined;
    },
  };
}

async function judge<R>(
  settings: GuardSettings<R>,
  via: string,
  request: R,
  target: GuardTarget<R>,
): Promise<Verdict> {
  const subject = subjectOf(await settings.subject(request));
  if (subject === undefined) return noSubject(settings.challenge);
  const resource = await target.resource(request);
  if (resource === undefined || resource === null) return NO_RESOURCE;
  const action = target.action ?? 'unlock';
  const facts = { ...(await settings.facts?.(request)), ...(await target.facts?.(request)) };
  const view = await viewOf(settings, request);
  if (!view.ok) return refusalOfView(view.code);
  // Time last: no fact of the host's, and none it took over from a body, may set the clock.
  const context = { ...facts, time: (settings.now ?? Date.now)() };
  const question = { subject, action: { name: action }, resource, context };
  const started = performance.now();
  const served = await withinSpan(settings.watcher, () =>
    target.remember ? opened(settings.pdp, question) : view.value.decide(question),
  );
  const milliseconds = performance.now() - started;
  // A decision point in plain JavaScript may answer with anything; only a decision decides.
  if (typeof served?.decision !== 'boolean') throw new TypeError('not a decision');
  tellDecision(settings.watcher, { action, resource, decided: served, milliseconds, via });
  return served.decision
    ? { kind: 'permit', access: { subject, action, resource, served } }
    : refusalOf(served, settings.reveal === true);
}

function subjectOf(named: Entity | string | null | undefined): Entity | undefined {
  if (typeof named !== 'string') return named ?? undefined;
  return named === '' ? undefined : { type: 'user', id: named };
}

async function viewOf<R>(settings: GuardSettings<R>, request: R): Promise<ViewResult> {
  const consistency = await settings.consistency?.(request);
  if (consistency === undefined || consistency.kind === 'local') return settings.pdp.local();
  const deadline = settings.deadline?.() ?? AbortSignal.timeout(WAIT_MILLISECONDS);
  return await settings.pdp.at(consistency, deadline);
}

function opened(pdp: Pdp, question: AccessRequest): Promise<ServedDecision> {
  if (pdp.open === undefined) throw new TypeError('this decision point remembers nothing');
  return pdp.open(question);
}

function thrown(logger: Logger | undefined, via: string, cause: unknown): Refusal {
  // What of a request names no door at all is the caller's mistake, whatever else is ill-typed is the host's.
  if (cause instanceof RequestError && cause.pointer.startsWith('/resource')) return NO_RESOURCE;
  const refusal = refusalOfFault(cause);
  try {
    // The name alone: messages of outside errors may hold whatever the caller sent.
    const error = cause instanceof Error ? cause.name : typeof cause;
    logger?.error({ via, error }, 'access could not be judged');
  } catch {
    // A logger that throws must not turn a refusal into an exception.
  }
  return refusal;
}
