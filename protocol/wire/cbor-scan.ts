/**
 * The strict border of CBOR (protocol/README.md, "CBOR"): RFC 8949 §4.2.1 core deterministic encoding,
 * and of that only integers of at most 2^53-1 in magnitude, byte and text strings, arrays, maps with
 * integer or text keys, true, false and null. One pass, no memory, before any decoder sees the bytes.
 */
import { CBOR_DEPTH_MAX, CBOR_ITEMS_MAX, MESSAGE_BYTES_MAX } from '../limits.js';
import { isText } from './text.js';

/** Why bytes are not one item of the profile. */
export type CborCode =
  | 'cbor_too_long'
  | 'cbor_too_deep'
  | 'cbor_too_many'
  | 'cbor_truncated'
  | 'cbor_trailing'
  | 'cbor_not_minimal'
  | 'cbor_indefinite'
  | 'cbor_integer_range'
  | 'cbor_forbidden_type'
  | 'cbor_bad_text'
  | 'cbor_key_type'
  | 'cbor_key_order';

/** How large one item may be. */
export interface CborCaps {
  readonly bytes: number;
  readonly depth: number;
  readonly items: number;
}

/** What a lock accepts. */
export const MESSAGE_CAPS: CborCaps = {
  bytes: MESSAGE_BYTES_MAX,
  depth: CBOR_DEPTH_MAX,
  items: CBOR_ITEMS_MAX,
};

/** Where and why the bytes leave the profile; undefined when they are exactly one item of it. */
export function scanCbor(
  bytes: Uint8Array,
  caps: CborCaps = MESSAGE_CAPS,
): { readonly code: CborCode; readonly at: number } | undefined {
  const scan: Scan = { bytes, caps, at: 0, items: 0, argument: 0 };
  if (bytes.length > caps.bytes) return { code: 'cbor_too_long', at: 0 };
  const code =
    scanItem(scan, 1) ?? (scan.at === bytes.length ? undefined : ('cbor_trailing' as const));
  return code === undefined ? undefined : { code, at: scan.at };
}

interface Scan {
  readonly bytes: Uint8Array;
  readonly caps: CborCaps;
  /** The next byte to read. */
  at: number;
  items: number;
  /** The argument of the head read last. */
  argument: number;
}

function scanItem(scan: Scan, depth: number): CborCode | undefined {
  if (depth > scan.caps.depth) return 'cbor_too_deep';
  scan.items += 1;
  if (scan.items > scan.caps.items) return 'cbor_too_many';
  if (scan.at >= scan.bytes.length) return 'cbor_truncated';
  const major = (scan.bytes[scan.at] as number) >> 5;
  if (major === 7) return scanSimple(scan);
  if (major === 6) return 'cbor_forbidden_type';
  const wrong = scanHead(scan);
  if (wrong !== undefined) return wrong;
  switch (major) {
    case 0:
      return undefined;
    case 1:
      // The value is -1 - argument, so the largest argument stands one lower.
      return scan.argument === Number.MAX_SAFE_INTEGER ? 'cbor_integer_range' : undefined;
    case 4:
      return scanArray(scan, depth);
    case 5:
      return scanMap(scan, depth);
    default:
      return scanString(scan, major === 3);
  }
}

/** true, false and null; every float, undefined and other simple value is outside the profile. */
function scanSimple(scan: Scan): CborCode | undefined {
  const initial = scan.bytes[scan.at] as number;
  if (initial !== 0xf4 && initial !== 0xf5 && initial !== 0xf6) return 'cbor_forbidden_type';
  scan.at += 1;
  return undefined;
}

/** Reads the head at `at` into `argument`: in the fewest bytes that can hold it, and no more than 2^53-1. */
function scanHead(scan: Scan): CborCode | undefined {
  const { bytes } = scan;
  const info = (bytes[scan.at] as number) & 31;
  if (info < 24) {
    scan.argument = info;
    scan.at += 1;
    return undefined;
  }
  if (info > 27) return 'cbor_indefinite';
  const size = 1 << (info - 24);
  const from = scan.at + 1;
  if (from + size > bytes.length) return 'cbor_truncated';
  let value = 0;
  for (let index = 0; index < size; index++) value = value * 256 + (bytes[from + index] as number);
  if (value < (LEAST[info - 24] as number)) return 'cbor_not_minimal';
  if (value > Number.MAX_SAFE_INTEGER) return 'cbor_integer_range';
  scan.argument = value;
  scan.at = from + size;
  return undefined;
}

/** The least argument that needs 1, 2, 4 or 8 bytes. */
const LEAST = [24, 0x100, 0x1_0000, 0x1_0000_0000];

function scanString(scan: Scan, text: boolean): CborCode | undefined {
  const until = scan.at + scan.argument;
  if (until > scan.bytes.length) return 'cbor_truncated';
  if (text && !isText(scan.bytes.subarray(scan.at, until))) return 'cbor_bad_text';
  scan.at = until;
  return undefined;
}

function scanArray(scan: Scan, depth: number): CborCode | undefined {
  const length = scan.argument;
  if (length > scan.bytes.length - scan.at) return 'cbor_truncated';
  for (let index = 0; index < length; index++) {
    const wrong = scanItem(scan, depth + 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function scanMap(scan: Scan, depth: number): CborCode | undefined {
  const { bytes } = scan;
  const pairs = scan.argument;
  if (2 * pairs > bytes.length - scan.at) return 'cbor_truncated';
  let beforeFrom = -1;
  let beforeUntil = -1;
  for (let index = 0; index < pairs; index++) {
    const from = scan.at;
    const major = (bytes[from] ?? 0) >> 5;
    if (from < bytes.length && major !== 0 && major !== 1 && major !== 3) return 'cbor_key_type';
    const wrongKey = scanItem(scan, depth + 1);
    if (wrongKey !== undefined) return wrongKey;
    if (beforeFrom >= 0 && !ascends(bytes, beforeFrom, beforeUntil, from, scan.at)) {
      return 'cbor_key_order';
    }
    beforeFrom = from;
    beforeUntil = scan.at;
    const wrongValue = scanItem(scan, depth + 1);
    if (wrongValue !== undefined) return wrongValue;
  }
  return undefined;
}

/** Whether the first range of `bytes` stands strictly before the second in bytewise order. */
function ascends(
  bytes: Uint8Array,
  firstFrom: number,
  firstUntil: number,
  secondFrom: number,
  secondUntil: number,
): boolean {
  const shared = Math.min(firstUntil - firstFrom, secondUntil - secondFrom);
  for (let index = 0; index < shared; index++) {
    const difference = (bytes[firstFrom + index] as number) - (bytes[secondFrom + index] as number);
    if (difference !== 0) return difference < 0;
  }
  return firstUntil - firstFrom < secondUntil - secondFrom;
}
