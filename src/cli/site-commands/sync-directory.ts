/** `doorwright site sync-directory`: the rights that a directory or CRM says, at the groups it manages. */
import { statSync } from 'node:fs';
import { csvFolderSource } from '../../adapters/directory/csv-folder.js';
import { ldifSource } from '../../adapters/directory/ldif.js';
import { officeRndSource } from '../../adapters/directory/office-rnd.js';
import type { DirectorySource } from '../../adapters/directory/source.js';
import { putDirectory } from '../../adapters/site/directory-rules.js';
import type { DirectoryRun } from '../../adapters/site/directory-run.js';
import { syncDirectory } from '../../adapters/site/directory-sync.js';
import type { DirectoryLine } from '../../admin/directory/directory-line.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { fileName, readJsonObject } from '../files.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { withSite } from './opened.js';
import { required, written } from './reading.js';

/** Lines printed of each kind; `--json` has all. */
const LINES_SHOWN = 50;

/** Keeps rules given by `--rules`, then runs the directory once from its source. */
export const runSyncDirectory: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const rules = args.get('rules');
    let id = args.files[1];
    if (rules !== undefined) {
      const kept = await putDirectory(site, actor, await readJsonObject(rules, 'rules'));
      const done = written(kept, terminal);
      if (done === undefined) return EXIT.no;
      id ??= done.value.id;
    }
    if (id === undefined) throw new UsageError('say which directory, or by `--rules` its rules');
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt);
    const confirm = args.get('confirm');
    const run = await syncDirectory(site, actor, id, sourceOf(args), {
      dryRun: args.has('dry-run'),
      signal: stop.signal,
      ...(confirm === undefined ? {} : { confirm: countOf(confirm) }),
    });
    process.off('SIGINT', interrupt);
    await terminal.write(
      args.has('json') ? `${JSON.stringify(run, undefined, 2)}\n` : textOf(run, terminal),
    );
    if (!run.ok)
      terminal.warn(`doorwright: nothing more was written: ${shown(run.detail)} (${run.code})`);
    return run.ok ? EXIT.yes : EXIT.no;
  });

/** A folder of CSV files, an LDIF file, or an address that speaks as OfficeRnD does. */
function sourceOf(args: Arguments): DirectorySource {
  const source = required(args, 'source');
  if (/^https?:\/\//u.test(source)) {
    return officeRndSource({ baseUrl: source, token: async () => tokenOf() });
  }
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined)
    throw new InputError(`cannot read ${fileName(source)}: there is no such file`);
  return found.isDirectory() ? csvFolderSource(source) : ldifSource(source);
}

/** From the environment: words of a command line can be seen by others. */
function tokenOf(): string {
  const token = process.env['DOORWRIGHT_DIRECTORY_TOKEN'];
  if (token === undefined || token === '') {
    throw new InputError('the token of the directory is missing: DOORWRIGHT_DIRECTORY_TOKEN');
  }
  return token;
}

function countOf(text: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new UsageError(`\`--confirm\` is how many rights may go: \`${text}\``);
}

function textOf(run: DirectoryRun, { width }: Terminal): string {
  if (!run.ok) return '';
  const { plan } = run;
  const parts = (['add', 'change', 'remove', 'refuse'] as const).flatMap((kind) => {
    const lines = plan[kind];
    if (lines.length === 0) return [];
    const rows = lines.slice(0, LINES_SHOWN).map(rowOf);
    const more = lines.length - rows.length;
    return [
      `${kind} (${lines.length})`,
      ...tableLines(rows, width),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  return `${[...parts, `kept: ${plan.keep.length}`].join('\n')}\n`;
}

function rowOf({ user, member, group, reason, why = [] }: DirectoryLine): string[] {
  const rows = why.map((each) => JSON.stringify(each)).join(', ');
  return [
    shown(user ?? member ?? ''),
    shown(group),
    shown(rows === '' ? reason : `${reason}: ${rows}`),
  ];
}
