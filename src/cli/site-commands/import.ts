/** `doorwright site import` and `export`: people and cards as CSV. */
import { createReadStream, existsSync } from 'node:fs';
import { exportFile } from '../../adapters/import/export-file.js';
import { importFile } from '../../adapters/import/import-file.js';
import type { ImportProgress, ImportReport } from '../../adapters/import/import-run.js';
import type { ImportKind } from '../../admin/import/import-job.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { fileName } from '../files.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { withSite } from './opened.js';

const KINDS = ['users', 'cards'] as const;

/** Wrong rows printed; `--json` has more. */
const ISSUES_SHOWN = 50;

/** Imports a file of users or cards: every row checked first, written in transactions that can be gone on with. */
export const runImport: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const kind = kindOf(args);
    const [, , file] = args.files;
    if (file === undefined) throw new UsageError('a file is missing');
    // Read three times, so it cannot be a pipe.
    if (!existsSync(file))
      throw new InputError(`cannot read ${fileName(file)}: there is no such file`);
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt);
    const role = args.get('role');
    const run = await importFile(site, actor, kind, {
      file: () => createReadStream(file),
      dryRun: args.has('dry-run'),
      skipWrong: args.has('skip-refused'),
      signal: stop.signal,
      onProgress: (progress) => terminal.progress(progressText(progress)),
      ...(role === undefined ? {} : { role }),
    });
    process.off('SIGINT', interrupt);
    terminal.progress(undefined);
    const text = args.has('json')
      ? JSON.stringify(run, undefined, 2)
      : [...issueLines(run.report, terminal), summary(run.report, args)].join('\n');
    await terminal.write(`${text}\n`);
    if (!run.ok)
      terminal.warn(`doorwright: nothing more was written: ${shown(run.detail)} (${run.code})`);
    if (run.ok) return run.report.issueCount === 0 ? EXIT.yes : EXIT.no;
    return run.code === 'aborted' ? EXIT.interrupted : EXIT.no;
  });

/** Writes what the actor may view, as a file that imports into the same site without a change. */
export const runExport: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const pieces = exportFile(site, actor, kindOf(args), site.host.now());
    for await (const piece of pieces) await terminal.write(piece);
    return EXIT.yes;
  });

function kindOf(args: Arguments): ImportKind {
  const [, text = ''] = args.files;
  const kind = KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`say users or cards: \`${text}\`${hint(text, KINDS)}`);
}

function progressText({ phase, bytes, bytesTotal, line }: ImportProgress): string {
  const share =
    bytesTotal === undefined || bytesTotal === 0
      ? ''
      : `${Math.floor((bytes / bytesTotal) * 100)} %`;
  return `${phase} ${share.padStart(5)}, line ${line}`;
}

function issueLines({ issues, issueCount }: ImportReport, { width }: Terminal): string[] {
  const rows = issues
    .slice(0, ISSUES_SHOWN)
    .map(({ line, column, field, code, message }) => [
      column === undefined ? `line ${line}` : `line ${line}, column ${column}`,
      shown(field ?? ''),
      `${shown(message)} (${code})`,
    ]);
  const more = issueCount - rows.length;
  return [...tableLines(rows, width), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function summary(report: ImportReport, args: Arguments): string {
  const { rows, created, updated, unchanged, wrong, resumedAfter } = report;
  const resumed = resumedAfter === undefined ? '' : `, gone on after line ${resumedAfter}`;
  const would = args.has('dry-run') ? 'would be ' : '';
  return `${rows} rows: ${created} ${would}created, ${updated} ${would}updated, ${unchanged} unchanged, ${wrong} wrong${resumed}`;
}
