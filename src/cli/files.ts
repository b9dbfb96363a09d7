/** Reading files and standard input: text, JSON, policies. */
import { createReadStream } from 'node:fs';
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import { zoneTest } from '../engine/compile.js';
import type { Engine } from '../engine/engine.js';
import { compilePolicy } from '../index.js';
import type { Issue } from '../policy/issue.js';
import { parseDocumentText } from '../policy/parse.js';
import type { Arguments, Options } from './arguments.js';
import { InputError, UsageError } from './failure.js';
import { parseJson } from './json.js';
import { FILE_BYTES_MAX } from './limits.js';
import type { Site } from './site.js';
import { siteOf } from './site.js';
import { shown } from './terminal.js';

/** Options of every command that reads a policy. */
export const POLICY_OPTIONS: Options = {
  'allow-deprecated-roles': { about: 'let roles be held that the role model marks as deprecated' },
};

/** The name of standard input among files. */
export const STDIN = '-';

/**
 * The bytes of a file, or of standard input for `-`, as they come.
 * @throws InputError, while reading, for a file that cannot be read.
 */
export async function* openBytes(file: string): AsyncGenerator<Uint8Array> {
  if (file === STDIN && process.stdin.isTTY === true) {
    process.stderr.write('reading from the keyboard; end with Ctrl-D\n');
  }
  try {
    const stream = file === STDIN ? process.stdin : createReadStream(file);
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    throw new InputError(`cannot read ${fileName(file)}: ${systemWords(error)}`);
  }
}

/**
 * The whole text of a file or of standard input; a byte order mark at its start is taken off.
 * @throws InputError when it cannot be read, is longer than {@link FILE_BYTES_MAX} or not UTF-8.
 */
export async function readText(file: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of openBytes(file)) {
    bytes += piece.length;
    if (bytes > FILE_BYTES_MAX) {
      throw new InputError(`${fileName(file)} is larger than ${FILE_BYTES_MAX} bytes`);
    }
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new InputError(`${fileName(file)} is not UTF-8 text`);
  }
}

/**
 * A JSON object from a file, or from the argument itself when it begins with `{`.
 * @throws InputError naming `what` it was to be.
 */
export async function readJsonObject(
  argument: string,
  what: string,
): Promise<Record<string, unknown>> {
  const isInline = argument.trimStart().startsWith('{');
  const parsed = parseJson(isInline ? argument : await readText(argument));
  const where = isInline ? what : `${what} in ${fileName(argument)}`;
  if (!parsed.ok) throw new InputError(`${where}: ${parsed.message}`);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${where}: must be a JSON object`);
  }
  return value as Record<string, unknown>;
}

/** A compiled policy, or everything that is wrong with its text. */
export type ReadPolicy =
  | { readonly ok: true; readonly engine: Engine }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Reads, validates and compiles a policy. @throws InputError when the file cannot be read. */
export async function tryPolicy(file: string, args: Arguments): Promise<ReadPolicy> {
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
export async function readPolicy(file: string, args: Arguments, other?: string): Promise<Site> {
  if (file === STDIN && other === STDIN) {
    throw new UsageError('only one of policy and requests can come from standard input');
  }
  const read = await tryPolicy(file, args);
  if (read.ok) return siteOf(read.engine, file, luxonTimeZones);
  throw new InputError(`${fileName(file)} is no valid policy`, read.issues);
}

/** One issue as one line: `pointer: message (code)`. */
export function issueLine(issue: Issue): string {
  return `${shown(issue.pointer === '' ? '/' : issue.pointer)}: ${shown(issue.message)} (${issue.code})`;
}

/** A file as messages call it. */
export function fileName(file: string): string {
  return file === STDIN ? 'standard input' : `\`${shown(file)}\``;
}

/** What the operating system said, in words. */
export function systemWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return message;
  }
}
