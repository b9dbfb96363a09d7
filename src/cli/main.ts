#!/usr/bin/env node
/** The program `doorwright`: finds the command, runs it, and turns failures into messages and exit codes. */
import { COMMON_OPTIONS, readArguments } from './arguments.js';
import type { Command } from './command.js';
import { helpText, optionsOf, section, subcommandHelpText, twoColumns } from './command.js';
import { COMMAND_GROUPS, COMMANDS } from './commands.js';
import { EXIT, hint, InputError, UsageError } from './failure.js';
import { installation } from './installation.js';
import { issueLine } from './policies.js';
import { wrap } from './table.js';
import type { Terminal } from './terminal.js';
import { openTerminal, shown } from './terminal.js';

const ABOUT: readonly (readonly [string, string])[] = [
  ['doorwright <command> --help', 'options and examples of a command'],
  ['doorwright --version', 'the version'],
];
const COMMON =
  'Every command takes --json. Exit codes: 0 yes or fine, 1 no or findings, 2 bad usage or input. NO_COLOR turns colours off.';

function overview(terminal: Terminal): string {
  const name = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    'doorwright decides who may open which door, and says why.',
    '',
    `${terminal.paint('bold', 'usage:')} doorwright <command> [arguments]`,
    '',
    ...COMMAND_GROUPS.flatMap(({ purpose, commands }) => {
      const rows = commands.map((command) => [command.name.padEnd(name), command.summary] as const);
      return [...section(purpose, twoColumns(rows, terminal), terminal), ''];
    }),
    ...twoColumns(ABOUT, terminal),
    '',
    ...wrap(COMMON, Math.min(terminal.width, 80) - 2),
    '',
  ].join('\n');
}

async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    terminal.warn(overview(terminal));
    return EXIT.bad;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    return help(rest, terminal);
  }
  if (name === '--version' || name === '-V') {
    await terminal.write(`${installation()?.version ?? 'unknown'}\n`);
    return EXIT.yes;
  }
  const command = commandNamed(name);
  const options = { ...command.options, ...COMMON_OPTIONS };
  // Help is given even where the rest of the line is wrong: that is when it is needed.
  if (rest.includes('--help') || rest.includes('-h')) return help([name, ...rest], terminal);
  return command.run(readArguments(rest, options, command.filesMax), terminal);
}

/** @param words - a command, and in it perhaps a subcommand; other words are passed over. */
async function help([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    await terminal.write(overview(terminal));
    return EXIT.yes;
  }
  const command = commandNamed(name);
  const { subcommands = {} } = command;
  const inner = rest.find((word) => Object.hasOwn(subcommands, word));
  const subcommand = inner === undefined ? undefined : subcommands[inner];
  if (inner === undefined || subcommand === undefined) {
    const options = { ...command.options, ...COMMON_OPTIONS };
    await terminal.write(helpText(command, options, terminal));
  } else {
    const options = { ...optionsOf(command, subcommand), ...COMMON_OPTIONS };
    await terminal.write(subcommandHelpText(command, inner, subcommand, options, terminal));
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
