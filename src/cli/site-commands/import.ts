/** `doorwright site import` and `export`: people and cards as CSV. */
import { createReadStream, statSync } from 'node:fs';
import { exportFile } from '../../adapters/import/export-file.js';
import { importFile } from '../../adapters/import/import-file.js';
import type { ImportProgress, ImportReport, ImportRun } from '../../adapters/import/import-run.js';
import type { ImportKind } from '../../admin/import/import-job.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { fileName } from '../files.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { untilInterrupted } from './interrupt.js';
import { requireRole } from './known.js';
import { withSite } from './opened.js';
import { importBar } from './progress.js';
import { counted } from './reading.js';

const KINDS = ['users', 'cards'] as const;

/** Wrong rows printed; `--json` has more. */
const ISSUES_SHOWN = 50;

/** Imports a file of users or cards: every row checked first, written in transactions that can be gone on with. */
export const runImport: Command['run'] = (args, terminal) => {
  const kind = kindOf(args);
  const file = fileOf(args);
  const role = args.get('role');
  if (role !== undefined && kind === 'cards') throw new UsageError('cards have no `--role`');
  const dryRun = args.has('dry-run');
  return withSite(args, async ({ site, actor }) => {
    if (role !== undefined) requireRole(site.engine, role);
    const bar = importBar(process.stderr, () => performance.now());
    const stopping = () => terminal.warn('stopping before the next transaction');
    let written = false;
    const onProgress = (progress: ImportProgress) => {
      written ||= progress.phase === 'writing';
      bar(progress);
    };
    const run = await untilInterrupted(stopping, (signal) =>
      importFile(site, actor, kind, {
        ...{ file: () => createReadStream(file), dryRun, signal, onProgress },
        skipWrong: args.has('skip-refused'),
        ...(role === undefined ? {} : { role }),
      }),
    );
    bar();
    const text = args.has('json')
      ? JSON.stringify({ ...run, written }, undefined, 2)
      : [...issueLines(run.report, terminal), ...summary(run.report, written)].join('\n');
    await terminal.write(`${text}\n`);
    return outcomeOf(run, terminal);
  });
};

/** Writes what the actor may view, as a file that imports into the same site without a change. */
export const runExport: Command['run'] = (args, terminal) => {
  const kind = kindOf(args);
  return withSite(args, async ({ site, actor }) => {
    for await (const piece of exportFile(site, actor, kind, site.host.now())) {
      await terminal.write(piece);
    }
    return EXIT.yes;
  });
};

function kindOf(args: Arguments): ImportKind {
  const [, text] = args.files;
  const kind = KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new UsageError(
    text === undefined
      ? 'say users or cards'
      : `say users or cards: \`${text}\`${hint(text, KINDS)}`,
  );
}

/** The file, which is read three times: so it can be no pipe. */
function fileOf(args: Arguments): string {
  const [, , file] = args.files;
  if (file === undefined) throw new UsageError('the file is missing');
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined && file !== '-') {
    throw new InputError(`cannot read ${fileName(file)}: there is no such file`);
  }
  if (found?.isFile() === true) return file;
  throw new InputError(
    `cannot import ${fileName(file)}: it is read three times, so it must be a file of its own`,
  );
}

function outcomeOf(run: ImportRun, terminal: Terminal): number {
  if (run.ok) return run.report.issueCount === 0 ? EXIT.yes : EXIT.no;
  const { code, detail } = run;
  if (code === 'aborted') {
    terminal.warn('doorwright: stopped; the same import again goes on from there');
    return EXIT.interrupted;
  }
  terminal.warn(`doorwright: nothing more was written: ${shown(detail)} (${code})`);
  return code === 'malformed' ? EXIT.bad : EXIT.no;
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

/** @param written - whether it came to writing: else what is counted was only checked. */
function summary(report: ImportReport, written: boolean): string[] {
  const { rows, created, updated, unchanged, wrong, resumedAfter, ignored } = report;
  const would = written ? '' : 'to be ';
  const resumed = resumedAfter === undefined ? '' : `, gone on after line ${resumedAfter}`;
  return [
    ...(ignored.length === 0
      ? []
      : [
          `columns that mean nothing here: ${ignored.map((each) => `\`${shown(each)}\``).join(', ')}`,
        ]),
    `${counted(rows, 'row')}: ${created} ${would}created, ${updated} ${would}updated, ${unchanged} unchanged, ${wrong} wrong${resumed}`,
  ];
}
