/** One run of `doorwright test`: every file read and run, and what of each policy they used together. */
import { fileMark } from '../adapters/testing/file-mark.js';
import { type FoundTestFiles, findTestFiles } from '../adapters/testing/find-test-files.js';
import { beginReading, readTestFile } from '../adapters/testing/test-file.js';
import { mergeCoverage, type PolicyCoverage } from '../analysis/testing/coverage.js';
import { runPolicyTests } from '../analysis/testing/run-tests.js';
import type { TestedFile } from '../analysis/testing/tested-file.js';
import { InputError } from './failure.js';
import { fileName } from './files.js';
import type { TestReport, TestSettings } from './test-report.js';

/** The files at the paths. @throws InputError where a path leads nowhere, or there are none. */
export function testFiles(paths: readonly string[]): readonly string[] {
  const { files, missing } = found(paths);
  const [first] = missing;
  if (first !== undefined)
    throw new InputError(`cannot read ${fileName(first.path)}: ${first.why}`);
  if (files.length > 0) return files;
  throw new InputError(
    `no tests in ${paths.map(fileName).join(', ')}: files of tests are called \`….policy-test.yaml\`, or are named`,
  );
}

function found(paths: readonly string[]): FoundTestFiles {
  try {
    return findTestFiles(paths);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message);
    throw error;
  }
}

/** Reads and runs everything. @throws InputError as {@link testFiles} */
export function runTests(settings: TestSettings): TestReport {
  const { bail, filter, coverage, allowDeprecatedRoles } = settings;
  const reading = beginReading();
  const files: TestedFile[] = [];
  const used = new Map<string, PolicyCoverage[]>();
  let isWhole = true;
  const paths = testFiles(settings.paths);
  // Also of those that a failure keeps from being read: whoever follows them has to know that they were there.
  for (const file of paths) reading.marks.set(file, fileMark(file));
  for (const file of paths) {
    const read = readTestFile(file, { allowDeprecatedRoles }, reading);
    if (!read.ok) {
      files.push(read);
      continue;
    }
    const { suite, engine, policyFile, lineOf } = read;
    const run = runPolicyTests(engine, suite, {
      coverage,
      bail,
      ...(filter === undefined ? {} : { select: ({ name }) => name.includes(filter) }),
    });
    files.push({ ok: true, file, run, lineOf });
    const parts = used.get(policyFile) ?? [];
    if (run.coverage !== undefined) parts.push(run.coverage);
    used.set(policyFile, parts);
    isWhole = !(bail && run.failed > 0);
    if (!isWhole) break;
  }
  const sum = (count: (file: TestedFile) => number) =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    files,
    passed: sum((file) => (file.ok ? file.run.passed : 0)),
    failed: sum((file) => (file.ok ? file.run.failed : 0)),
    skipped: sum((file) => (file.ok ? file.run.skipped : 0)),
    unread: sum((file) => (file.ok ? 0 : 1)),
    isWhole,
    coverage: coverage ? [...used].map(([policy, parts]) => covered(policy, parts)) : [],
    marks: reading.marks,
  };
}

function covered(policy: string, parts: readonly PolicyCoverage[]) {
  return { policy, coverage: parts.length === 0 ? undefined : mergeCoverage(parts) };
}
