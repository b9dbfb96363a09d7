/** In which encoding a text file is written: by its mark, by its bytes, or by what its letters look like. */
import { analyse } from 'chardet';
import { joinBytes } from '../../../protocol/wire/bytes.js';

/** Encodings that are read. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Bytes of the beginning that are looked at for anything but UTF-8. */
const SAMPLE_BYTES = 65_536;

/** How sure `chardet` must be, of 100, that a file without a mark is UTF-16. */
const SURE = 50;

/** Watches a whole file go by and then says its encoding. */
export class EncodingWatch {
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #isUtf8 = true;
  #sample: Uint8Array = new Uint8Array(0);

  add(chunk: Uint8Array): void {
    if (this.#sample.length < SAMPLE_BYTES) {
      const room = SAMPLE_BYTES - this.#sample.length;
      this.#sample = joinBytes(this.#sample, chunk.subarray(0, room));
    }
    this.#decode(chunk, true);
  }

  /** To be asked once, when all of the file was added. */
  encoding(): TextEncoding {
    this.#decode(new Uint8Array(0), false);
    const marked = markOf(this.#sample);
    if (marked !== undefined) return marked;
    const wide = wideOf(this.#sample);
    if (wide !== undefined) return wide;
    return this.#isUtf8 ? 'utf-8' : 'windows-1252';
  }

  #decode(chunk: Uint8Array, stream: boolean): void {
    if (!this.#isUtf8) return;
    try {
      this.#utf8.decode(chunk, { stream });
    } catch {
      this.#isUtf8 = false;
    }
  }
}

/** The encoding that a byte order mark names. */
function markOf([first, second, third]: Uint8Array): TextEncoding | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/**
 * UTF-16 without a mark: the headings are Latin letters, so every other byte of them is zero, which no text in
 * another encoding has. Where hardly any letter is Latin, `chardet` may know.
 */
function wideOf(sample: Uint8Array): TextEncoding | undefined {
  const zeros = [0, 0] as [number, number];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[(index & 1) as 0 | 1]++;
  const half = sample.length / 2;
  if (zeros[1] > half * 0.3 && zeros[0] < half * 0.05) return 'utf-16le';
  if (zeros[0] > half * 0.3 && zeros[1] < half * 0.05) return 'utf-16be';
  const [best] = zeros[0] + zeros[1] > 0 ? analyse(sample) : [];
  if (best === undefined || best.confidence < SURE) return undefined;
  if (best.name === 'UTF-16LE') return 'utf-16le';
  return best.name === 'UTF-16BE' ? 'utf-16be' : undefined;
}
