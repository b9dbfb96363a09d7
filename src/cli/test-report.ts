/** What `doorwright test` was asked, what became of it, and whether that is fine. */
import type { PolicyCoverage } from '../analysis/testing/coverage.js';
import type { TestedFile } from '../analysis/testing/tested-file.js';
import { EXIT } from './failure.js';
import { fileName } from './files.js';

/** What is run. */
export interface TestSettings {
  readonly paths: readonly string[];
  readonly reporter: 'text' | 'json' | 'junit' | 'tap';
  readonly allowDeprecatedRoles: boolean;
  readonly coverage: boolean;
  /** The least share of each policy to be used, in percent. */
  readonly coverageMin: number | undefined;
  /** Text that the names of tests must contain. */
  readonly filter: string | undefined;
  readonly bail: boolean;
}

/** What became of it. */
export interface TestReport {
  readonly files: readonly TestedFile[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that could not be read. */
  readonly unread: number;
  /** False where `--bail` ended it before the last test. */
  readonly isWhole: boolean;
  /** By policy, where coverage was asked for; undefined for one that is asked only with changes. */
  readonly coverage: readonly {
    readonly policy: string;
    readonly coverage: PolicyCoverage | undefined;
  }[];
  /** Every file that was read, by path what the system said of it. */
  readonly marks: ReadonlyMap<string, string>;
}

/** Why a run is not fine although no test failed. */
export function shortfalls(report: TestReport, settings: TestSettings): readonly string[] {
  const { passed, failed, unread, coverage } = report;
  const found: string[] = [];
  if (passed + failed === 0 && unread === 0) found.push('no test was run');
  const { coverageMin } = settings;
  for (const { policy, coverage: own } of coverageMin === undefined ? [] : coverage) {
    if (own !== undefined && own.percent >= (coverageMin ?? 0)) continue;
    const has = own === undefined ? 'nothing, for its tests change it' : `${own.percent} %`;
    found.push(`tests use ${has} of ${fileName(policy)}, and should use ${coverageMin} %`);
  }
  return found;
}

/** The exit code: 2 where something could not be read, 1 where a test failed or too little was tested. */
export function exitCodeOf(report: TestReport, settings: TestSettings): number {
  if (report.unread > 0) return EXIT.bad;
  return report.failed > 0 || shortfalls(report, settings).length > 0 ? EXIT.no : EXIT.yes;
}
