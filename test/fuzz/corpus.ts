/** Valid bytes to start from: the published vectors. */
import { readFileSync } from 'node:fs';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { coseKey } from '../../protocol/objects/cose-key.js';
import type { ObjectKind } from '../../protocol/objects/envelope.js';
import { decodeCbor } from '../../protocol/wire/cbor.js';
import { fromHex } from '../../protocol/wire/hex.js';

/** A valid object, and the key that signed it. */
export interface Specimen {
  readonly kind: ObjectKind;
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly key: PublicKey;
}

/** A plaintext inside a session, by who sends it. */
export interface SpokenMessage {
  readonly from: 'm2' | 'phone' | 'lock' | 'setup';
  readonly bytes: Uint8Array;
}

/** What fuzzing starts from. */
export interface Corpus {
  readonly objects: readonly Specimen[];
  readonly trustUpdate: Uint8Array;
  readonly messages: readonly SpokenMessage[];
}

interface ObjectsFile {
  readonly keys: readonly { readonly name: string; readonly cose: string }[];
  readonly objects: readonly ObjectVector[];
  readonly proofs: readonly ObjectVector[];
  readonly trustUpdates: readonly { readonly object: string }[];
}

interface ObjectVector {
  readonly kind: ObjectKind;
  readonly signer: string;
  readonly payload: string;
  readonly object: string;
}

interface MessagesFile {
  readonly accepted: readonly { readonly from: SpokenMessage['from']; readonly bytes: string }[];
}

/** Reads the vectors under `root`, the root of the repository. */
export function readCorpus(root: string): Corpus {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`${root}/protocol/vectors/${name}.json`, 'utf8'));
  const { keys, objects, proofs, trustUpdates } = read('objects') as ObjectsFile;
  const keyByName = new Map(keys.map(({ name, cose }) => [name, keyIn(cose)]));
  return {
    objects: [...objects, ...proofs].map(({ kind, signer, payload, object }) => ({
      kind,
      bytes: bytesIn(object),
      payload: bytesIn(payload),
      key: keyByName.get(signer)!,
    })),
    trustUpdate: bytesIn(trustUpdates[0]!.object),
    messages: (read('messages') as MessagesFile).accepted.map(({ from, bytes }) => ({
      from,
      bytes: bytesIn(bytes),
    })),
  };
}

function keyIn(hex: string): PublicKey {
  const decoded = decodeCbor(bytesIn(hex));
  const key = decoded.ok ? coseKey.read(decoded.value) : undefined;
  if (key === undefined) throw new TypeError(`no COSE_Key: ${hex}`);
  return key;
}

function bytesIn(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError(`no hexadecimal text: ${hex}`);
  return bytes;
}
