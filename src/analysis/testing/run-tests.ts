/** Running policy tests: every case asked of the engine, and what its answer was. */
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { Clause } from '../../engine/explain.js';
import { type AccessRequest, RequestError } from '../../engine/request.js';
import { type CoverageCount, countCoverage, type PolicyCoverage } from './coverage.js';
import { decidingClauseOf } from './deciding-clause.js';
import { listMismatches } from './listing.js';
import { decisionMismatches, type Mismatch } from './mismatch.js';
import type { DecisionCase, PolicyTestCase, PolicyTestSuite } from './test-suite.js';

/** What became of one case. */
export type PolicyTestResult = PassedTest | SkippedTest | FailedTest;

/** What every result has. */
interface ResultParts {
  readonly name: string;
  /** Where the test stands in its document. */
  readonly pointer: string;
}

/** The answer was as expected. */
export interface PassedTest extends ResultParts {
  readonly outcome: 'passed';
}

/** It was not asked. */
export interface SkippedTest extends ResultParts {
  readonly outcome: 'skipped';
  /** Why, in the words of the document. */
  readonly reason: string;
}

/** The answer was not as expected. */
export interface FailedTest extends ResultParts {
  readonly outcome: 'failed';
  /** At least one. */
  readonly mismatches: readonly Mismatch[];
  /** Of a decision: what was asked, the answer, and the clause of docs/clauses.md that gave it. */
  readonly request?: AccessRequest;
  readonly answer?: Decision;
  readonly clause?: Clause;
}

/** What is run, and what is counted. */
export interface RunOptions {
  /** Whether to count what of the policy the tests use. Default: no. */
  readonly coverage?: boolean;
  /** Which cases are run. Default: all. */
  readonly select?: (one: PolicyTestCase) => boolean;
  /** Whether to stop after the first failure. Default: no. */
  readonly bail?: boolean;
}

/** What became of the tests of one document. */
export interface PolicyTestRun {
  /** In the order of the document; what was not selected is not among them. */
  readonly results: readonly PolicyTestResult[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Present where it was asked for and nothing of the policy was changed: tests of another policy cover nothing of this one. */
  readonly coverage?: PolicyCoverage;
}

/**
 * Runs tests against a policy: the changes of the document applied, each case asked once. The same answers as
 * `engine.decide`, the searches and `engine.access` give. Every other fact than those of the document is absent.
 * @throws PolicyError when the changes of the document cannot be applied; pointers lead into `changes`.
 */
export function runPolicyTests(
  engine: Engine,
  suite: PolicyTestSuite,
  options: RunOptions = {},
): PolicyTestRun {
  const { changes } = suite;
  const asked = changes === undefined ? engine : engine.apply(changes);
  const count =
    options.coverage === true && changes === undefined ? countCoverage(asked) : undefined;
  const results: PolicyTestResult[] = [];
  let failed = 0;
  let skipped = 0;
  for (const one of suite.cases) {
    if (options.select?.(one) === false) continue;
    const { name, pointer, skip } = one;
    if (skip !== undefined) {
      results.push({ name, pointer, outcome: 'skipped', reason: skip });
      skipped++;
      continue;
    }
    const result = resultOf(asked, one, count);
    results.push(result);
    if (result.outcome === 'passed') continue;
    failed++;
    if (options.bail === true) break;
  }
  const passed = results.length - failed - skipped;
  const run = { results, passed, failed, skipped };
  return count === undefined ? run : { ...run, coverage: count.report() };
}

/** Runs one case, whether it says `skip` or not. @param engine - with the changes of the document applied. */
export function runPolicyTest(engine: Engine, one: PolicyTestCase): PassedTest | FailedTest {
  return resultOf(engine, one, undefined);
}

function resultOf(
  engine: Engine,
  one: PolicyTestCase,
  count: CoverageCount | undefined,
): PassedTest | FailedTest {
  const { name, pointer } = one;
  try {
    if (one.kind === 'decision') return decisionResult(engine, one, count);
    const mismatches = listMismatches(engine, one);
    if (mismatches.length === 0) return { name, pointer, outcome: 'passed' };
    return { name, pointer, outcome: 'failed', mismatches };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    // A table of time zones ends where it ends: a time beyond it is no question.
    const mismatch = { what: 'request', expected: 'an answer', actual: error.message } as const;
    return { name, pointer, outcome: 'failed', mismatches: [mismatch] };
  }
}

function decisionResult(
  engine: Engine,
  { name, pointer, request, expected }: DecisionCase,
  count: CoverageCount | undefined,
): PassedTest | FailedTest {
  const validUntil = expected.validUntil !== undefined;
  const answer = engine.decide(request, validUntil ? { validUntil } : undefined);
  count?.add(request, answer);
  const mismatches = decisionMismatches(expected, answer);
  if (mismatches.length === 0) return { name, pointer, outcome: 'passed' };
  const clause = decidingClauseOf(request, answer);
  return { name, pointer, outcome: 'failed', mismatches, request, answer, clause };
}
