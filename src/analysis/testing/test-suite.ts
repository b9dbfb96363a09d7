/** Policy tests, read: every case asked out in full, with what is expected of its answer. */
import type { ReasonCode } from '../../engine/decision.js';
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import type { AccessEntry } from '../../engine/search.js';
import type { Changes } from '../../policy/changes.js';

/** The tests of one document. */
export interface PolicyTestSuite {
  /** The path of the policy, relative to the document; absent where whoever runs the tests brings the engine. */
  readonly policy: string | undefined;
  /** Whether the policy may hold roles that its model marks as deprecated. */
  readonly allowDeprecatedRoles: boolean;
  /** What is changed of the policy before anything is asked. */
  readonly changes: Changes | undefined;
  /** In the order of the document; the cells of a matrix in the order of its axes. */
  readonly cases: readonly PolicyTestCase[];
}

/** One question, and what its answer has to be. */
export type PolicyTestCase = DecisionCase | ListCase;

/** What every case has. */
interface CaseParts {
  /** The name of the test, of a cell with the names of what it asks. Unique in its document. */
  readonly name: string;
  /** Where the test stands in its document. */
  readonly pointer: string;
  /** Why it is not run, if it is not. */
  readonly skip: string | undefined;
}

/** A question to `decide`. */
export interface DecisionCase extends CaseParts {
  readonly kind: 'decision';
  readonly request: AccessRequest;
  readonly expected: ExpectedDecision;
}

/** What an answer has to be; a member that is undefined is not looked at. */
export interface ExpectedDecision {
  readonly decision: boolean | undefined;
  readonly reason: ReasonCode | undefined;
  /** Every reason of the answer and no other, in any order. */
  readonly reasons: readonly ExpectedReason[] | undefined;
  /** Every grant of the answer and no other, sorted, each once. */
  readonly grants: readonly string[] | undefined;
  /** Epoch milliseconds; null: never. */
  readonly validUntil: number | null | undefined;
}

/** A reason, as far as it is said. */
export interface ExpectedReason {
  readonly code: ReasonCode;
  readonly at: Pick<Entity, 'type' | 'id'> | undefined;
  readonly detail: string | undefined;
}

/** A question to a search, or to `access`. */
export interface ListCase extends CaseParts {
  readonly kind: 'list';
  readonly asked: AskedList;
  readonly expected: ExpectedList;
}

/** What is listed. */
export type AskedList =
  | {
      readonly of: 'subjects';
      readonly type: string;
      readonly action: string;
      readonly resource: Entity;
      readonly context: Facts;
    }
  | {
      readonly of: 'resources';
      readonly type: string;
      readonly subject: Entity;
      readonly action: string;
      readonly context: Facts;
    }
  | {
      readonly of: 'actions';
      readonly subject: Entity;
      readonly resource: Entity;
      readonly context: Facts;
    }
  | { readonly of: 'access'; readonly entity: Entity; readonly context: Facts };

/** What a list has to hold; a member that is undefined is not looked at. */
export interface ExpectedList {
  /** Each is listed, and nothing else is. */
  readonly exactly: readonly ExpectedEntry[] | undefined;
  /** Each is listed. */
  readonly contains: readonly ExpectedEntry[] | undefined;
  /** None is listed. */
  readonly excludes: readonly ExpectedEntry[] | undefined;
}

/** An id or a name of an action; of `access` an id of an assignment, or as much of an entry as is said. */
export type ExpectedEntry = string | Partial<AccessEntry>;
