/** The first look at a file: what it is, byte by byte. */

import { createHash } from 'node:crypto';
import { quietly } from '../quietly.js';
import type { ByteSource } from './csv-stream.js';
import { EncodingWatch, type TextEncoding } from './encoding.js';
import type { ImportProgress } from './import-run.js';

/** A file as bytes. */
export interface FileScan {
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly bytes: number;
  readonly encoding: TextEncoding;
}

/** Reads a file once from end to end. */
export async function scanFile(
  file: ByteSource,
  signal?: AbortSignal,
  onProgress?: (progress: ImportProgress) => void,
): Promise<FileScan> {
  const hash = createHash('sha256');
  const watch = new EncodingWatch();
  let bytes = 0;
  for await (const chunk of file()) {
    signal?.throwIfAborted();
    hash.update(chunk);
    watch.add(chunk);
    bytes += chunk.length;
    quietly(onProgress)({ phase: 'reading', bytes, bytesTotal: undefined, line: 0 });
  }
  return { hash: hash.digest('hex'), bytes, encoding: watch.encoding() };
}

/** SHA-256 in hex of a text. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A file as a source that is hashed while it is read again. */
export function hashed(file: ByteSource): {
  readonly file: ByteSource;
  bytes(): number;
  /** To be asked once, at the end. */
  hash(): string;
} {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *file() {
      for await (const chunk of file()) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    bytes: () => bytes,
    hash: () => hash.digest('hex'),
  };
}
