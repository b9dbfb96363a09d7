/** Tests of policies (`doorwright/testing`): questions with the answers they must get, for any test runner. */

export {
  type CoveragePoint,
  mergeCoverage,
  type PolicyCoverage,
} from '../analysis/testing/coverage.js';
export {
  COVERAGE_KINDS,
  type CoverageKind,
  type CoverageUse,
} from '../analysis/testing/coverage-points.js';
export { junitReport } from '../analysis/testing/junit.js';
export type { Mismatch } from '../analysis/testing/mismatch.js';
export { parsePolicyTests } from '../analysis/testing/parse-tests.js';
export {
  type FailedTest,
  type PassedTest,
  type PolicyTestResult,
  type PolicyTestRun,
  type RunOptions,
  runPolicyTests,
  type SkippedTest,
} from '../analysis/testing/run-tests.js';
export { tapReport } from '../analysis/testing/tap.js';
export type {
  AskedList,
  DecisionCase,
  ExpectedDecision,
  ExpectedEntry,
  ExpectedList,
  ExpectedReason,
  ListCase,
  PolicyTestCase,
  PolicyTestSuite,
} from '../analysis/testing/test-suite.js';
export type { FileFault, TestedFile } from '../analysis/testing/tested-file.js';
export {
  type NamedPolicyTest,
  PolicyTestFailure,
  PolicyTestFileError,
  policyTests,
} from './testing/policy-tests.js';
