/** How far an import has come: kept with each of its transactions, so that it goes on where it stopped. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { PermissionNeed } from '../plan.js';
import type { Json, SiteRecord } from '../record.js';
import { wholeSite } from '../whole-site.js';

/** What is imported. */
export type ImportKind = 'users' | 'cards';

/** Rows so far. */
export interface ImportCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Rows that were wrong and left out. */
  readonly wrong: number;
}

/** An import that began. */
export interface ImportJob extends ImportCounts {
  /** SHA-256 in hex of what is imported and how: the file's bytes, the mapping, the kind. */
  readonly id: string;
  readonly kind: ImportKind;
  /** The last line of the last row that is written. */
  readonly line: number;
  /** Whether the whole file is. */
  readonly done: boolean;
  /** RFC 3339: when this was written. */
  readonly at: string;
}

/** The record of a job. */
export function importJobRecord({ id, ...body }: ImportJob): SiteRecord {
  return { kind: 'import_job', id, body: { ...body } };
}

/** Reads a job's record: where to go on. One that is done, or not readable, begins anew. */
export function readImportJob(record: SiteRecord | undefined): ImportJob | undefined {
  const { kind, line, done, at, created, updated, unchanged, wrong } = record?.body ?? {};
  const counts = [line, created, updated, unchanged, wrong];
  const isRead = (kind === 'users' || kind === 'cards') && counts.every(isCount);
  if (record === undefined || !isRead || done !== false) return undefined;
  const { id } = record;
  return {
    id,
    kind,
    done,
    at: String(at),
    ...numbers({ line, created, updated, unchanged, wrong }),
  };
}

/** The permission to import, beside that for every row: the model's own, or where it names none `integration`. */
export function importNeed(engine: Engine, kind: ImportKind): PermissionNeed {
  const own = kind === 'users' ? 'csv_user_import' : 'csv_card_import';
  const isNamed = snapshotOf(engine).model.actions.has(own);
  const properties = { scope: wholeSite(engine) };
  return isNamed
    ? { action: 'create', resource: { type: own, id: '*', properties } }
    : { action: 'update', resource: { type: 'integration', id: '*', properties } };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function numbers<K extends string>(values: { [N in K]: Json | undefined }): { [N in K]: number } {
  return values as { [N in K]: number };
}
