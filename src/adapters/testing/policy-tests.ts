/** Policy tests inside another test runner: each a name and something to run. */
import { failureLines, faultLine } from '../../analysis/testing/failure-text.js';
import { type FailedTest, runPolicyTest } from '../../analysis/testing/run-tests.js';
import type { FileFault } from '../../analysis/testing/tested-file.js';
import type { PolicyOptions } from '../../index.js';
import { readTestFile } from './test-file.js';

/** One test of a file, for `test(name, { skip }, run)` of node:test and its like. */
export interface NamedPolicyTest {
  readonly name: string;
  /** Why it is skipped; false for one that is run. */
  readonly skip: string | false;
  /** Asks, and returns if the answer is as expected. @throws PolicyTestFailure if it is not. */
  readonly run: () => void;
}

/** An answer that is not as expected. `expected` and `actual` are what runners show the difference of. */
export class PolicyTestFailure extends Error {
  override readonly name = 'PolicyTestFailure';
  readonly expected: string;
  readonly actual: string;
  readonly result: FailedTest;

  constructor(result: FailedTest) {
    super(`${result.name}\n${failureLines(result).join('\n')}`);
    const told = (side: 'expected' | 'actual') =>
      result.mismatches.map((mismatch) => `${mismatch.what}: ${mismatch[side]}`).join('\n');
    this.result = result;
    this.expected = told('expected');
    this.actual = told('actual');
  }
}

/** A file of tests that cannot be run: it is not valid, or its policy is not. */
export class PolicyTestFileError extends Error {
  override readonly name = 'PolicyTestFileError';
  readonly faults: readonly FileFault[];

  constructor(faults: readonly FileFault[]) {
    super(faults.map(faultLine).join('\n'));
    this.faults = faults;
  }
}

/**
 * The tests of a file, in their order. The file and its policy are read when this is called.
 * @param file - YAML or JSON, relative to the working directory; the policy it names is relative to the file.
 * @throws PolicyTestFileError with everything that is wrong with the file, or with its policy.
 */
export function policyTests(file: string, options: PolicyOptions = {}): readonly NamedPolicyTest[] {
  const read = readTestFile(file, options);
  if (!read.ok) throw new PolicyTestFileError(read.faults);
  const { suite } = read;
  const engine = suite.changes === undefined ? read.engine : read.engine.apply(suite.changes);
  return suite.cases.map((one) => ({
    name: one.name,
    skip: one.skip ?? false,
    run() {
      const result = runPolicyTest(engine, one);
      if (result.outcome === 'failed') throw new PolicyTestFailure(result);
    },
  }));
}
