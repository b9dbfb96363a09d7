/** How an answer differs from what was expected of it. */

import type { Decision, Reason } from '../../engine/decision.js';
import { unique } from '../../engine/findings.js';
import { quote } from '../../policy/pointer.js';
import { formatInstant, parseInstant } from '../../values/instant.js';
import { NAMES_TOLD_MAX } from './limits.js';
import type { ExpectedDecision, ExpectedReason } from './test-suite.js';

/** One difference, in words. */
export interface Mismatch {
  readonly what:
    | 'decision'
    | 'reason'
    | 'reasons'
    | 'grants'
    | 'validUntil'
    | 'exactly'
    | 'contains'
    | 'excludes'
    | 'request';
  readonly expected: string;
  readonly actual: string;
}

/** Every way in which a decision is not as expected; none if it is. */
export function decisionMismatches(
  expected: ExpectedDecision,
  { decision, context }: Decision,
): readonly Mismatch[] {
  const found: Mismatch[] = [];
  const differ = (what: Mismatch['what'], wanted: string, actual: string): void => {
    found.push({ what, expected: wanted, actual });
  };
  if (expected.decision !== undefined && expected.decision !== decision) {
    differ('decision', decisionWord(expected.decision), decisionWord(decision));
  }
  if (expected.reason !== undefined && expected.reason !== context.reason) {
    differ('reason', expected.reason, context.reason);
  }
  const { reasons, grants, validUntil } = expected;
  if (reasons !== undefined && !sameReasons(reasons, context.reasons)) {
    const wanted = firstWords(reasons, reasonWords, '; ');
    differ('reasons', wanted, context.reasons.map(reasonWords).join('; '));
  }
  if (grants !== undefined && !sameTexts(grants, context.grants)) {
    differ('grants', listWords(grants), listWords(context.grants));
  }
  if (validUntil !== undefined) {
    const text = context.validUntil ?? null;
    const actual = text === null ? null : parseInstant(text);
    if (actual !== validUntil) differ('validUntil', untilWords(validUntil), untilWords(actual));
  }
  if (found.length === 0 && isVacuous(expected, context.reason)) {
    differ('reason', 'a reason that is the policy’s', vacuousWords(context.reasons));
  }
  return found;
}

/** A list of texts, each quoted. */
export function listWords(texts: readonly string[]): string {
  return texts.length === 0 ? 'none' : firstWords(texts, quote, ', ');
}

/** The first of a list in words, and how many more there are. */
export function firstWords<T>(
  all: readonly T[],
  word: (one: T) => string,
  between: string,
): string {
  const told = all.slice(0, NAMES_TOLD_MAX).map((one) => word(one));
  const more = all.length - told.length;
  return `${told.join(between)}${more === 0 ? '' : ` and ${more} more`}`;
}

/** A reason, as far as it is said. */
export function reasonWords(reason: ExpectedReason | Reason): string {
  const at = reason.at === undefined ? '' : ` at ${reason.at.type} ${quote(reason.at.id)}`;
  const detail = reason.detail === undefined ? '' : ` (${reason.detail})`;
  return `${reason.code}${at}${detail}`;
}

/** `permit` or `deny`. */
export function decisionWord(decision: boolean): string {
  return decision ? 'permit' : 'deny';
}

/** Refusals of what the policy does not know: more often a slip of whoever wrote the test than what it is about. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'action_unknown',
  'resource_unknown',
  'subject_unknown',
  'credential_unknown',
]);

/** Refused for naming what does not exist, without that being expected in so many words. */
function isVacuous(expected: ExpectedDecision, reason: string): boolean {
  return UNKNOWN.has(reason) && expected.reason === undefined && expected.reasons === undefined;
}

function vacuousWords(reasons: readonly Reason[]): string {
  const told = reasons.map(reasonWords).join('; ');
  return `${told}: a slip in a name proves nothing; where it is meant, expect that reason`;
}

/** Whether each expected reason is another one of the answer's, with none left over. */
function sameReasons(expected: readonly ExpectedReason[], actual: readonly Reason[]): boolean {
  if (expected.length !== actual.length) return false;
  // Which expected reason each actual one serves; a reason said in part may serve several (Kuhn's matching).
  const serves = new Array<number>(actual.length).fill(-1);
  const place = (wanted: number, tried: Set<number>): boolean => {
    for (const [index, reason] of actual.entries()) {
      if (tried.has(index) || !isReason(expected[wanted] as ExpectedReason, reason)) continue;
      tried.add(index);
      const other = serves[index] as number;
      if (other !== -1 && !place(other, tried)) continue;
      serves[index] = wanted;
      return true;
    }
    return false;
  };
  return expected.every((_, wanted) => place(wanted, new Set()));
}

function isReason(expected: ExpectedReason, actual: Reason): boolean {
  const { code, at, detail } = expected;
  return (
    code === actual.code &&
    (at === undefined || (at.type === actual.at.type && at.id === actual.at.id)) &&
    (detail === undefined || detail === actual.detail)
  );
}

/** Whether sorted texts are the same ones. */
function sameTexts(expected: readonly string[], actual: readonly string[]): boolean {
  const sorted = unique(actual);
  return (
    expected.length === sorted.length && expected.every((text, index) => text === sorted[index])
  );
}

function untilWords(until: number | null): string {
  return until === null ? 'never' : formatInstant(until);
}
