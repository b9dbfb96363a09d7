/** Reading what subcommands of `site` are given: scopes, periods, words, and answers that are no. */
import type { WriteResult } from '../../adapters/site/site.js';
import type { Assignment } from '../../policy/document.js';
import { formatInstant } from '../../values/instant.js';
import { type Arguments, readInstant } from '../arguments.js';
import { hint, InputError, UsageError } from '../failure.js';
import { shown, type Terminal } from '../terminal.js';

type Scope = Assignment['scope'];

const SCOPE_TYPES = ['organization', 'place', 'group', 'door'] as const;

/**
 * Where `--at` says, each `door:front`, `group:cellar`, `place:hq` or `organization`, once it is known which organisation.
 * @throws UsageError for anything else, at once.
 */
export function readScopes(args: Arguments): (organization: string) => Scope[] {
  const texts = args.all('at');
  const scopes = texts.map((text) => readScope('at', text));
  return (organization) =>
    scopes.map(({ type, id }) => ({ type, id: id === '' ? organization : id }));
}

/** A scope; an empty id is the organisation's, whichever that is. */
function readScope(option: string, text: string): Scope {
  const colon = text.indexOf(':');
  const type = colon < 0 ? text : text.slice(0, colon);
  const id = colon < 0 ? '' : text.slice(colon + 1);
  const known = SCOPE_TYPES.find((one) => one === type);
  if (known === 'organization') return { type: known, id };
  if (known !== undefined && id !== '') return { type: known, id };
  throw new UsageError(
    `\`--${option}\` is door:ID, group:ID, place:ID or organization: \`${text}\`${hint(type, SCOPE_TYPES)}`,
  );
}

/** The instant of an option as RFC 3339 text in UTC, as documents keep it; undefined when it was not given. */
export function readInstantText(args: Arguments, option: string): string | undefined {
  const text = args.get(option);
  return text === undefined ? undefined : formatInstant(readInstant(option, text));
}

/** The value of an option that must be given. */
export function required(args: Arguments, option: string): string {
  const value = args.get(option);
  if (value === undefined) throw new UsageError(`\`--${option}\` is missing`);
  return value;
}

/** The value of an option that may be repeated elsewhere and not here. */
export function single(args: Arguments, option: string): string | undefined {
  const values = args.all(option);
  if (values.length > 1) throw new UsageError(`option \`--${option}\` is given twice`);
  return values[0];
}

/** One of a few words that an option may say, or undefined when it was not given. */
export function choice<Word extends string>(
  args: Arguments,
  option: string,
  words: readonly Word[],
): Word | undefined {
  const text = args.get(option);
  if (text === undefined) return undefined;
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new UsageError(
    `\`--${option}\` is one of ${words.join(', ')}: \`${text}\`${hint(text, words)}`,
  );
}

/** `1 event`, `2 events`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A write that went through. @throws InputError for one that did not make sense; undefined for a refusal, told. */
export function written<T>(
  result: WriteResult<T, string>,
  terminal: Terminal,
): Extract<WriteResult<T, string>, { ok: true }> | undefined {
  if (result.ok) return result;
  if (result.code === 'refused') {
    terminal.warn(`doorwright: refused: ${shown(result.detail)}`);
    return undefined;
  }
  const { code, detail, issues = [] } = result;
  throw issues.length > 0
    ? new InputError(`nothing was written (${code})`, issues)
    : new InputError(`nothing was written: ${detail} (${code})`);
}
