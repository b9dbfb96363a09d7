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
import { issueLine } from '../policies.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { untilInterrupted } from './interrupt.js';
import { type OpenedSite, withSite } from './opened.js';
import { written } from './reading.js';

/** Lines printed of each kind; `--json` has all. */
const LINES_SHOWN = 50;

/** Keeps rules given by `--rules`; with `--source`, runs the directory once. */
export const runSyncDirectory: Command['run'] = async (args, terminal) => {
  const [, named] = args.files;
  const file = args.get('rules');
  const dryRun = args.has('dry-run');
  if (file !== undefined && dryRun) {
    throw new UsageError(
      '`--rules` keeps rules, which a dry run does not: keep them without `--source` first, which gives and ends nothing',
    );
  }
  if (file === undefined && named === undefined) {
    throw new UsageError('say which directory, or by `--rules` its rules');
  }
  const source = sourceOf(args);
  if (file === undefined && source === undefined) throw new UsageError('`--source` is missing');
  const confirm = args.get('confirm');
  const options = {
    dryRun,
    acceptEmpty: args.has('accept-empty'),
    ...(confirm === undefined ? {} : { confirm: countOf(confirm) }),
  };
  const rules = file === undefined ? undefined : await readJsonObject(file, 'rules');
  return withSite(args, async (opened) => {
    const id = rules === undefined ? named : await keep(opened, rules, named, args, terminal);
    if (id === undefined) return EXIT.no;
    if (source === undefined) return EXIT.yes;
    const stopping = () => terminal.warn('stopping before the next transaction');
    const run = await untilInterrupted(stopping, (signal) =>
      syncDirectory(opened.site, opened.actor, id, source, { ...options, signal }),
    );
    const text = args.has('json')
      ? JSON.stringify(run, undefined, 2)
      : [...planLines(run, terminal), ...outcomeLines(run, dryRun)].join('\n');
    if (text !== '') await terminal.write(`${text}\n`);
    return outcomeOf(run, terminal);
  });
};

/** The id of the rules, now kept; undefined when that was refused, which is told. */
async function keep(
  { site, actor }: OpenedSite,
  rules: Record<string, unknown>,
  named: string | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<string | undefined> {
  const own = rules['id'];
  if (named !== undefined && own !== named) {
    throw new InputError(`the rules are of \`${String(own)}\`, not of \`${named}\``);
  }
  const done = written(await putDirectory(site, actor, rules), terminal);
  if (done === undefined) return undefined;
  const { id } = done.value;
  // With a source, standard output is for what became of the run.
  if (!args.has('source')) {
    const text = args.has('json')
      ? JSON.stringify({ directory: id })
      : `the rules of \`${shown(id)}\` are kept`;
    await terminal.write(`${text}\n`);
  }
  return id;
}

/** A folder of CSV files, an LDIF file, or an address that speaks as OfficeRnD does. */
function sourceOf(args: Arguments): DirectorySource | undefined {
  const source = args.get('source');
  if (source === undefined) return undefined;
  if (/^https?:\/\//u.test(source)) {
    const token = tokenOf();
    return addressed(() => officeRndSource({ baseUrl: source, token: async () => token }));
  }
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new InputError(`cannot read ${fileName(source)}: there is no such file`);
  }
  return found.isDirectory() ? csvFolderSource(source) : ldifSource(source);
}

/** An address that may not be asked is a mistake of whoever typed it. */
function addressed(make: () => DirectorySource): DirectorySource {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`\`--source\`: ${error.message}`);
    throw error;
  }
}

/** From the environment: words of a command line can be seen by others. */
function tokenOf(): string {
  const token = process.env['DOORWRIGHT_DIRECTORY_TOKEN'];
  if (token !== undefined && token !== '') return token;
  throw new InputError('the token of the directory is missing: DOORWRIGHT_DIRECTORY_TOKEN');
}

function countOf(text: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new UsageError(`\`--confirm\` is how many rights may go: \`${text}\``);
}

function planLines({ plan }: DirectoryRun, { width }: Terminal): string[] {
  if (plan === undefined) return [];
  const parts = (['add', 'change', 'remove', 'refuse'] as const).flatMap((kind) => {
    const lines = plan[kind];
    if (lines.length === 0) return [];
    const more = lines.length - LINES_SHOWN;
    return [
      `${kind} (${lines.length})`,
      ...tableLines(lines.slice(0, LINES_SHOWN).map(rowOf), width),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  return [...parts, `kept as they are: ${plan.keep.length}`];
}

function outcomeLines(run: DirectoryRun, dryRun: boolean): string[] {
  if (dryRun) return ['nothing was written'];
  const { result } = run;
  if (result === undefined) return [];
  const { added, changed, removed, created, refused, revision } = result;
  return [
    `${added} given, ${changed} changed, ${removed} ended, ${created} accounts made, ${refused.length} left out; revision ${revision}`,
  ];
}

function outcomeOf(run: DirectoryRun, terminal: Terminal): number {
  if (run.ok) return EXIT.yes;
  const { code, detail, issues = [] } = run;
  terminal.warn(
    [
      `doorwright: nothing more was written: ${shown(detail)} (${code})${REMEDIES[code] ?? ''}`,
      ...issues.slice(0, LINES_SHOWN).map(issueLine),
    ].join('\n'),
  );
  if (code === 'aborted') return EXIT.interrupted;
  return code === 'unknown_directory' || code === 'snapshot' ? EXIT.bad : EXIT.no;
}

/** What whoever knows better may do. */
const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  brake: '; if that is right, `--confirm` with exactly that number',
  suspicious: '; if that is right, `--accept-empty`',
  unknown_directory: '; `--rules` keeps some',
  aborted: '; the same run again goes on',
};

function rowOf({ user, member, group, reason, why = [] }: DirectoryLine): string[] {
  const rows = why.map((each) => JSON.stringify(each)).join(', ');
  return [
    shown(user ?? member ?? ''),
    shown(group),
    shown(rows === '' ? reason : `${reason}: ${rows}`),
  ];
}
