/** Reads the committed vectors as any other implementation would: as JSON, bytes as hex. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { coseKey } from '../../protocol/objects/cose-key.js';
import { decodeCbor } from '../../protocol/wire/cbor.js';
import { fromHex } from '../../protocol/wire/hex.js';

/** One vector; tests pick the members that its file has. */
export interface Vector {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs from file to file and is JSON.
  readonly [member: string]: any;
}

/** The text of a vector file. */
export function vectorText(name: string): string {
  return readFileSync(new URL(`../../protocol/vectors/${name}`, import.meta.url), 'utf8');
}

/** One list of a vector file. */
export function vectors(name: string, list: string): readonly Vector[] {
  const found = JSON.parse(vectorText(name))[list];
  if (!Array.isArray(found) || found.length === 0) throw new Error(`no ${list} in ${name}`);
  return found;
}

/** The bytes of hex. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`no hex: ${hex}`);
  return bytes;
}

/** The public key in the bytes of a COSE_Key. */
export function keyOf(cose: string): PublicKey {
  const decoded = decodeCbor(bytesOf(cose));
  const key = decoded.ok ? coseKey.read(decoded.value) : undefined;
  if (key === undefined) throw new Error(`no key: ${cose}`);
  return key;
}

/** The folder of the vectors. */
export const VECTORS_FOLDER = fileURLToPath(new URL('../../protocol/vectors/', import.meta.url));
