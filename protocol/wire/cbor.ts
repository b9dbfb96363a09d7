/**
 * CBOR in and out, strict on both ways. The codec is our own (docs/decisions/0008-cbor.md): the profile is
 * small, and its bytes are judged, read and written faster here than a general library can be held to it.
 */
import type { Outcome } from '../../src/values/outcome.js';
import { compareBytes, putBytes } from './bytes.js';
import {
  type CborCaps,
  type CborCode,
  type CborMap,
  type CborValue,
  MESSAGE_CAPS,
  readCbor,
} from './cbor-read.js';
import { textBytes } from './text.js';

export type { CborMap, CborValue } from './cbor-read.js';

/**
 * The one value that all of `bytes` hold; nothing in it shares memory with them.
 * @returns a code of the reader, with the offset at which the bytes leave the profile in the detail.
 */
export function decodeCbor(
  bytes: Uint8Array,
  caps: CborCaps = MESSAGE_CAPS,
): Outcome<CborValue, CborCode> {
  const read = readCbor(bytes, caps);
  if ('value' in read) return { ok: true, value: read.value };
  return { ok: false, code: read.code, detail: `not deterministic CBOR at byte ${read.at}` };
}

/**
 * The deterministic bytes of a value. Keys are sorted here; their order in the map does not matter.
 * @throws TypeError for a number that is no safe integer, a text without UTF-8 or with a byte order mark in
 *   front, or anything else that the profile lacks: a mistake of the caller, never of outside data.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const writing: Writing = { bytes: new Uint8Array(sizeOf(value)), at: 0 };
  writeItem(writing, value);
  // Only a value that changes while it is read can come to another length.
  if (writing.at !== writing.bytes.length) throw new TypeError('the value changed meanwhile');
  return writing.bytes;
}

/** Bytes in the making: a place that is large enough, and how much of it is written. */
export interface Writing {
  readonly bytes: Uint8Array;
  /** Where the next byte goes. */
  at: number;
}

/** How many bytes a byte string takes with its head. */
export function stringSize({ length }: Uint8Array): number {
  return headSize(length) + length;
}

/** Writes a byte string, with its head, where there is room for it. */
export function writeBytes(writing: Writing, string: Uint8Array): void {
  writeHead(writing, 2, string.length);
  putBytes(writing.bytes, writing.at, string);
  writing.at += string.length;
}

/** How many bytes the value takes; everything the profile lacks is found here. */
function sizeOf(value: CborValue): number {
  switch (typeof value) {
    case 'number':
      return headSize(argumentOf(value));
    case 'string':
      return textSize(value);
    case 'boolean':
      return 1;
    case 'object':
      if (value === null) return 1;
      if (value instanceof Uint8Array) return stringSize(value);
      if (Array.isArray(value)) return arraySize(value as readonly CborValue[]);
      if (value instanceof Map) return mapSize(value);
  }
  throw new TypeError('CBOR here holds integers, texts, bytes, arrays, maps, booleans and null');
}

function arraySize(list: readonly CborValue[]): number {
  let size = headSize(list.length);
  for (const member of list) size += sizeOf(member);
  return size;
}

function mapSize(map: CborMap): number {
  let size = headSize(map.size);
  for (const [key, member] of map) {
    if (typeof key !== 'number' && typeof key !== 'string') {
      throw new TypeError('keys of CBOR maps here are integers or texts');
    }
    size += sizeOf(key) + sizeOf(member);
  }
  return size;
}

function textSize(text: string): number {
  if (text.startsWith('\ufeff')) throw new TypeError('a text with a byte order mark in front');
  const { length } = isAscii(text) ? text : textBytes(text);
  return headSize(length) + length;
}

/** What stands in the head of an integer (RFC 8949 §3.1). */
function argumentOf(value: number): number {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new TypeError(`CBOR here holds safe integers alone, not \`${value}\``);
  }
  return value < 0 ? -1 - value : value;
}

function headSize(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x1_0000) return 3;
  return argument < 0x1_0000_0000 ? 5 : 9;
}

function writeItem(writing: Writing, value: CborValue): void {
  if (typeof value === 'number') writeHead(writing, value < 0 ? 1 : 0, argumentOf(value));
  else if (typeof value === 'string') writeText(writing, value);
  else if (value === null) writeHead(writing, 7, 22);
  else if (typeof value === 'boolean') writeHead(writing, 7, value ? 21 : 20);
  else if (value instanceof Uint8Array) writeBytes(writing, value);
  else if (value instanceof Map) writeMap(writing, value);
  else {
    const list = value as readonly CborValue[];
    writeHead(writing, 4, list.length);
    for (const member of list) writeItem(writing, member);
  }
}

/** The fewest bytes that hold the argument, most significant first (RFC 8949 §4.2.1). */
function writeHead(writing: Writing, major: number, argument: number): void {
  const { bytes } = writing;
  const size = headSize(argument) - 1;
  if (size === 0) {
    bytes[writing.at++] = (major << 5) | argument;
    return;
  }
  // 24 to 27 stand for 1, 2, 4 and 8 bytes.
  bytes[writing.at] = (major << 5) | (55 - Math.clz32(size));
  let rest = argument;
  for (let index = size; index > 0; index--) {
    bytes[writing.at + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  writing.at += 1 + size;
}

function writeText(writing: Writing, text: string): void {
  if (isAscii(text)) {
    writeHead(writing, 3, text.length);
    for (let at = 0; at < text.length; at++) writing.bytes[writing.at++] = text.charCodeAt(at);
    return;
  }
  const bytes = textBytes(text);
  writeHead(writing, 3, bytes.length);
  putBytes(writing.bytes, writing.at, bytes);
  writing.at += bytes.length;
}

/** Whether each character is one byte, as in all texts of DKP/1 but names that people give. */
function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return false;
  return true;
}

function writeMap(writing: Writing, map: CborMap): void {
  writeHead(writing, 5, map.size);
  for (const [key, member] of inOrder(map)) {
    writeItem(writing, key);
    writeItem(writing, member);
  }
}

/** The pairs in the order of their keys; most maps are made in it. */
function inOrder(map: CborMap): Iterable<readonly [number | string, CborValue]> {
  let before: number | string | undefined;
  for (const key of map.keys()) {
    if (before !== undefined && compareKeys(before, key) > 0) {
      return [...map].sort(([a], [b]) => compareKeys(a, b));
    }
    before = key;
  }
  return map;
}

/** Bytewise order of the encoded keys: unsigned, then negative, then text; each by size, then value. */
function compareKeys(a: number | string, b: number | string): number {
  if (typeof a === 'string' && typeof b === 'string') {
    const [first, second] = [textBytes(a), textBytes(b)];
    return first.length - second.length || compareBytes(first, second);
  }
  if (typeof a === 'string') return 1;
  if (typeof b === 'string') return -1;
  if (a >= 0 === b >= 0) return Math.abs(a) - Math.abs(b);
  return a >= 0 ? -1 : 1;
}
