/**
 * The strict reader of CBOR (protocol/README.md, "CBOR"): RFC 8949 §4.2.1 core deterministic encoding,
 * and of that only integers of at most 2^53-1 in magnitude, byte and text strings, arrays, maps with
 * integer or text keys, true, false and null. It judges and reads in one pass, and what it refuses has
 * cost no more memory than the bytes that came before.
 */
import { CBOR_DEPTH_MAX, CBOR_ITEMS_MAX, MESSAGE_BYTES_MAX } from '../limits.js';
import { copyBytes } from './bytes.js';
import { bytesText } from './text.js';

/** One value of the profile. Numbers are integers of at most 2^53-1 in magnitude, never -0. */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | CborMap;

/** A map of the profile. */
export type CborMap = ReadonlyMap<number | string, CborValue>;

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

/** The one value that all of `bytes` hold, in memory of its own; else why and where they leave the profile. */
export function readCbor(
  bytes: Uint8Array,
  caps: CborCaps,
): { readonly value: CborValue } | { readonly code: CborCode; readonly at: number } {
  if (bytes.length > caps.bytes) return { code: 'cbor_too_long', at: 0 };
  const reading: Reading = { bytes, caps, at: 0, items: 0, argument: 0, code: 'cbor_trailing' };
  const value = readItem(reading, 1);
  if (value === undefined || reading.at !== bytes.length) {
    return { code: reading.code, at: reading.at };
  }
  return { value };
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly caps: CborCaps;
  /** The next byte to read. */
  at: number;
  items: number;
  /** The argument of the head read last. */
  argument: number;
  /** Why nothing was read; until something else is wrong, only a byte too many can be. */
  code: CborCode;
}

/** One item; undefined, with `code` set, when there is none of the profile. */
function readItem(reading: Reading, depth: number): CborValue | undefined {
  const { bytes, caps, at } = reading;
  if (depth > caps.depth) return refused(reading, 'cbor_too_deep');
  reading.items += 1;
  if (reading.items > caps.items) return refused(reading, 'cbor_too_many');
  if (at >= bytes.length) return refused(reading, 'cbor_truncated');
  const initial = bytes[at] as number;
  const major = initial >> 5;
  if (major === 7) return readSimple(reading, initial);
  if (major === 6) return refused(reading, 'cbor_forbidden_type');
  if (!readHead(reading, initial & 31)) return undefined;
  switch (major) {
    case 0:
      return reading.argument;
    case 1:
      // The value is -1 - argument, so the largest argument stands one lower.
      if (reading.argument === Number.MAX_SAFE_INTEGER) {
        return refused(reading, 'cbor_integer_range');
      }
      return -1 - reading.argument;
    case 4:
      return readArray(reading, depth);
    case 5:
      return readMap(reading, depth);
    default:
      return readString(reading, major === 3);
  }
}

/** true, false and null; every float, undefined and other simple value is outside the profile. */
function readSimple(reading: Reading, initial: number): CborValue | undefined {
  if (initial !== 0xf4 && initial !== 0xf5 && initial !== 0xf6) {
    return refused(reading, 'cbor_forbidden_type');
  }
  reading.at += 1;
  return initial === 0xf6 ? null : initial === 0xf5;
}

/** Reads the head at `at` into `argument`: in the fewest bytes that can hold it, and no more than 2^53-1. */
function readHead(reading: Reading, info: number): boolean {
  if (info < 24) {
    reading.argument = info;
    reading.at += 1;
    return true;
  }
  const code = readLongHead(reading, info);
  if (code === undefined) return true;
  reading.code = code;
  return false;
}

function readLongHead(reading: Reading, info: number): CborCode | undefined {
  const { bytes } = reading;
  if (info > 27) return 'cbor_indefinite';
  const size = 1 << (info - 24);
  const from = reading.at + 1;
  if (from + size > bytes.length) return 'cbor_truncated';
  let value = 0;
  for (let index = 0; index < size; index++) value = value * 256 + (bytes[from + index] as number);
  if (value < (LEAST[info - 24] as number)) return 'cbor_not_minimal';
  if (value > Number.MAX_SAFE_INTEGER) return 'cbor_integer_range';
  reading.argument = value;
  reading.at = from + size;
  return undefined;
}

/** The least argument that needs 1, 2, 4 or 8 bytes. */
const LEAST = [24, 0x100, 0x1_0000, 0x1_0000_0000];

function readString(reading: Reading, isText: boolean): Uint8Array | string | undefined {
  const { bytes, at } = reading;
  const until = at + reading.argument;
  if (until > bytes.length) return refused(reading, 'cbor_truncated');
  const read = isText ? bytesText(bytes, at, until) : copyBytes(bytes, at, until);
  if (read === undefined) return refused(reading, 'cbor_bad_text');
  reading.at = until;
  return read;
}

function readArray(reading: Reading, depth: number): readonly CborValue[] | undefined {
  const length = reading.argument;
  if (length > reading.bytes.length - reading.at) return refused(reading, 'cbor_truncated');
  const list: CborValue[] = [];
  for (let index = 0; index < length; index++) {
    const member = readItem(reading, depth + 1);
    if (member === undefined) return undefined;
    list.push(member);
  }
  return list;
}

function readMap(reading: Reading, depth: number): CborMap | undefined {
  const { bytes } = reading;
  const pairs = reading.argument;
  if (2 * pairs > bytes.length - reading.at) return refused(reading, 'cbor_truncated');
  const map = new Map<number | string, CborValue>();
  let beforeFrom = -1;
  let beforeUntil = -1;
  for (let index = 0; index < pairs; index++) {
    const from = reading.at;
    const major = (bytes[from] ?? 0) >> 5;
    if (major !== 0 && major !== 1 && major !== 3) return refused(reading, 'cbor_key_type');
    const key = readItem(reading, depth + 1);
    if (key === undefined) return undefined;
    if (beforeFrom >= 0 && !ascends(bytes, beforeFrom, beforeUntil, from, reading.at)) {
      return refused(reading, 'cbor_key_order');
    }
    beforeFrom = from;
    beforeUntil = reading.at;
    const value = readItem(reading, depth + 1);
    if (value === undefined) return undefined;
    map.set(key as number | string, value);
  }
  return map;
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

function refused(reading: Reading, code: CborCode): undefined {
  reading.code = code;
  return undefined;
}
