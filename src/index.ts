/**
 * doorwright decides who may open which door. One policy document, one engine, the same answer on a
 * server, in an app and at the lock.
 *
 * @packageDocumentation
 */
import { luxonTimeZones } from './checks/time/luxon-zones.js';
import { compileEngine, zoneTest } from './engine/compile.js';
import type { Engine, IdsOf, PolicyIds } from './engine/engine.js';
import type { Policy } from './policy/document.js';
import { type Parsed, type ParseOptions, parseDocument } from './policy/parse.js';
import type { TimeZoneSource } from './values/time-zone.js';

/** How a policy is read and compiled. */
export interface PolicyOptions {
  /** Where time-zone rules come from. Default: the host's Intl, through luxon. */
  readonly timeZones?: TimeZoneSource;
  /** Whether roles marked `deprecated` may be held. Default: no. */
  readonly allowDeprecatedRoles?: boolean;
}

/**
 * The policy that outside data describes, as a frozen copy; or everything that is wrong with it, in
 * document order, each `{ pointer, code, message }`. Never throws and never changes its input.
 */
export function parsePolicy(input: unknown, options: PolicyOptions = {}): Parsed<Policy> {
  return parseDocument(input, parseOptions(options));
}

/**
 * Compiles a policy, parsing it first. Written `as const`, its ids become the engine's literal types.
 * @throws PolicyError with every issue of an invalid policy.
 */
export function compilePolicy<const P>(policy: P, options?: PolicyOptions): Engine<EngineIds<P>> {
  return compileEngine(policy, {
    timeZones: options?.timeZones ?? luxonTimeZones,
    allowDeprecatedRoles: options?.allowDeprecatedRoles ?? false,
  });
}

/** The ids an engine of a policy takes: the policy's own if it is written out, else any. */
export type EngineIds<P> = [IdsOf<P>['subject'], IdsOf<P>['door']] extends [never, never]
  ? PolicyIds
  : IdsOf<P>;

function parseOptions(options: PolicyOptions): ParseOptions {
  return {
    isTimeZone: zoneTest(options.timeZones ?? luxonTimeZones),
    allowDeprecatedRoles: options.allowDeprecatedRoles ?? false,
  };
}

export { authorizeChange } from './admin/authorize-change.js';
export { type ComparedOptions, diffPolicies } from './analysis/diff/diff-policies.js';
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
} from './analysis/diff/policy-diff.js';
export type { FindingCode, Severity } from './analysis/lint/catalogue.js';
export type { Duty, Finding, LintOptions, ToxicPair } from './analysis/lint/finding.js';
export { lintPolicy } from './analysis/lint/lint-policy.js';
export type { InstantSpan, OtherDate, WeekSpan, When } from './analysis/when.js';
export { luxonTimeZones } from './checks/time/luxon-zones.js';
export { exportTimeZones, type TimeZoneTable, tableTimeZones } from './checks/time/table-zones.js';
export type { Decision, PermitCode, Reason, ReasonCode, RefusalCode } from './engine/decision.js';
export { REASON_CODES } from './engine/decision.js';
export type { DecideOptions, Engine, IdOf, IdsOf, PolicyIds } from './engine/engine.js';
export type {
  AssignmentTrace,
  Clause,
  ClauseTrace,
  Explanation,
  NearestMiss,
} from './engine/explain.js';
export type { AccessRequest, Entity, Facts } from './engine/request.js';
export { RequestError } from './engine/request.js';
export type { AccessEntry, SearchPage, SearchQuery } from './engine/search.js';
export type { Changes } from './policy/changes.js';
export type {
  Assignment,
  Calendar,
  CollectionName,
  Credential,
  Door,
  ElementOf,
  Elevator,
  Floor,
  Geofence,
  Group,
  Immutable,
  Level,
  Link,
  Location,
  Lockdown,
  Organization,
  Place,
  Policy,
  Reader,
  Recurrence,
  Restrictions,
  RoleDocument,
  RoleModelDocument,
  Schedule,
  ScheduleBody,
  Stop,
  Team,
  Unlock,
  User,
  Validity,
} from './policy/document.js';
export type { Issue, IssueCode } from './policy/issue.js';
export { PolicyError } from './policy/issue.js';
export type { Parsed } from './policy/parse.js';
export type { OffsetChange, TimeZoneSource } from './values/time-zone.js';
