/** `doorwright migrate`: a policy of an earlier version as the current version writes it. */
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { zoneTest } from '../../engine/compile.js';
import { MIGRATIONS, type Migrated, type Migrations, migratePolicy } from '../../policy/migrate.js';
import { type Parsed, parseDocument, parseText } from '../../policy/parse.js';
import { type Arguments, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { fileName, readText, STDIN } from '../files.js';
import { formattedPolicy } from '../fmt-text.js';
import { replaceText } from '../fmt-write.js';
import { POLICY_OPTIONS } from '../policies.js';
import { shown, type Terminal } from '../terminal.js';

/** The steps that a command takes, and the check of what they lead to. */
export interface Migrating {
  readonly migrations: Migrations;
  readonly parse: (document: unknown, args: Arguments) => Parsed<unknown>;
}

/** The command `migrate` with the steps of this release. */
export const MIGRATE: Command = migrateCommand({
  migrations: MIGRATIONS,
  parse: (document, args) =>
    parseDocument(document, {
      isTimeZone: zoneTest(luxonTimeZones),
      allowDeprecatedRoles: args.has('allow-deprecated-roles'),
    }),
});

/** The command, with the steps of another release: what tests give it, and the next version. */
export function migrateCommand({ migrations, parse }: Migrating): Command {
  return {
    name: 'migrate',
    summary: 'bring a policy to the current version of the document',
    usage: '<policy.json|-> [--check | --write]',
    about: [
      `Takes the steps from the version the policy is written in to version ${migrations.current}, which this release reads, and prints the outcome; a policy of that version is printed as it is. With --write the file is replaced in one step; with --check nothing is written. Nothing is written either when a step refuses the policy, or when the outcome is not valid.`,
      'Exit code: 0 printed, written or of the current version, 1 with --check: it is of an earlier version, 2 bad usage or input, a version that nobody knows or that a later release wrote.',
    ],
    examples: ['doorwright migrate policy.json', 'doorwright migrate policy.json --write'],
    options: {
      ...POLICY_OPTIONS,
      check: { about: 'only say whether the policy is of the current version' },
      write: { about: 'replace the file' },
    },
    filesMax: 1,
    async run(args, terminal) {
      const file = requiredFile(args, 'a policy file');
      if (args.has('write') && args.has('check')) {
        throw new UsageError('say --check or --write, not both');
      }
      if (args.has('write') && file === STDIN) {
        throw new UsageError('standard input cannot be written to');
      }
      const text = await readText(file);
      const migrated = migrate(text, file, migrations);
      const isCurrent = migrated.steps.length === 0;
      const parsed = parse(migrated.document, args);
      if (!parsed.ok) {
        const what = isCurrent ? 'is no valid policy' : 'becomes no valid policy';
        throw new InputError(`${fileName(file)} ${what}`, parsed.issues);
      }
      const after = isCurrent ? text : formattedPolicy(JSON.stringify(migrated.document), false);
      if (args.has('write') && !isCurrent) await replaceText(file, after);
      await tell({ file, migrated, after, current: migrations.current }, args, terminal);
      return !isCurrent && args.has('check') ? EXIT.no : EXIT.yes;
    },
  };
}

/** What became of a file. */
interface Outcome {
  readonly file: string;
  readonly migrated: Migrated;
  readonly after: string;
  readonly current: number;
}

function migrate(text: string, file: string, migrations: Migrations): Migrated {
  const read = parseText(text);
  if (!read.ok) throw new InputError(`${fileName(file)} is no JSON document`, read.issues);
  const outcome = migratePolicy(read.value, migrations);
  if (!outcome.ok) throw new InputError(`${fileName(file)}: ${outcome.detail} (${outcome.code})`);
  return outcome.value;
}

async function tell(
  { file, migrated, after, current }: Outcome,
  args: Arguments,
  terminal: Terminal,
): Promise<void> {
  const { from, steps } = migrated;
  const silent = args.has('check') || args.has('write');
  if (args.has('json')) {
    const summaries = steps.map(({ summary }) => summary);
    const data = { from, to: current, steps: summaries, ...(silent ? {} : { text: after }) };
    await terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    return;
  }
  if (!silent) return terminal.write(after);
  const name = shown(file);
  if (steps.length === 0) {
    return terminal.write(
      `${terminal.paint('green', 'ok')} ${name} is version ${current} already\n`,
    );
  }
  const done = args.has('write') ? 'migrated' : 'not migrated';
  const lines = steps.map((step) => `   ${step.from} → ${step.from + 1}: ${step.summary}\n`);
  await terminal.write(
    `${terminal.paint('yellow', done)} ${name}, version ${from} → ${current}\n${lines.join('')}`,
  );
}
