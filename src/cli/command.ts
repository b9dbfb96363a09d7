/** What a command is, and its help. */
import type { Arguments, Options } from './arguments.js';
import { wrap } from './table.js';
import type { Terminal } from './terminal.js';

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
  /** Does the work and answers the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

/** The text of `doorwright <command> --help`. */
export function helpText(command: Command, options: Options): string {
  const rows = Object.entries(options).map(([name, option]): [string, string] => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    return [
      `${short}--${name}${value}`,
      option.about + (option.many === true ? ' (repeatable)' : ''),
    ];
  });
  return [
    `doorwright ${command.name}: ${command.summary}`,
    '',
    `usage: doorwright ${command.name} ${command.usage}`.trimEnd(),
    '',
    ...command.about.flatMap((paragraph) => [...wrap(paragraph, 78), '']),
    'options',
    ...twoColumns(rows),
    '',
    'examples',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

/** Two columns, the second wrapped to 80 in all. */
export function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) =>
    wrap(right, 76 - width).map((line, index) =>
      `  ${(index === 0 ? left : '').padEnd(width)}${line}`.trimEnd(),
    ),
  );
}
