/** Several byte strings in one body: each after its length, four bytes, the highest first. */
import { CarrierError } from './carrier.js';

/** The media type of such a body. */
export const FRAMES_TYPE = 'application/vnd.doorwright.feed-frames';

/** One frame. */
export function frame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(4 + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}

/** Frames in one piece. */
export function frames(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(framed.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    framed.set(part, at + 4);
    at += 4 + part.length;
  }
  return framed;
}

/**
 * The byte strings in chunks of a body, as they come.
 * @throws CarrierError, retryable, for a body that ends within a frame; not retryable for a frame above the cap.
 */
export async function* readFrames(
  chunks: AsyncIterable<Uint8Array>,
  frameBytesMax: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head = new Uint8Array(0);
  let body: Uint8Array | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    while (rest.length > 0 || body?.length === filled) {
      if (body === undefined) {
        const taken = rest.subarray(0, 4 - head.length);
        head = joined(head, taken);
        rest = rest.subarray(taken.length);
        if (head.length < 4) break;
        body = new Uint8Array(lengthOf(head, frameBytesMax));
        head = new Uint8Array(0);
        filled = 0;
      }
      const taken = rest.subarray(0, body.length - filled);
      body.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
      if (filled < body.length) break;
      yield body;
      body = undefined;
    }
  }
  if (body !== undefined || head.length > 0) {
    throw new CarrierError('an answer that ends too early', { retryable: true });
  }
}

function lengthOf(head: Uint8Array, frameBytesMax: number): number {
  const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (length <= frameBytesMax) return length;
  throw new CarrierError(`a frame of ${length} bytes is too large`, { retryable: false });
}

function joined(one: Uint8Array, two: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + two.length);
  both.set(one);
  both.set(two, one.length);
  return both;
}
