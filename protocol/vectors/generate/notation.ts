/** How vectors write bytes and CBOR in JSON, so that any language reads them with its plain JSON parser. */
import type { CborMap, CborValue } from '../../wire/cbor.js';
import { toHex } from '../../wire/hex.js';

/** A JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Anything of the generator's: bytes stand for their hex, undefined members for none. */
export type Writable =
  | Json
  | Uint8Array
  | undefined
  | readonly Writable[]
  | { readonly [key: string]: Writable };

/** The JSON of a value, with every byte string as lower-case hex. */
export function jsonOf(value: Writable): Json {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return (value as readonly Writable[]).map(jsonOf);
  if (typeof value !== 'object' || value === null) return value as Json;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, jsonOf(member as Writable)]));
}

/**
 * CBOR as JSON, so that a judge can encode it anew: a map is an object whose keys are the labels in
 * decimal, a byte string `h'…'`. Texts in the vectors never begin with `h'`, and no map has text keys.
 */
export function labelled(value: CborValue): Json {
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`;
  if (Array.isArray(value)) return (value as readonly CborValue[]).map(labelled);
  if (value instanceof Map) {
    const members = [...(value as CborMap)].map(([key, member]) => [String(key), labelled(member)]);
    return Object.fromEntries(members);
  }
  return value as Json;
}

/** The text of one vector file: one vector a line, so that a change of one shows as one. */
export function fileText(
  about: string,
  lists: { readonly [name: string]: readonly Writable[] },
): string {
  const members = Object.entries(lists).map(([name, list]) => {
    const lines = list.map((vector) => `    ${JSON.stringify(jsonOf(vector))}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n  ]`;
  });
  const head = [`  "protocol": "DKP/1"`, `  "about": ${JSON.stringify(about)}`];
  return `{\n${[...head, ...members].join(',\n')}\n}\n`;
}
