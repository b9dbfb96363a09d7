/** Shapes of an explanation. */
import type { Decision, Reason } from './decision.js';
import type { Facts } from './request.js';

/** A clause of docs/clauses.md. */
export type Clause =
  | 'D1'
  | 'D2'
  | 'D3'
  | 'D4'
  | 'D5'
  | 'D6'
  | 'D7'
  | 'D8'
  | 'D9'
  | 'D10'
  | 'A1'
  | 'A3';

/** What became of one clause. */
export interface ClauseTrace {
  readonly clause: Clause;
  /** `passed`: nothing against it here. `permitted`, `refused`: this clause ended the decision. `not_reached`: an earlier one did. */
  readonly outcome: 'passed' | 'permitted' | 'refused' | 'not_reached';
  readonly reasons: readonly Reason[];
}

/** What became of one of the subject's assignments. */
export interface AssignmentTrace {
  readonly assignment: string;
  readonly role: string;
  readonly scope: { readonly type: string; readonly id: string };
  /** The team through which it is held, if any. */
  readonly via?: string;
  /** `counts`: permits. `fails`: see `reasons`; without any, it may not give or end this right (A3). `excluded`: suspended by a tenancy (D10). `elsewhere`: scope without the resource. `no_permission`: role without the permission. */
  readonly outcome: 'counts' | 'fails' | 'excluded' | 'elsewhere' | 'no_permission';
  readonly reasons: readonly Reason[];
}

/**
 * The smallest change of facts that would permit. Looked for among what the person can do otherwise: when,
 * how and where to come, with which device, with a second factor, having left, while fewer are inside, with whom. Not
 * among `arrivals`, which others make.
 */
export interface NearestMiss {
  /** The members of `context` to change, with values that permit; `time` as RFC 3339. */
  readonly change: Partial<Facts>;
}

/** The whole trace of one decision. */
export interface Explanation {
  readonly decision: Decision;
  /** In the order of checking. */
  readonly clauses: readonly ClauseTrace[];
  /** Every assignment of the subject, own and by team, sorted by id. */
  readonly assignments: readonly AssignmentTrace[];
  /**
   * For a refusal that some change of facts turns; absent for a permit, null where none was found. Not tried are `arrivals`,
   * positions where fences overlap away from their corners and centres, and instants after the next 500 changes.
   */
  readonly nearestMiss?: NearestMiss | null;
}
