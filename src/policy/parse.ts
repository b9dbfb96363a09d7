/** From outside data to a policy: shape and rules, all issues at once. Source: docs/policy.md. */
import { type AssignmentNumbers, assignmentReader } from './assignment-numbers.js';
import {
  type Assignment,
  COLLECTIONS,
  type CollectionName,
  ELEMENT_SCHEMAS,
  type ElementOf,
  ORGANIZATION_SCHEMA,
  type Organization,
  POLICY_SCHEMA,
  type Policy,
} from './document.js';
import { CANNOT_TELL, guarded, unlessUnreadable } from './guarded.js';
import type { Issue } from './issue.js';
import { type IssueList, issueList } from './issue-list.js';
import { readJson } from './json-text.js';
import { resolveModel } from './resolve-model.js';
import { checkOrganization, checkWithoutCycles } from './rules.js';
import {
  assignmentRules,
  checkTeamCycles,
  eachElement,
  indexDocument,
  type TogetherRules,
} from './rules-document.js';
import { type Shape, type Shaped, shapeOf } from './shape.js';
import { type IdNumbers, viewOf } from './view.js';

/** What a document is checked against besides itself. */
export interface ParseOptions {
  /** Whether the host knows a time zone of this name. */
  readonly isTimeZone: (name: string) => boolean;
  /** Whether roles marked `deprecated` may be held. Default: no. */
  readonly allowDeprecatedRoles?: boolean;
}

/** A value, or everything that is wrong with the data, in document order. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: Issue[] };

/** What validation found out about a policy that whoever compiles it needs too. */
export interface PolicyNumbers {
  readonly ids: IdNumbers;
  readonly assignments: AssignmentNumbers;
}

/**
 * The policy that outside data describes: a deep-frozen copy made of plain objects. Never throws,
 * whatever `input` is (`isTimeZone` must not either), and never changes `input`.
 *
 * The rules also run over what is well-formed of a document with shape issues, and stay silent where
 * they would have to read what is not.
 */
export function parseDocument(input: unknown, options: ParseOptions): Parsed<Policy> {
  const issues = issueList();
  return ruled(policyShape()(input, issues.report), issues, options);
}

/**
 * The policy that a document is whose shape was checked: its rules, and with what the shape told, all issues at once.
 * @param issues - holds what the check of the shape told.
 */
export function ruled(shaped: Shaped, issues: IssueList, options: ParseOptions): Parsed<Policy> {
  let numbers: PolicyNumbers | undefined;
  if (typeof shaped.value === 'object' && shaped.value !== null) {
    numbers = checkRules(guarded(shaped) as Policy, options, issues.report);
  }
  if (issues.count() > 0) return { ok: false, issues: issues.inOrder() };
  const policy = shaped.value as Policy;
  remember(policy, options, numbers);
  return { ok: true, value: policy };
}

/**
 * The value of a JSON text. Text that is no JSON is one issue `format` with line and column; every member
 * written twice in one object is an issue `duplicate`, because another reader might keep the other one.
 */
export function parseText(text: string): Parsed<unknown> {
  const json = readJson(text);
  if (!json.ok) return { ok: false, issues: [json.issue] };
  if (json.duplicates.length > 0) return { ok: false, issues: [...json.duplicates] };
  return { ok: true, value: json.value };
}

/** The policy that a JSON text describes: {@link parseText} and {@link parseDocument}, all issues at once. */
export function parseDocumentText(text: string, options: ParseOptions): Parsed<Policy> {
  const json = readJson(text);
  if (!json.ok) return { ok: false, issues: [json.issue] };
  const parsed = parseDocument(json.value, options);
  if (json.duplicates.length === 0) return parsed;
  const issues = issueList();
  for (const issue of json.duplicates) issues.report(issue);
  if (!parsed.ok) for (const issue of parsed.issues) issues.report(issue);
  return { ok: false, issues: issues.inOrder() };
}

/** Whether {@link parseDocument} made this very value, under options that allowed no more than these. */
export function isValidated(value: unknown, options: ParseOptions): value is Policy {
  if (typeof value !== 'object' || value === null) return false;
  const under = VALIDATED.get(value);
  return (
    under !== undefined &&
    under.isTimeZone === options.isTimeZone &&
    (options.allowDeprecatedRoles === true || under.allowDeprecatedRoles !== true)
  );
}

