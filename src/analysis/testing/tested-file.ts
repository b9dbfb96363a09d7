/** What became of a file of policy tests, for those who report it. */
import type { Issue } from '../../policy/issue.js';
import type { PolicyTestRun } from './run-tests.js';

/** Something wrong with a file, and where in its text that is. */
export interface FileFault extends Issue {
  /** The file it is about: the tests, or the policy they name. */
  readonly file: string;
  /** Counted from 1; absent where it is not known. */
  readonly line?: number;
  readonly column?: number;
}

/** A file of tests that was run, or everything that kept it from being run. */
export type TestedFile =
  | {
      readonly ok: true;
      readonly file: string;
      readonly run: PolicyTestRun;
      /** The line in the file on which something stands, counted from 1. */
      readonly lineOf: (pointer: string) => number | undefined;
    }
  | { readonly ok: false; readonly file: string; readonly faults: readonly FileFault[] };
