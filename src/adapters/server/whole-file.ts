/** Reading a file that somebody may be writing: all of one version, or nothing. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** What the system says of a file: whatever is written to it changes some of this. */
export interface FileMark {
  readonly inode: bigint;
  readonly device: bigint;
  readonly size: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** The bytes of one version of a file. */
export interface WholeFile {
  readonly mark: FileMark;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
}

/** A file that is larger than it may be. */
export class FileSizeError extends Error {
  override readonly name = 'FileSizeError';
}

/** What is at a path now, links followed. @throws the system's error */
export async function markOf(path: string): Promise<FileMark> {
  const found = await stat(path, { bigint: true });
  return {
    inode: found.ino,
    device: found.dev,
    size: found.size,
    modifiedNs: found.mtimeNs,
    changedNs: found.ctimeNs,
  };
}

/** Whether nothing was written between two marks, as far as the clock of the file system can tell. */
export function isSameMark(one: FileMark, other: FileMark): boolean {
  return (
    one.inode === other.inode &&
    one.device === other.device &&
    one.size === other.size &&
    one.modifiedNs === other.modifiedNs &&
    one.changedNs === other.changedNs
  );
}

/**
 * The file, if it is the one of `mark` before it is read and after; undefined when somebody is at it.
 * @throws the system's error; FileSizeError
 */
export async function readWhole(
  path: string,
  mark: FileMark,
  bytesMax: number,
): Promise<WholeFile | undefined> {
  if (mark.size > BigInt(bytesMax)) throw new FileSizeError(`larger than ${bytesMax} bytes`);
  // A pipe in the file's place must not hang whoever opens it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new FileSizeError('not a file');
    const bytes = await readSized(handle, Number(mark.size));
    // By the path, not the handle: what the name leads to by now is what counts.
    if (bytes === undefined || !isSameMark(mark, await markOf(path))) return undefined;
    return { mark, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    await handle.close();
  }
}

/** Exactly so many bytes, with nothing after them. */
async function readSized(handle: FileHandle, size: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(size + 1);
  let at = 0;
  while (at <= size) {
    const { bytesRead } = await handle.read(bytes, at, size + 1 - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at === size ? bytes.subarray(0, size) : undefined;
}