/**
 * The numbers found in a policy that {@link parseDocument} made: looking up a million ids takes long, and whoever
 * compiles the policy needs the same numbers. Given away once, because the taker may add to them.
 */
export function takeNumbers(policy: Policy): PolicyNumbers | undefined {
  const found = VALIDATED.get(policy);
  const numbers = found?.numbers;
  if (found !== undefined) found.numbers = undefined;
  return numbers;
}

/**
 * One element of a collection, as a frozen copy: its shape alone. What it refers to is for
 * `checkElement`, which needs the other elements.
 * @param pointer - where the element stands; the pointers of issues lead on from there.
 */
export function parseElement<K extends CollectionName>(
  collection: K,
  input: unknown,
  pointer: string,
): Parsed<ElementOf<K>> {
  let shape = ELEMENT_SHAPES.get(collection);
  if (shape === undefined) {
    shape = shapeOf(ELEMENT_SCHEMAS[collection]);
    ELEMENT_SHAPES.set(collection, shape);
  }
  return parseShape(shape, input, pointer);
}

/** An organisation, as a frozen copy: its shape alone. See {@link parseElement}. */
export function parseOrganization(input: unknown, pointer: string): Parsed<Organization> {
  ORGANIZATION_SHAPE ??= shapeOf(ORGANIZATION_SCHEMA);
  return parseShape(ORGANIZATION_SHAPE, input, pointer);
}

/** A value of one shape; pointers lead on from `pointer`. */
function parseShape<T>(shape: Shape, input: unknown, pointer: string): Parsed<T> {
  const issues = issueList();
  const { value } = shape(input, (issue) => {
    issues.report({ ...issue, pointer: pointer + issue.pointer });
  });
  return issues.count() > 0
    ? { ok: false, issues: issues.inOrder() }
    : { ok: true, value: value as T };
}

// Shapes are compiled when first asked for: a program that only imports this does not pay for them.
let POLICY_SHAPE: Shape | undefined;
let ORGANIZATION_SHAPE: Shape | undefined;
const ELEMENT_SHAPES = new Map<CollectionName, Shape>();

function policyShape(): Shape {
  POLICY_SHAPE ??= shapeOf(POLICY_SCHEMA);
  return POLICY_SHAPE;
}

function checkRules(
  policy: Policy,
  options: ParseOptions,
  report: (issue: Issue) => void,
): PolicyNumbers {
  const index = indexDocument(policy, report);
  const { isTimeZone, allowDeprecatedRoles = false } = options;
  const model = () => resolveModel(policy.organization);
  const view = viewOf(policy, index, model, { isTimeZone, allowDeprecatedRoles });
  unlessUnreadable(() => checkOrganization(view, policy.organization, '/organization', report));
  const reader = assignmentReader(policy, index.numbers);
  const together = assignmentRules(view, policy, reader.numbers, report);
  for (const name of COLLECTIONS) {
    let at = 0;
    // The place is put in front when there is an issue, not written for every element.
    const reportHere = (issue: Issue): void => {
      report({ ...issue, pointer: `/${name}/${at}${issue.pointer}` });
    };
    eachElement(policy, name, (element, index) => {
      at = index;
      const isAssignment = name === 'assignments';
      const isKnown = isAssignment && reader.see(element as Assignment, index);
      checkWithoutCycles(view, name, element, '', reportHere, isKnown);
      // Shown while it is at hand: another walk over a million of them takes as long as the rule.
      if (isAssignment) showTo(together, element as Assignment, index);
    });
  }
  checkTeamCycles(policy, report);
  if (together !== undefined) unlessUnreadable(() => together.tell());
  return { ids: index.numbers, assignments: reader.numbers };
}

function showTo(rules: TogetherRules | undefined, assignment: Assignment, index: number): void {
  try {
    rules?.see(assignment, index);
  } catch (error) {
    if (error !== CANNOT_TELL) throw error;
  }
}

/** Under what a value passed, and the numbers found on the way until somebody takes them. */
interface Passed extends ParseOptions {
  numbers: PolicyNumbers | undefined;
}

/** Values that passed: frozen all the way down, they cannot change afterwards. */
const VALIDATED = new WeakMap<object, Passed>();

function remember(
  policy: Policy,
  { isTimeZone, allowDeprecatedRoles = false }: ParseOptions,
  numbers: PolicyNumbers | undefined,
): void {
  VALIDATED.set(policy, { isTimeZone, allowDeprecatedRoles, numbers });
}
