/**
 * How a host stores one record so that a power cut never destroys it: two copies, each with a sequence
 * and a CRC, of which the next write always replaces the older (offline.md §3.9). A torn write leaves
 * the other copy as it was, so the record is either the new one or the one before.
 */
import { bytesNumber, copyBytes, joinBytes, numberBytes, sameBytes } from '../wire/bytes.js';

/** Bytes a copy needs beside its payload: sequence 4, length 4, CRC 4. */
export const COPY_OVERHEAD = 12;

/** What the two copies of one record hold. */
export type CopiesState =
  /** The record was never written, or its very first write was torn. */
  | { readonly kind: 'absent' }
  /** Both copies were written and neither is whole: the lock must not run on a guess. */
  | { readonly kind: 'corrupt' }
  | {
      readonly kind: 'whole';
      readonly payload: Uint8Array;
      readonly sequence: number;
      /** Where the newest copy stands; the next write goes to the other place. */
      readonly copy: 'a' | 'b';
    };

/** What a host hands to `bootLock` for a record whose copies are both broken: no record is empty. */
export const CORRUPT_RECORD: Uint8Array = new Uint8Array(0);

/**
 * The image of one copy: sequence u32 BE, length u32 BE, payload, CRC-32 of all before it.
 * @param sequence - 1 for the first write, then one more than the newest copy's.
 * @throws RangeError above 2^32-1: that memory is worn out, and going round would bring old records back.
 */
export function sealCopy(payload: Uint8Array, sequence: number): Uint8Array {
  if (sequence < 1) throw new RangeError('copies are counted from 1');
  const body = joinBytes(numberBytes(sequence, 4), numberBytes(payload.length, 4), payload);
  return joinBytes(body, numberBytes(crc32(body), 4));
}

/** What stands in both copies; undefined or empty bytes for a place that was never written. */
export function newestCopy(a: Uint8Array | undefined, b: Uint8Array | undefined): CopiesState {
  const [first, second] = [openCopy(a), openCopy(b)];
  if (first === 'broken' && second === 'broken') return { kind: 'corrupt' };
  if (typeof first === 'string' && typeof second === 'string') return { kind: 'absent' };
  if (typeof first === 'string') return { kind: 'whole', ...(second as Copy), copy: 'b' };
  if (typeof second === 'string') return { kind: 'whole', ...first, copy: 'a' };
  if (first.sequence !== second.sequence) {
    const copy = first.sequence > second.sequence ? 'a' : 'b';
    return { kind: 'whole', ...(copy === 'a' ? first : second), copy };
  }
  // One writer never writes the same sequence twice: somebody else did, and nobody knows which is true.
  if (!sameBytes(first.payload, second.payload)) return { kind: 'corrupt' };
  return { kind: 'whole', ...first, copy: 'a' };
}

/** CRC-32 as in IEEE 802.3, reflected, initial and final value all ones. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

interface Copy {
  readonly payload: Uint8Array;
  readonly sequence: number;
}

function openCopy(image: Uint8Array | undefined): Copy | 'empty' | 'broken' {
  if (image === undefined || image.length === 0) return 'empty';
  if (image.length < COPY_OVERHEAD) return 'broken';
  const end = image.length - 4;
  const length = bytesNumber(image.subarray(4, 8));
  const isWhole =
    length === end - 8 && crc32(image.subarray(0, end)) === bytesNumber(image.subarray(end));
  const sequence = bytesNumber(image.subarray(0, 4));
  if (!isWhole || sequence === 0) return 'broken';
  return { payload: copyBytes(image, 8, end), sequence };
}
