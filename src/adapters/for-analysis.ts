/**
 * Answers about a policy (`doorwright/analysis`): what is odd in it, what differs between two, who could ever open what, and
 * what each role may do.
 */
export { coveringLine } from '../analysis/diff/covering-line.js';
export { type ComparedOptions, diffPolicies } from '../analysis/diff/diff-policies.js';
export type {
  Circumstance,
  CircumstanceValue,
  DiffOptions,
  DiffSubjects,
  Effect,
  OpeningChange,
  PolicyDiff,
  RestrictionChange,
  RightChange,
  RightReach,
  Witness,
} from '../analysis/diff/policy-diff.js';
export {
  FINDING_CODES,
  type FindingCode,
  LINT_RULES,
  type LintRule,
  type Severity,
} from '../analysis/lint/catalogue.js';
export type { Duty, Finding, LintOptions, ToxicPair } from '../analysis/lint/finding.js';
export { lintPolicy } from '../analysis/lint/lint-policy.js';
export type { Breadth } from '../analysis/questions/breadth.js';
export { EDIT_KINDS, type EditKind, type EditStep } from '../analysis/questions/edit.js';
export type {
  Need,
  OpenHours,
  OpenNeed,
  Possible,
  PossiblePeople,
} from '../analysis/questions/need.js';
export { type OpenHoursOptions, openHours } from '../analysis/questions/open-hours.js';
export {
  type WhoCouldEverOptions,
  whoCould,
  whoCouldEver,
} from '../analysis/questions/who-could.js';
export {
  type Proposal,
  type WhyNot,
  type WhyNotOptions,
  whyNot,
} from '../analysis/questions/why-not.js';
export {
  accessReview,
  type ReviewOptions,
  type ReviewPerson,
  type ReviewResource,
  type ReviewRow,
} from '../analysis/review/access-review.js';
export { REVIEW_COLUMNS, type ReviewFormat, reviewLines } from '../analysis/review/review-lines.js';
export { roleMatrixOf } from '../analysis/role-matrix.js';
export type { InstantSpan, OtherDate, WeekSpan, When } from '../analysis/when.js';
export type { RoleColumn, RoleMatrix, RoleRow } from '../checks/roles/matrix.js';
export { canonicalPolicy } from '../policy/canonical.js';
export {
  MIGRATIONS,
  type Migrated,
  type MigrationCode,
  type MigrationStep,
  type Migrations,
  migratePolicy,
} from '../policy/migrate.js';
export { contentBytes, contentHash } from './content-hash.js';
