/** What is wrong with a document, in a shape that points at the place. */

/**
 * The closed list of what can be wrong with a policy. Stable across minor versions; texts are not.
 *
 * Shape: `type` (wrong JSON type), `missing`, `unknown_member`, `format` (right type, wrong text),
 * `value` (not one of the allowed, or out of range), `too_large` (over a cap), `empty` (a list or text
 * that must not be), `too_many_issues`.
 *
 * Meaning: `duplicate` (an id used twice), `reference` (names something that does not exist), `cycle`
 * (teams or roles), `time_zone` (unknown zone), `time_zone_missing`, `span` (an end not after its start),
 * `rrule` (outside the strict subset), `rrule_never` (never occurs), `duration`, `place_mismatch`
 * (a group, floor or stop of another place), `geofence_centre`, `geofence_shape`, `role_level`,
 * `role_unique`, `role_deprecated`, `link_role`, `one_per_scope`, `offline_unlock`, `capacity_missing`.
 */
export type IssueCode =
  | 'type'
  | 'missing'
  | 'unknown_member'
  | 'format'
  | 'value'
  | 'too_large'
  | 'empty'
  | 'too_many_issues'
  | 'duplicate'
  | 'reference'
  | 'cycle'
  | 'time_zone'
  | 'time_zone_missing'
  | 'span'
  | 'rrule'
  | 'rrule_never'
  | 'duration'
  | 'place_mismatch'
  | 'geofence_centre'
  | 'geofence_shape'
  | 'role_level'
  | 'role_unique'
  | 'role_deprecated'
  | 'link_role'
  | 'one_per_scope'
  | 'offline_unlock'
  | 'capacity_missing';

/** One thing wrong with a document. */
export interface Issue {
  /** JSON Pointer (RFC 6901) to the offending value; `''` is the document. */
  readonly pointer: string;
  readonly code: IssueCode;
  /** For people: lower case, no full stop, the offending value in backticks. May change. */
  readonly message: string;
}

/** Thrown by `compilePolicy` and `apply` for a document with issues; nothing was built or changed. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  /** Everything that is wrong, in document order. */
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    const first = issues[0];
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    super(
      first === undefined ? 'invalid policy' : `${first.pointer || '/'}: ${first.message}${more}`,
    );
    this.issues = issues;
  }
}
