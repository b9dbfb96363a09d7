/** What an import has come to so far. */
import type { ImportIssue } from '../../admin/import/import-issue.js';
import type { ImportCounts, ImportKind } from '../../admin/import/import-job.js';
import type { ImportPlan } from '../../admin/import/import-plan.js';
import type { TextEncoding } from './encoding.js';
import type { ImportFailure, ImportReport, ImportRun } from './import-run.js';
import type { ReadBatch } from './row-plans.js';

/** Issues that are listed where nobody says how many. */
const ISSUES_MAX = 1000;

/** Gathers issues and counts; made anew for each pass over the file. */
export class Tally {
  readonly #kind: ImportKind;
  readonly #issuesMax: number;
  readonly #issues: ImportIssue[] = [];
  #issueCount = 0;
  #rows = 0;
  #counts: ImportCounts;
  encoding: TextEncoding | undefined;
  ignored: readonly string[] = [];
  resumedAfter: number | undefined;

  constructor(kind: ImportKind, issuesMax = ISSUES_MAX, counts?: ImportCounts) {
    this.#kind = kind;
    this.#issuesMax = issuesMax;
    this.#counts = counts ?? { created: 0, updated: 0, unchanged: 0, wrong: 0 };
  }

  get counts(): ImportCounts {
    return this.#counts;
  }

  get issueCount(): number {
    return this.#issueCount;
  }

  note(issues: readonly ImportIssue[]): void {
    this.#issueCount += issues.length;
    const room = this.#issuesMax - this.#issues.length;
    if (room > 0) this.#issues.push(...issues.slice(0, room));
  }

  /** Counts a batch that was planned, or one that an earlier run had written. */
  add(batch: ReadBatch, plan: ImportPlan | undefined): void {
    this.#rows += batch.rows;
    if (plan === undefined) return;
    this.note([...batch.issues, ...plan.issues].sort(byPlace));
    const { created, updated, unchanged, wrong } = this.#counts;
    const fine = plan.created + plan.updated + plan.unchanged;
    this.#counts = {
      created: created + plan.created,
      updated: updated + plan.updated,
      unchanged: unchanged + plan.unchanged,
      wrong: wrong + batch.rows - fine,
    };
  }

  report(): ImportReport {
    return {
      ...{ kind: this.#kind, encoding: this.encoding, ignored: this.ignored, rows: this.#rows },
      ...{ ...this.#counts, issues: [...this.#issues], issueCount: this.#issueCount },
      ...(this.resumedAfter === undefined ? {} : { resumedAfter: this.resumedAfter }),
    };
  }

  failed(code: ImportFailure, detail: string): ImportRun & { readonly ok: false } {
    return { ok: false, code, detail, report: this.report() };
  }
}

function byPlace(a: ImportIssue, b: ImportIssue): number {
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}
