/** Reading a command's arguments: strict, with the nearest name for what is not known. */
import { parseArgs } from 'node:util';
import { parseInstant } from '../values/instant.js';
import { hint, UsageError } from './failure.js';

/** One option of a command. Without `value` it is a switch. */
export interface Option {
  /** Name of its value in the help, such as `T`. */
  readonly value?: string;
  readonly about: string;
  /** All values it may have, where they are few: for completion. What a value may be, its command checks. */
  readonly choices?: readonly string[];
  readonly short?: string;
  /** May be given several times. */
  readonly many?: boolean;
}

/** Options by long name. */
export type Options = Readonly<Record<string, Option>>;

/** What was given to a command. */
export interface Arguments {
  readonly files: readonly string[];
  has(option: string): boolean;
  /** The value of an option given at most once. */
  get(option: string): string | undefined;
  all(option: string): readonly string[];
}

/** Options that every command has. */
export const COMMON_OPTIONS: Options = {
  json: { about: 'answer in JSON' },
  help: { about: 'show this help', short: 'h' },
};

/**
 * Reads `words` by the command's options.
 * @throws UsageError for an unknown, repeated or valueless option, and for too many files.
 */
export function readArguments(
  words: readonly string[],
  options: Options,
  filesMax: number,
): Arguments {
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [
        name,
        {
          type: option.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
  });
  const files: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`unknown option \`${token.rawName}\`${hint(token.rawName, names)}`);
    }
    const given = values.get(token.name) ?? [];
    if (given.length > 0 && option.many !== true) {
      throw new UsageError(`option \`--${token.name}\` is given twice`);
    }
    given.push(optionValue(token.rawName, option, token.value, token.inlineValue === true));
    values.set(token.name, given);
  }
  if (files.length > filesMax) {
    throw new UsageError(`one argument too many: \`${files[filesMax]}\``);
  }
  return {
    files,
    has: (option) => values.has(option),
    get: (option) => values.get(option)?.[0],
    all: (option) => values.get(option) ?? [],
  };
}

/** The first file, which the command cannot do without. */
export function requiredFile(args: Arguments, what: string): string {
  const file = args.files[0];
  if (file === undefined) throw new UsageError(`${what} is missing`);
  return file;
}

/**
 * The instant an option names, in epoch milliseconds; seconds may be left out.
 * @throws UsageError unless the text is an RFC 3339 date-time with an offset.
 */
export function readInstant(option: string, text: string): number {
  const full = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?:[Zz]|[+-]\d{2}:\d{2})$/u.test(text)
    ? `${text.slice(0, 16)}:00${text.slice(16)}`
    : text;
  const ms = parseInstant(full);
  if (!Number.isNaN(ms)) return ms;
  if (/^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/u.test(text)) {
    throw new UsageError(
      `\`--${option}\` needs a time with its offset from UTC, such as ${text.slice(0, 10)}T09:00:00+01:00 or …Z: \`${text}\``,
    );
  }
  throw new UsageError(
    `\`--${option}\` is no RFC 3339 time such as 2026-03-29T09:00:00+02:00: \`${text}\``,
  );
}

/** A whole number from 1 to `max`. */
export function readCount(option: string, text: string, max: number): number {
  const count = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
  if (count < 1 || count > max) {
    throw new UsageError(`\`--${option}\` must be a whole number from 1 to ${max}: \`${text}\``);
  }
  return count;
}

function optionValue(
  rawName: string,
  option: Option,
  value: string | undefined,
  inline: boolean,
): string {
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`option \`${rawName}\` takes no value`);
    return '';
  }
  // `--at --json` is a forgotten value; a value that does begin with a dash is written `--at=-x`.
  const forgotten = !inline && value?.startsWith('-') === true && value !== '-';
  if (value === undefined || value === '' || forgotten) {
    throw new UsageError(`option \`${rawName}\` needs a value (${option.value})`);
  }
  return value;
}
