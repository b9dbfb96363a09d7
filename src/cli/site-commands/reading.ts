/** Reading what subcommands of `site` are given: scopes, periods, and answers that are no. */
import type { WriteResult } from '../../adapters/site/site.js';
import type { Assignment } from '../../policy/document.js';
import { formatInstant } from '../../values/instant.js';
import { type Arguments, readInstant } from '../arguments.js';
import { hint, InputError, UsageError } from '../failure.js';
import { shown, type Terminal } from '../terminal.js';

type Scope = Assignment['scope'];

const SCOPE_TYPES = ['organization', 'place', 'group', 'door'] as const;

/** `door:front`, `group:cellar`, `place:hq`, or `organization`. @throws UsageError for anything else. */
export function readScope(option: string, text: string, organization: string): Scope {
  const colon = text.indexOf(':');
  const type = colon < 0 ? text : text.slice(0, colon);
  const id = colon < 0 ? '' : text.slice(colon + 1);
  const known = SCOPE_TYPES.find((one) => one === type);
  if (known === 'organization') return { type: known, id: id === '' ? organization : id };
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

/** A write that went through. @throws InputError for one that did not make sense; undefined for a refusal, told. */
export function written<T>(
  result: WriteResult<T, string>,
  terminal: Terminal,
): Extract<WriteResult<T, string>, { ok: true }> | undefined {
  if (result.ok) return result;
  if (result.code === 'refused') {
    terminal.warn(`doorwright: ${shown(result.detail)}`);
    return undefined;
  }
  throw new InputError(`${result.detail} (${result.code})`, result.issues ?? []);
}
