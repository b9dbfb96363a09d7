/** Cutting a stream of bytes into lines without losing, joining or repairing any. */
import { LINE_BYTES_MAX } from './limits.js';

/** One line: its text, or why it is none. Numbers count from 1. */
export type Line =
  | { readonly kind: 'text'; readonly number: number; readonly text: string }
  | {
      readonly kind: 'bad';
      readonly number: number;
      readonly code: 'too_large' | 'encoding' | 'empty_line';
      readonly message: string;
    };

/**
 * The lines that each piece of a stream completes, piece by piece, so that a writer at the other end of a
 * pipe is answered at once. `LF` and `CRLF` end a line; the last one may lack its end. A line without
 * anything but spaces is bad, not skipped. Holds at most one line of {@link LINE_BYTES_MAX}; what is longer is
 * dropped as it arrives.
 */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  let number = 0;
  const take = (piece: Uint8Array): void => {
    restBytes += piece.length;
    if (restBytes <= LINE_BYTES_MAX + 1) rest.push(piece);
    else rest = [];
  };
  const end = (): Line => {
    number++;
    const bytes = rest.length === 1 ? (rest[0] as Uint8Array) : Buffer.concat(rest);
    const line = restBytes > LINE_BYTES_MAX + 1 ? tooLarge(number) : lineOf(number, bytes);
    rest = [];
    restBytes = 0;
    return line;
  };
  for await (const piece of pieces) {
    const lines: Line[] = [];
    let from = 0;
    for (let until = piece.indexOf(10); until >= 0; until = piece.indexOf(10, from)) {
      take(piece.subarray(from, until));
      lines.push(end());
      from = until + 1;
    }
    if (from < piece.length) take(piece.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (restBytes > 0) yield [end()];
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function lineOf(number: number, bytes: Uint8Array): Line {
  const carriageReturn = bytes.length > 0 && bytes[bytes.length - 1] === 13;
  const content = carriageReturn ? bytes.subarray(0, -1) : bytes;
  if (content.length > LINE_BYTES_MAX) return tooLarge(number);
  let text: string;
  try {
    text = decoder.decode(content);
  } catch {
    return { kind: 'bad', number, code: 'encoding', message: 'the line is not UTF-8' };
  }
  if (text.trim() === '') {
    return { kind: 'bad', number, code: 'empty_line', message: 'the line holds no request' };
  }
  return { kind: 'text', number, text };
}

function tooLarge(number: number): Line {
  const message = `the line is longer than ${LINE_BYTES_MAX} bytes`;
  return { kind: 'bad', number, code: 'too_large', message };
}
