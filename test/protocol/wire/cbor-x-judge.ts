/**
 * cbor-x as a second judge of values and bytes: it knows nothing of our codec. By itself it neither demands
 * nor writes deterministic bytes (docs/decisions/0008-cbor.md), so it is told here what it must be told.
 */
import { Decoder, Encoder } from 'cbor-x';
import type { CborMap, CborValue } from '../../../protocol/wire/cbor.js';

const OPTIONS = {
  useRecords: false,
  mapsAsObjects: false,
  variableMapSize: true,
  tagUint8Array: false,
  useTag259ForMaps: false,
};
const decoder = new Decoder(OPTIONS);
const encoder = new Encoder(OPTIONS);

/** What cbor-x reads in these bytes. */
export function judgeDecodes(bytes: Uint8Array): unknown {
  // A copy: it hangs a view of its own on what it reads.
  return plain(decoder.decode(Buffer.from(bytes)));
}

/** What cbor-x writes for this value. */
export function judgeEncodes(value: CborValue): Uint8Array {
  return new Uint8Array(encoder.encode(told(value)));
}

/** Its large numbers are bigints, its byte strings Buffers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([key, member]) => [plain(key), plain(member)]));
}

/** Integers of more than four bytes as bigints, else they become floats; keys in the order of the bytes it gives them itself. */
function told(value: CborValue): unknown {
  if (typeof value === 'number') {
    return value > 0xffff_ffff || value < -0x1_0000_0000 ? BigInt(value) : value;
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(told);
  if (!(value instanceof Map)) return value;
  const pairs = [...(value as CborMap)].map(([key, member]) => {
    const name = told(key);
    return { name, member: told(member), bytes: Buffer.from(encoder.encode(name)) };
  });
  pairs.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  return new Map(pairs.map(({ name, member }) => [name, member]));
}
