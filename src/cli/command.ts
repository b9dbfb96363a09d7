/** What a command is, and its help. */
import type { Arguments, Options } from './arguments.js';
import { wrap } from './table.js';
import type { Terminal } from './terminal.js';

/** One of the things that a command with subcommands does, as `--help` and completion tell of it. */
export interface SubcommandHelp {
  /** One line for the list of subcommands. */
  readonly summary: string;
  /** Arguments as shown after its name. */
  readonly usage: string;
  /** Options it takes beside those that every command has. */
  readonly options: readonly string[];
  readonly examples: readonly string[];
  /** Words that its first argument is one of. */
  readonly choices?: readonly string[];
}

/** One command of the program. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Arguments as shown after the name. */
  readonly usage: string;
  /** Paragraphs for `--help`, with the meaning of the exit codes. */
  readonly about: readonly string[];
  readonly examples: readonly string[];
  readonly options: Options;
  /** How many arguments without dashes it takes. */
  readonly filesMax: number;
  /** By name, where the first argument says which of several things to do. */
  readonly subcommands?: Readonly<Record<string, SubcommandHelp>>;
  /** Words that its first argument may be, where they are known beforehand. */
  readonly choices?: readonly string[];
  /** Does the work and answers the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

/** How a help page looks: as wide as its window, up to a width that still reads well. */
export type HelpPage = Pick<Terminal, 'width' | 'paint'>;

/** Columns of a help page at most. */
const PAGE_WIDTH_MAX = 100;

/** The text of `doorwright <command> --help`. */
export function helpText(command: Command, options: Options, page: HelpPage): string {
  const { subcommands = {} } = command;
  const names = Object.entries(subcommands).map(
    ([name, { usage, summary }]) => [`${name} ${usage}`.trimEnd(), summary] as const,
  );
  const about = command.about.flatMap((paragraph) => [...wrap(paragraph, columns(page) - 2), '']);
  return [
    ...head(command.name, command.summary, command.usage, page),
    ...about,
    ...(names.length === 0 ? [] : [...section('subcommands', twoColumns(names, page), page), '']),
    ...section('options', optionLines(options, page), page),
    '',
    ...section('examples', indented(command.examples), page),
    '',
  ].join('\n');
}

/** The text of `doorwright <command> <subcommand> --help`: what it takes, and nothing of its siblings. */
export function subcommandHelpText(
  command: Command,
  name: string,
  subcommand: SubcommandHelp,
  options: Options,
  page: HelpPage,
): string {
  const whole = `${command.name} ${name}`;
  return [
    ...head(whole, subcommand.summary, subcommand.usage, page),
    ...section('options', optionLines(options, page), page),
    '',
    ...section('examples', indented(subcommand.examples), page),
    '',
    `All of \`${command.name}\`, with its exit codes: doorwright ${command.name} --help`,
    '',
  ].join('\n');
}

/** The options of a command that one of its subcommands takes. */
export function optionsOf(command: Command, { options }: SubcommandHelp): Options {
  const taken = Object.entries(command.options).filter(([name]) => options.includes(name));
  return Object.fromEntries(taken);
}

/** Two columns, the second wrapped to the page; under the first where that leaves it too narrow. */
export function twoColumns(rows: readonly (readonly [string, string])[], page: HelpPage): string[] {
  const room = columns(page);
  const longest = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  const width = Math.min(longest, Math.floor(room / 2));
  return rows.flatMap(([left, right]) => {
    const isLong = left.length + 2 > width;
    const lines = wrap(right, room - 4 - width).map((line, index) => {
      const label = index === 0 && !isLong ? left : '';
      return `  ${label.padEnd(width)}${line}`.trimEnd();
    });
    return isLong ? [`  ${left}`, ...lines] : lines;
  });
}

/** A heading and what is under it. */
export function section(heading: string, lines: readonly string[], page: HelpPage): string[] {
  return [page.paint('bold', heading), ...lines];
}

function head(name: string, summary: string, usage: string, page: HelpPage): string[] {
  return [
    `${page.paint('bold', `doorwright ${name}`)}: ${summary}`,
    '',
    `${page.paint('bold', 'usage:')} doorwright ${name} ${usage}`.trimEnd(),
    '',
  ];
}

function optionLines(options: Options, page: HelpPage): string[] {
  const rows = Object.entries(options).map(([name, option]): [string, string] => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    const many = option.many === true ? ' (repeatable)' : '';
    return [`${short}--${name}${value}`, option.about + many];
  });
  return twoColumns(rows, page);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function columns(page: HelpPage): number {
  return Math.min(page.width, PAGE_WIDTH_MAX);
}
