/** What lint finds, and how it is told what to look for. */
import type { TimeZoneSource } from '../../values/time-zone.js';
import type { FindingCode, Severity } from './catalogue.js';

/** One thing about a policy that its author should look at. The policy is valid all the same. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** JSON Pointer (RFC 6901) into the document as given. */
  readonly pointer: string;
  /** For people: lower case, no full stop, ids in backticks. May change. */
  readonly message: string;
  /** What to do about it. May change. */
  readonly advice: string;
  /** Further places that have to do with it, at most ten. */
  readonly related?: readonly string[];
}

/** Most pointers a finding names beside its own: a reader needs a few, a message gives the number. */
export const RELATED_MAX = 10;

/** One side of a pair that must be apart. Everything it says must be so of one assignment. */
export interface Duty {
  /** The role held, by its own id. */
  readonly role?: string | undefined;
  /** The group it is held at. */
  readonly group?: string | undefined;
  /** A permission of the role, its own or inherited, `type:action` as in `access_right:create`. */
  readonly permission?: string | undefined;
}

/** Two duties that no person may have together, by whatever assignments and teams. */
export interface ToxicPair {
  /** What the pair is called in messages. */
  readonly name?: string | undefined;
  readonly first: Duty;
  readonly second: Duty;
}

/** How to lint. */
export interface LintOptions {
  /** The instant that tells past from future, RFC 3339. Without it nothing is judged by the date. */
  readonly at?: string | undefined;
  /** What findings of a code weigh, or that they are not told. */
  readonly rules?: Readonly<Partial<Record<FindingCode, Severity | 'off'>>> | undefined;
  /** Pairs of duties that must be apart. */
  readonly segregation?: readonly ToxicPair[] | undefined;
  /**
   * Roles whose holders should give a second factor wherever they open. Default: assignments at a place or the
   * organisation of roles that may create access rights.
   */
  readonly privileged?: readonly string[] | undefined;
  /** Where time-zone rules come from, for a policy that is no engine yet. Default: the host's Intl. */
  readonly timeZones?: TimeZoneSource | undefined;
  /** Whether roles marked `deprecated` may be held, for a policy that is no engine yet. Default: no. */
  readonly allowDeprecatedRoles?: boolean | undefined;
}
