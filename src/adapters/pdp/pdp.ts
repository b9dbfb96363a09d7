/**
 * The decision point as a port: what HTTP handlers, framework adapters and gateways ask. Behind it stands one engine
 * in memory, a site with its store, or the consumer of a feed; whoever asks need not know which.
 */
import type { Decision, ReasonCode } from '../../engine/decision.js';
import type { DecideOptions, Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';

/**
 * How new the policy must be that decides. `local`: what this process has. `atLeast`: as new as the token's
 * write. `exact`: precisely the token's revision, for looking back. `latest`: what the source has now.
 */
export type Consistency =
  | { readonly kind: 'local' }
  | { readonly kind: 'atLeast'; readonly token: string }
  | { readonly kind: 'exact'; readonly token: string }
  | { readonly kind: 'latest' };

/**
 * Why a decision point refuses although, or before, its engine was asked. `stale`: what it knows of the source is older than
 * the door's class allows, or than the caller asked for in time. `not_ready`: it has no policy yet.
 */
export type PdpRefusalCode = 'stale' | 'not_ready';

/** A decision as a decision point gives it: the engine's, or a refusal of its own. */
export interface ServedDecision {
  readonly decision: boolean;
  readonly context: Omit<Decision['context'], 'reason' | 'reasons'> & {
    readonly reason: ReasonCode | PdpRefusalCode;
    readonly reasons: readonly {
      readonly code: ReasonCode | PdpRefusalCode;
      readonly at: { readonly type: string; readonly id: string };
      readonly detail?: string;
    }[];
  };
}

/** One immutable state to decide by: take it once, ask it for every item of a batch. */
export interface PdpView {
  /** For lists and explanations. Where this view is stale, a list that the engine gives is stale too: see `stale`. */
  readonly engine: Engine;
  /** Names the state, to be given as `atLeast` or `exact` later; opaque text of at most 200 characters. */
  readonly token: string;
  /** What the door's class says of stale knowledge is kept here. @throws RequestError as `Engine.decide`. */
  decide(request: AccessRequest, options?: DecideOptions): ServedDecision;
  /** `decide(request).decision`, cheaper. @throws RequestError */
  check(request: AccessRequest): boolean;
  /** Whether anything is refused here because knowledge is too old; lists and explanations must then not be served as current. */
  readonly stale: boolean;
}

/** `stale`: not so new in time. `token_unknown`: not a token of this organisation and epoch. `not_retained`: too old to look back. `not_ready`: no policy yet. */
export type ViewCode = 'stale' | 'token_unknown' | 'not_retained' | 'not_ready';

/** A view, or why there is none. */
export type ViewResult =
  | { readonly ok: true; readonly value: PdpView }
  | { readonly ok: false; readonly code: ViewCode; readonly detail: string };

/** What answers questions. */
export interface Pdp {
  /** The organisation whose doors it decides. */
  readonly organization: string;
  /** What decides now, without waiting. */
  local(): ViewResult;
  /** What decides at a consistency; waits for it at most until `signal` aborts, then answers `stale`. */
  at(consistency: Consistency, signal?: AbortSignal): Promise<ViewResult>;
  /** Decides and remembers: arrivals, presence, the log. Absent where nothing is remembered. */
  open?(request: AccessRequest): Promise<ServedDecision>;
  /** For health checks. */
  status(): PdpStatus;
}

/** How a decision point stands. */
export interface PdpStatus {
  /** Whether it can decide at all. */
  readonly ready: boolean;
  readonly revision: number | null;
  /** Seconds since the source was last heard of; null where the source is this process. */
  readonly behindSeconds: number | null;
  /** Faults to show: `gap`, `fork`, `clock`, `disk`, …; empty when all is well. */
  readonly faults: readonly string[];
}
