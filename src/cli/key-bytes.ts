/** Objects of the offline protocol as arguments: a file, hexadecimal or base64; and files made for keys. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { BUNDLE_BYTES_MAX } from '../../protocol/limits.js';
import { fromHex } from '../../protocol/wire/hex.js';
import { InputError } from './failure.js';
import { fileName, openBytes, STDIN } from './files.js';

/** Twice the longest object, and line ends: hexadecimal is the longest way to write one. */
const TEXT_BYTES_MAX = 2 * BUNDLE_BYTES_MAX + 65_536;

/**
 * The bytes an argument means: those of a file (raw, or written in hexadecimal or base64), or written in the
 * argument itself.
 * @throws InputError naming `what` it was to be, never what it holds.
 */
export async function readObject(argument: string, what: string): Promise<Uint8Array> {
  if (argument !== STDIN && !existsSync(argument)) {
    const written = writtenBytes(argument);
    if (written !== undefined) return written;
    throw new InputError(`${what}: no such file, and neither hexadecimal nor base64`);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of openBytes(argument)) {
    length += piece.length;
    if (length > TEXT_BYTES_MAX) throw new InputError(`${fileName(argument)} is too large`);
    pieces.push(piece);
  }
  const bytes = Uint8Array.from(Buffer.concat(pieces));
  // No object begins with a byte that text may hold, so the two cannot be mistaken for each other.
  const isText = bytes.every((byte) => byte < 0x80);
  return (isText ? writtenBytes(Buffer.from(bytes).toString('latin1')) : undefined) ?? bytes;
}

/** `size` bytes given in hexadecimal. @throws InputError naming the option. */
export function readHex(option: string, text: string, size: number): Uint8Array {
  const bytes = fromHex(text);
  if (bytes?.length === size) return bytes;
  throw new InputError(`\`--${option}\` must be ${size} bytes in hexadecimal`);
}

/**
 * Writes a file that only its owner may read, and never over another.
 * @throws InputError when it exists or cannot be written.
 */
export async function writePrivateFile(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = isThere ? 'it exists and is not written over' : (error as Error).message;
    throw new InputError(`cannot write ${fileName(file)}: ${why}`);
  }
}

function writtenBytes(text: string): Uint8Array | undefined {
  const dense = text.replace(/\s+/gu, '');
  if (dense === '') return undefined;
  const hex = fromHex(dense);
  if (hex !== undefined) return hex;
  // A shorter word is more likely the name of a file that is not there.
  const isBase64 =
    dense.length >= 24 && /^(?:[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9_-]*={0,2})$/u.test(dense);
  return isBase64 ? Uint8Array.from(Buffer.from(dense, 'base64')) : undefined;
}
