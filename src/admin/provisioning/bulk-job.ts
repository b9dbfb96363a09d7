/** The record of a bulk grant: what of it was done, written with each portion in one transaction. */
import type { JsonObject, SiteRecord } from '../record.js';
import type { BulkCell } from './bulk-grant.js';

/** A bulk grant on its way, or over. `running` with nobody at work: the process ended; what it counts was done. */
export interface BulkJob {
  readonly id: string;
  readonly actor: string;
  readonly role: string;
  readonly state: 'running' | 'done' | 'cancelled';
  /** Pairs of subject and scope, and how many of them were looked at. */
  readonly total: number;
  readonly done: number;
  readonly granted: number;
  readonly replaced: number;
  readonly kept: number;
  readonly refused: number;
}

/** A job with one more portion done. */
export function advanced(job: BulkJob, cells: readonly BulkCell[]): BulkJob {
  const count = (verdict: BulkCell['verdict']) =>
    cells.filter((cell) => cell.verdict === verdict).length;
  return {
    ...job,
    done: job.done + cells.length,
    granted: job.granted + count('grant'),
    replaced: job.replaced + count('replace'),
    kept: job.kept + count('keep'),
    refused: job.refused + count('refuse'),
  };
}

/** A job as a record. */
export function encodeBulkJob({ id, ...body }: BulkJob): SiteRecord {
  return { kind: 'bulk_job', id, body: body as unknown as JsonObject };
}

/** The job a record holds; undefined for no record, or one that is none. */
export function parseBulkJob(record: SiteRecord | undefined): BulkJob | undefined {
  if (record === undefined) return undefined;
  const { actor, role, state } = record.body;
  const counts = COUNTS.map((name) => record.body[name]);
  const isState = state === 'running' || state === 'done' || state === 'cancelled';
  const isJob = typeof actor === 'string' && typeof role === 'string' && isState;
  if (!isJob || !counts.every((count) => Number.isSafeInteger(count))) return undefined;
  const [total = 0, done = 0, granted = 0, replaced = 0, kept = 0, refused = 0] =
    counts as number[];
  return { id: record.id, actor, role, state, total, done, granted, replaced, kept, refused };
}

const COUNTS = ['total', 'done', 'granted', 'replaced', 'kept', 'refused'] as const;
