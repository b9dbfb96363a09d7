/** How an import is asked for, and what becomes of it. */
import type { CardField, ExplicitColumns, UserField } from '../../admin/import/columns.js';
import type { ImportIssue } from '../../admin/import/import-issue.js';
import type { ImportCounts, ImportKind } from '../../admin/import/import-job.js';
import type { WriteCode } from '../site/site.js';
import type { ByteSource, Separator } from './csv-stream.js';
import type { TextEncoding } from './encoding.js';

/** How far an import is. */
export interface ImportProgress {
  /** `reading` for hash and encoding, `checking` every row, `writing`. */
  readonly phase: 'reading' | 'checking' | 'writing';
  readonly bytes: number;
  /** Known once the file was read. */
  readonly bytesTotal: number | undefined;
  readonly line: number;
}

/** What is imported and how. */
export interface ImportOptions {
  /** Read three times: for its hash, to check all of it, to write it. */
  readonly file: ByteSource;
  /** What headings mean, where they do not say it themselves. */
  readonly columns?: ExplicitColumns<UserField> | ExplicitColumns<CardField>;
  /** Default: found out. */
  readonly encoding?: TextEncoding;
  readonly separator?: Separator;
  /** Of people: the role given at groups. Default: the model's own for opening doors. */
  readonly role?: string;
  /** Check all rows and write nothing. */
  readonly dryRun?: boolean;
  /** Leaves wrong rows out instead of writing nothing. */
  readonly skipWrong?: boolean;
  readonly signal?: AbortSignal;
  /** Called after every thousand rows. What it throws is dropped: `signal` stops. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Issues that are listed; all are counted. Default 1 000. */
  readonly issuesMax?: number;
}

/**
 * `malformed`: no readable file of this kind. `wrong_rows`: some rows are wrong and nothing was written. `aborted`: by
 * the signal; what was written stays, and the same import goes on from there.
 */
export type ImportFailure = 'malformed' | 'wrong_rows' | 'aborted' | WriteCode;

/** What an import came to. */
export interface ImportReport extends ImportCounts {
  readonly kind: ImportKind;
  readonly encoding: TextEncoding | undefined;
  /** Headings that mean nothing; their columns were not read. */
  readonly ignored: readonly string[];
  /** By line, then column. */
  readonly issues: readonly ImportIssue[];
  /** How many there are; more than are listed, perhaps. */
  readonly issueCount: number;
  /** Rows of the file. */
  readonly rows: number;
  /** The line after which an earlier run of the same import had stopped. */
  readonly resumedAfter?: number;
}

/** What became of an import. */
export type ImportRun =
  | { readonly ok: true; readonly report: ImportReport }
  | {
      readonly ok: false;
      readonly code: ImportFailure;
      readonly detail: string;
      readonly report: ImportReport;
    };
