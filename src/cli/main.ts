#!/usr/bin/env node
/** The program `doorwright`: finds the command, runs it, and turns failures into messages and exit codes. */
import { COMMON_OPTIONS, readArguments } from './arguments.js';
import type { Command } from './command.js';
import { helpText, twoColumns } from './command.js';
import { BRIDGE } from './commands/bridge.js';
import { CHECK } from './commands/check.js';
import { DECIDE } from './commands/decide.js';
import { DEMO } from './commands/demo.js';
import { DIFF } from './commands/diff.js';
import { DOORS } from './commands/doors.js';
import { EXPLAIN } from './commands/explain.js';
import { EXPORT } from './commands/export.js';
import { FEED } from './commands/feed.js';
import { FMT } from './commands/fmt.js';
import { HASH } from './commands/hash.js';
import { IMPORT } from './commands/import.js';
import { KEY } from './commands/key.js';
import { LINT } from './commands/lint.js';
import { MATRIX } from './commands/matrix.js';
import { MIGRATE } from './commands/migrate.js';
import { REVIEW } from './commands/review.js';
import { ROLES } from './commands/roles.js';
import { SCHEDULE } from './commands/schedule.js';
import { SERVE } from './commands/serve.js';
import { SIMULATE } from './commands/simulate.js';
import { EVENTS, SITE } from './commands/site.js';
import { SYNC } from './commands/sync.js';
import { TEST } from './commands/test.js';
import { WHO } from './commands/who.js';
import { WHY_NOT } from './commands/why-not.js';
import { EXIT, hint, InputError, UsageError } from './failure.js';
import { installation } from './installation.js';
import { issueLine } from './policies.js';
import type { Terminal } from './terminal.js';
import { openTerminal, shown } from './terminal.js';

const COMMANDS: readonly Command[] = [
  DEMO,
  CHECK,
  LINT,
  TEST,
  DIFF,
  DECIDE,
  EXPLAIN,
  WHY_NOT,
  WHO,
  DOORS,
  REVIEW,
  MATRIX,
  SCHEDULE,
  ROLES,
  FMT,
  HASH,
  MIGRATE,
  EXPORT,
  IMPORT,
  BRIDGE,
  KEY,
  SYNC,
  SIMULATE,
  SITE,
  EVENTS,
  FEED,
  SERVE,
];

const OVERVIEW = [
  'doorwright decides who may open which door, and says why.',
  '',
  'usage: doorwright <command> [arguments]',
  '',
  'commands',
  ...twoColumns(COMMANDS.map((command) => [command.name, command.summary])),
  '',
  '  doorwright <command> --help   options and examples of a command',
  '  doorwright --version          the version',
  '',
  'Every command takes --json. Exit codes: 0 yes or fine, 1 no or findings,',
  '2 bad usage or input. NO_COLOR turns colours off.',
  '',
].join('\n');

async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    terminal.warn(OVERVIEW);
    return EXIT.bad;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    return help(rest[0], terminal);
  }
  if (name === '--version' || name === '-V') {
    await terminal.write(`${installation()?.version ?? 'unknown'}\n`);
    return EXIT.yes;
  }
  const command = commandNamed(name);
  const options = { ...command.options, ...COMMON_OPTIONS };
  // Help is given even where the rest of the line is wrong: that is when it is needed.
  if (rest.includes('--help') || rest.includes('-h')) return help(command.name, terminal);
  return command.run(readArguments(rest, options, command.filesMax), terminal);
}

async function help(name: string | undefined, terminal: Terminal): Promise<number> {
  if (name === undefined) {
    await terminal.write(OVERVIEW);
  } else {
    const command = commandNamed(name);
    await terminal.write(helpText(command, { ...command.options, ...COMMON_OPTIONS }));
  }
  return EXIT.yes;
}

function commandNamed(name: string): Command {
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return command;
  const kind = name.startsWith('-') ? 'option' : 'command';
  const candidates = kind === 'option' ? ['--help', '--version'] : COMMANDS.map((one) => one.name);
  throw new UsageError(`unknown ${kind} \`${name}\`${hint(name, candidates)}`);
}

function report(error: unknown, words: readonly string[], terminal: Terminal): number {
  terminal.progress(undefined);
  if (error instanceof UsageError) {
    const command = COMMANDS.find((one) => one.name === words[0]);
    const help = command === undefined ? 'doorwright --help' : `doorwright ${command.name} --help`;
    terminal.warn(`doorwright: ${shown(error.message)}\nsee \`${help}\``);
  } else if (error instanceof InputError) {
    const issues = error.issues;
    if (words.includes('--json') && issues.length > 0) {
      terminal.warn(JSON.stringify(issues, undefined, 2));
    } else {
      terminal.warn([`doorwright: ${shown(error.message)}`, ...issues.map(issueLine)].join('\n'));
    }
  } else {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.warn(`doorwright: internal error, please report it\n${trace}`);
  }
  return EXIT.bad;
}

const terminal = openTerminal();
process.once('SIGINT', () => {
  terminal.progress(undefined);
  process.exit(EXIT.interrupted);
});
const words = process.argv.slice(2);
process.exitCode = await run(words, terminal).catch((error: unknown) =>
  report(error, words, terminal),
);
