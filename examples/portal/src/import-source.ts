/** A chosen or pasted file as the import reads it: in pieces, so that the page stays awake and can be told to stop. */

/** A file to be imported. */
export interface Source {
  readonly name: string;
  readonly bytes: number;
  /** From its beginning each time. */
  file(): AsyncIterable<Uint8Array>;
}

/** Larger files belong to the command line, which keeps nothing in memory. */
export const SOURCE_BYTES_MAX = 20_000_000;

const PIECE_BYTES = 16_384;

/** A file that was chosen or dropped. Every reading begins anew: a file that changes meanwhile is noticed by the import. */
export function fileSource(file: File): Source {
  return {
    name: file.name,
    bytes: file.size,
    async *file() {
      for (let at = 0; at < file.size; at += PIECE_BYTES) {
        yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
      }
    },
  };
}

/** Text that was pasted. */
export function textSource(text: string): Source {
  const bytes = new TextEncoder().encode(text);
  return {
    name: '',
    bytes: bytes.length,
    async *file() {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        // Between two pieces the page answers.
        await new Promise((done) => setTimeout(done));
        yield bytes.subarray(at, at + PIECE_BYTES);
      }
    },
  };
}
