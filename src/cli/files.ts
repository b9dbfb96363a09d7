/** Reading files and standard input: bytes, text, JSON. */
import { createReadStream } from 'node:fs';
import { InputError } from './failure.js';
import { parseJson } from './json.js';
import { FILE_BYTES_MAX } from './limits.js';
import { shown } from './terminal.js';

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

/** A file as messages call it. */
export function fileName(file: string): string {
  return file === STDIN ? 'standard input' : `\`${shown(file)}\``;
}

/** What the operating system said, in words. */
function systemWords(error: unknown): string {
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
