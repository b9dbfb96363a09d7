/** How a run of a directory is asked for, and what becomes of it. */
import type { DirectoryLine, DirectoryPlan } from '../../admin/directory/directory-line.js';
import type { Issue } from '../../policy/issue.js';
import type { WriteCode } from './site.js';

/** How a run is made. */
export interface DirectoryRunOptions {
  /** Judge and report as if, write nothing. */
  readonly dryRun?: boolean;
  /** How many rights the run may take away, exactly: lets it past the brake. */
  readonly confirm?: number;
  /** Believes a read in which a list is empty that was not before. */
  readonly acceptEmpty?: boolean;
  /** Lines and links of one transaction. Default 10 000: well below a second under the organisation's lock. */
  readonly linesMax?: number;
  /** Ends the run before its next transaction. */
  readonly signal?: AbortSignal;
  /** Called after each transaction. What it throws is dropped: `signal` ends the run. */
  readonly onProgress?: (result: DirectoryResult) => void;
}

/**
 * Why a run failed; nothing more is taken away or given. `unknown_directory`: no rules of this id. `rules`: they do
 * not fit the policy (any more). `source`: could not be read whole. `snapshot`: what was read is wrong, see
 * `issues`. `suspicious`: a list is empty that was not. `brake`: too much would be taken away. `aborted`: by
 * the signal. `superseded`: another run finished while this one read.
 */
export type DirectoryFailure =
  | 'unknown_directory'
  | 'source'
  | 'snapshot'
  | 'suspicious'
  | 'aborted'
  | DirectoryWriteCode
  | WriteCode;

/** What became of a run. A failed one may have written whole transactions before it failed: see `result`. */
export type DirectoryRun =
  | { readonly ok: true; readonly plan: DirectoryPlan; readonly result: DirectoryResult }
  | {
      readonly ok: false;
      readonly code: DirectoryFailure;
      readonly detail: string;
      readonly issues?: readonly Issue[];
      readonly plan?: DirectoryPlan;
      readonly result?: DirectoryResult;
    };

/** Why a transaction of a run was not planned. */
export type DirectoryWriteCode = 'rules' | 'brake' | 'superseded';

/** What was written so far, in counts. */
export interface DirectoryResult {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly created: number;
  readonly linked: number;
  /** Lines that were not written: nobody to match, or not the actor's to give or take. */
  readonly refused: readonly DirectoryLine[];
  /** The policy's revision after the last transaction. */
  readonly revision: number;
  /** Whether nothing is left to do. */
  readonly done: boolean;
}
