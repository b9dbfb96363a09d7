/**
 * CBOR in and out, strict on both ways. cbor-x does the work behind the scanner; by itself it neither
 * writes nor demands deterministic bytes (offline.md §5.1), so nobody else may import it.
 */
import { Decoder, Encoder } from 'cbor-x/index-no-eval';
import type { Outcome } from '../../src/values/outcome.js';
import { compareBytes, copyBytes } from './bytes.js';
import { type CborCaps, type CborCode, MESSAGE_CAPS, scanCbor } from './cbor-scan.js';
import { isText, textBytes } from './text.js';

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

const OPTIONS = {
  useRecords: false,
  mapsAsObjects: false,
  variableMapSize: true,
  tagUint8Array: false,
  useTag259ForMaps: false,
};
const decoder = new Decoder(OPTIONS);
const encoder = new Encoder(OPTIONS);

/**
 * The one value that all of `bytes` hold; nothing in it shares memory with them.
 * @returns a code of the scanner, with the offset at which the bytes leave the profile in the detail.
 */
export function decodeCbor(
  bytes: Uint8Array,
  caps: CborCaps = MESSAGE_CAPS,
): Outcome<CborValue, CborCode> {
  const wrong = scanCbor(bytes, caps);
  if (wrong !== undefined) {
    return { ok: false, code: wrong.code, detail: `not deterministic CBOR at byte ${wrong.at}` };
  }
  // A copy: the decoder hangs its own view on what it reads, and would believe one that hangs there.
  return { ok: true, value: owned(decoder.decode(copyBytes(bytes))) };
}

/**
 * The deterministic bytes of a value. Keys are sorted here; their order in the map does not matter.
 * @throws TypeError for a number that is no safe integer, a text without UTF-8 or with a byte order mark in
 *   front, or anything else that the profile lacks: a mistake of the caller, never of outside data.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  // The encoder answers with a view on a pool that it uses again.
  return new Uint8Array(encoder.encode(prepared(value)));
}

/** Numbers above 2^32 come as bigint, and byte strings as views on the input. */
function owned(value: unknown): CborValue {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(owned);
  if (value instanceof Map) {
    const map = new Map<number | string, CborValue>();
    for (const [key, member] of value) map.set(owned(key) as number | string, owned(member));
    return map;
  }
  return value as CborValue;
}

/** What cbor-x writes as the profile wants it: large integers as bigint (else they become floats), keys sorted. */
function prepared(value: CborValue): unknown {
  switch (typeof value) {
    case 'number':
      return preparedNumber(value);
    case 'string':
      return preparedText(value);
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return value;
      if (value instanceof Uint8Array) return new Uint8Array(value);
      if (Array.isArray(value)) return Array.from(value as readonly CborValue[], prepared);
      if (value instanceof Map) return preparedMap(value);
  }
  throw new TypeError('CBOR here holds integers, texts, bytes, arrays, maps, booleans and null');
}

function preparedNumber(value: number): number | bigint {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new TypeError(`CBOR here holds safe integers alone, not \`${value}\``);
  }
  return value > 0xffff_ffff || value < -0x1_0000_0000 ? BigInt(value) : value;
}

function preparedText(value: string): string {
  if (!isText(textBytes(value))) throw new TypeError('a text with a byte order mark in front');
  return value;
}

function preparedMap(map: CborMap): Map<unknown, unknown> {
  for (const key of map.keys()) {
    if (typeof key !== 'number' && typeof key !== 'string') {
      throw new TypeError('keys of CBOR maps here are integers or texts');
    }
  }
  const sorted = [...map].sort(([a], [b]) => compareKeys(a, b));
  return new Map(sorted.map(([key, value]) => [prepared(key), prepared(value)]));
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
