/** Importing a file of people or cards: all of it checked, then written in transactions that can be gone on with. */

import {
  type ImportJob,
  type ImportKind,
  importJobRecord,
  importNeed,
  readImportJob,
} from '../../admin/import/import-job.js';
import type { ImportPlan } from '../../admin/import/import-plan.js';
import { PolicyError } from '../../policy/issue.js';
import { quietly } from '../quietly.js';
import type { Actor, Site, SiteView, WriteResult } from '../site/site.js';
import { CsvFileError, csvRows } from './csv-stream.js';
import { hostTurn } from './host-turn.js';
import type { ImportOptions, ImportProgress, ImportRun } from './import-run.js';
import { type ReadBatch, type RowReader, rowReader } from './row-plans.js';
import { type FileScan, hashed, scanFile, textHash } from './scan-file.js';
import { Tally } from './tally.js';

/**
 * Imports a file. Every row is checked first, against itself, the file and the policy; a wrong row keeps all from being
 * written unless wrong rows are to be left out. The same file again changes nothing; an import that was stopped, even by
 * a power cut, goes on after its last transaction when it is run again with the same file and options.
 * @throws StoreError when the store fails, and whatever reading the file throws.
 * @throws TypeError for an actor who is not a user.
 */
export async function importFile(
  site: Site,
  actor: Actor,
  kind: ImportKind,
  options: ImportOptions,
): Promise<ImportRun> {
  if (actor.type !== 'user') throw new TypeError('a file is imported with the rights of a user');
  const import_: Import = { site, actor, kind, options, tally: new Tally(kind, options.issuesMax) };
  try {
    return await runImport(import_);
  } catch (error) {
    const { tally } = import_;
    if (options.signal?.aborted === true) return tally.failed('aborted', 'stopped');
    if (error instanceof PolicyError) return tally.failed('invalid', error.message);
    if (!(error instanceof CsvFileError)) throw error;
    const { code, line, message } = error;
    tally.note([{ code, line, message }]);
    return tally.failed('malformed', message);
  }
}

interface Import {
  readonly site: Site;
  readonly actor: Actor & { readonly type: 'user' };
  readonly kind: ImportKind;
  readonly options: ImportOptions;
  tally: Tally;
}

async function runImport(import_: Import): Promise<ImportRun> {
  const { options, kind } = import_;
  const scan = await scanFile(options.file, options.signal, options.onProgress);
  const encoding = options.encoding ?? scan.encoding;
  import_.tally.encoding = encoding;
  const pass = { ...scan, encoding };
  const wrong = await checkAll(import_, pass);
  if (wrong !== undefined) return wrong;
  const checked = import_.tally;
  if (options.dryRun === true) return { ok: true, report: checked.report() };
  if (checked.issueCount > 0 && options.skipWrong !== true) {
    return checked.failed('wrong_rows', `${checked.counts.wrong} rows are wrong`);
  }
  const id = jobId(import_, pass);
  const job = readImportJob(await import_.site.store.record('import_job', id));
  import_.tally = new Tally(kind, options.issuesMax, job);
  import_.tally.encoding = encoding;
  import_.tally.ignored = checked.ignored;
  import_.tally.resumedAfter = job?.line;
  return await writeAll(import_, pass, id, job);
}

/** What is imported and how: another mapping of the same file is another import. */
function jobId({ kind, options }: Import, { hash, encoding }: FileScan): string {
  const { columns = {}, separator, role } = options;
  const sorted = Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1));
  return textHash(JSON.stringify([kind, hash, encoding, sorted, separator ?? null, role ?? null]));
}

/** Plans every row and writes none. Undefined when the file can be read and the actor may import. */
async function checkAll(import_: Import, scan: FileScan): Promise<ImportRun | undefined> {
  const { tally } = import_;
  let isRead = false;
  for await (const { reader, batch } of batches(import_, scan, 'checking')) {
    isRead = true;
    tally.ignored = reader.ignored;
    if (reader.issues.length > 0) {
      tally.note(reader.issues);
      return tally.failed('malformed', reader.issues[0]?.message ?? '');
    }
    const seen: { plan?: ImportPlan } = {};
    const checked = await import_.site.write<undefined, 'checked'>({
      actor: import_.actor,
      operation: `import.${import_.kind}`,
      recordRefusal: false,
      plan: (view) => {
        if (!mayImport(import_, view)) {
          const needs = [importNeed(view.engine, import_.kind)];
          return { ok: true, value: { value: undefined, needs } };
        }
        seen.plan = batch.plan(view.engine, handOf(import_, view));
        // Nothing is written on this pass, and a transaction that ends here leaves no trace.
        return { ok: false, code: 'checked', detail: '' };
      },
    });
    if (!checked.ok && checked.code !== 'checked') {
      return tally.failed(checked.code, checked.detail);
    }
    tally.add(batch, seen.plan);
  }
  if (isRead) return undefined;
  tally.note([{ code: 'column_missing', line: 0, message: 'an empty file' }]);
  return tally.failed('malformed', 'an empty file');
}

