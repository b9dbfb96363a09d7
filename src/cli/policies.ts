/** Reading policies: text in, a compiled site or everything that is wrong with it out. */
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import { zoneTest } from '../engine/compile.js';
import type { Engine } from '../engine/engine.js';
import { compilePolicy } from '../index.js';
import type { Issue } from '../policy/issue.js';
import { parseDocumentText } from '../policy/parse.js';
import type { Arguments, Options } from './arguments.js';
import { InputError, UsageError } from './failure.js';
import { fileName, readText, STDIN } from './files.js';
import type { Site } from './site.js';
import { siteOf } from './site.js';
import { shown, type Terminal } from './terminal.js';

/** Options of every command that reads a policy. */
export const POLICY_OPTIONS: Options = {
  'allow-deprecated-roles': { about: 'let roles be held that the role model marks as deprecated' },
};

/** A compiled policy, or everything that is wrong with its text. */
export type ReadPolicy =
  | { readonly ok: true; readonly engine: Engine }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Reads, validates and compiles a policy. @throws InputError when the file cannot be read. */
export async function tryPolicy(
  file: string,
  args: Arguments,
  terminal: Pick<Terminal, 'busy'>,
): Promise<ReadPolicy> {
  // Nobody is told anything while they type.
  if (file !== STDIN) terminal.busy(`reading ${fileName(file)}`);
  return compileText(await readText(file), args);
}

/** Validates and compiles the text of a policy: faults of the text and of its meaning, all at once. */
export function compileText(text: string, args: Arguments): ReadPolicy {
  const allowDeprecatedRoles = args.has('allow-deprecated-roles');
  const isTimeZone = zoneTest(luxonTimeZones);
  const parsed = parseDocumentText(text, { isTimeZone, allowDeprecatedRoles });
  if (!parsed.ok) return parsed;
  const options = { timeZones: luxonTimeZones, allowDeprecatedRoles };
  return { ok: true, engine: compilePolicy(parsed.value, options) };
}

/**
 * A policy that must be valid.
 * @param other - another file of the same command: only one of them can be standard input.
 * @throws InputError with all issues.
 */
export async function readPolicy(
  file: string,
  args: Arguments,
  terminal: Pick<Terminal, 'busy'>,
  other?: string,
): Promise<Site> {
  if (file === STDIN && other === STDIN) {
    throw new UsageError('only one of policy and requests can come from standard input');
  }
  const read = await tryPolicy(file, args, terminal);
  if (read.ok) return siteOf(read.engine, file, luxonTimeZones);
  throw new InputError(`${fileName(file)} is no valid policy`, read.issues);
}

/** One issue as one line: `pointer: message (code)`. */
export function issueLine(issue: Issue): string {
  return `${shown(issue.pointer === '' ? '/' : issue.pointer)}: ${shown(issue.message)} (${issue.code})`;
}