async function writeAll(
  import_: Import,
  scan: FileScan,
  id: string,
  job: ImportJob | undefined,
): Promise<ImportRun> {
  const { tally } = import_;
  let line = job?.line ?? 0;
  let isKept = job !== undefined;
  for await (const { reader, batch } of batches(import_, scan, 'writing')) {
    if (batch.line <= (job?.line ?? 0)) {
      tally.add(batch, undefined);
      continue;
    }
    const written = await writeBatch(import_, id, reader, batch);
    if (!written.ok && written.code !== 'nothing') {
      return tally.failed(written.code, written.detail);
    }
    isKept ||= written.ok;
    line = batch.line;
  }
  if (!isKept) return { ok: true, report: tally.report() };
  const ended = await import_.site.write<undefined, never>({
    actor: import_.actor,
    operation: `import.${import_.kind}`,
    plan: (view) => {
      const record = importJobRecord(jobOf(import_, view, id, line, true));
      const needs = [importNeed(view.engine, import_.kind)];
      return { ok: true, value: { value: undefined, records: { put: [record] }, needs } };
    },
  });
  if (!ended.ok) return tally.failed(ended.code, ended.detail);
  return { ok: true, report: tally.report() };
}

/** One batch and how far the import then is, in one transaction; `nothing` when it changes nothing. */
async function writeBatch(
  import_: Import,
  id: string,
  reader: RowReader,
  batch: ReadBatch,
): Promise<WriteResult<ImportPlan, 'nothing'>> {
  const seen: { plan?: ImportPlan } = {};
  const written = await import_.site.write<ImportPlan, 'nothing'>({
    actor: import_.actor,
    operation: `import.${import_.kind}`,
    plan: (view) => {
      const plan = batch.plan(view.engine, handOf(import_, view));
      seen.plan = plan;
      const { changes, created, updated } = plan;
      if (changes === undefined) return { ok: false, code: 'nothing', detail: '' };
      import_.tally.add(batch, plan);
      const record = importJobRecord(jobOf(import_, view, id, batch.line, false));
      return {
        ok: true,
        value: {
          ...{ value: plan, changes, records: { put: [record] } },
          needs: [importNeed(view.engine, import_.kind)],
          audit: { data: { line: batch.line, created, updated } },
        },
      };
    },
  });
  if (written.ok) reader.wrote(written.revision, written.value);
  else if (written.code === 'nothing') import_.tally.add(batch, seen.plan);
  return written;
}

function mayImport({ actor, kind }: Import, { engine, time }: SiteView): boolean {
  const { action, resource } = importNeed(engine, kind);
  const subject = { type: 'user', id: actor.id };
  return engine.decide({ subject, action: { name: action }, resource, context: { time } }).decision;
}

function handOf({ actor }: Import, { time, newId }: SiteView) {
  return { actor: actor.id, time, newId };
}

function jobOf(
  { tally, kind }: Import,
  { now }: SiteView,
  id: string,
  line: number,
  done: boolean,
): ImportJob {
  return { id, kind, line, done, at: now, ...tally.counts };
}

/** The batches of a pass over the file, with the reader that its headings make. */
async function* batches(
  import_: Import,
  { encoding, bytes, hash }: FileScan,
  phase: ImportProgress['phase'],
): AsyncGenerator<{ readonly reader: RowReader; readonly batch: ReadBatch }> {
  const { kind, options } = import_;
  const source = hashed(options.file);
  const separator = options.separator === undefined ? {} : { separator: options.separator };
  let reader: RowReader | undefined;
  for await (const rows of csvRows(source.file, { encoding, ...separator })) {
    options.signal?.throwIfAborted();
    const [heading] = rows;
    if (heading === undefined) continue;
    const data = reader === undefined ? rows.slice(1) : rows;
    reader ??= rowReader(kind, heading, options);
    const batch = reader.read(data);
    yield { reader, batch };
    const { line } = batch;
    quietly(options.onProgress)({ phase, bytes: source.bytes(), bytesTotal: bytes, line });
    await hostTurn();
  }
  if (source.hash() !== hash) throw new CsvFileError('changed', 0, 'the file changed meanwhile');
}
