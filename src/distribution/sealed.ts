/**
 * Messages under a signature: an untagged COSE_Sign1 (RFC 9052 §4.2) over JSON, with external data of its own, so that no
 * object of DKP/1 can stand for a message of a feed, nor the other way round.
 */
import type { Crypto, PublicKey } from '../../protocol/crypto/crypto.js';
import type { Checking, Signer, Signing } from '../../protocol/crypto/steps.js';
import { algorithmOf, keyId } from '../../protocol/objects/cose-key.js';
import { signedBytes } from '../../protocol/objects/envelope.js';
import { sameBytes } from '../../protocol/wire/bytes.js';
import { type CborValue, decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';
import type { CborCaps } from '../../protocol/wire/cbor-read.js';
import { bytesText, textBytes } from '../../protocol/wire/text.js';
import type { Outcome } from '../values/outcome.js';
import type { FeedMessage } from './message.js';
import { parseMessage } from './parse-message.js';

/** Longest sealed message, in bytes: a change set of a hundred thousand elements. */
export const SEALED_BYTES_MAX = 1 << 26;

/**
 * Why bytes are no message. `envelope`: not such a COSE_Sign1. `signature`: by no key that is trusted, or wrong.
 * `message`: signed, but not to be understood.
 */
export type SealedCode = 'envelope' | 'signature' | 'message';

/** COSE header labels (RFC 9052 §3.1, RFC 9596 §2), and the media type that says what is signed. */
const ALG = 1;
const KID = 4;
const TYP = 16;
const TYPE = 'application/vnd.doorwright.feed+json';
const EXTERNAL = encodeCbor(textBytes('doorwright feed/1'));
const CAPS: CborCaps = { bytes: SEALED_BYTES_MAX, depth: 3, items: 16 };

/** Signs a message. Drive it with `signNow`, or with a driver for keys that answer later. */
export function* sealMessage<S extends Signer>(
  message: FeedMessage,
  signer: S,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  const { publicKey } = signer;
  const header = new Map<number, CborValue>([
    [ALG, algorithmOf(publicKey)],
    [KID, keyId(crypto, publicKey)],
    [TYP, TYPE],
  ]);
  const protectedBytes = encodeCbor(header);
  const payload = textBytes(JSON.stringify(message));
  const signature = yield { signer, message: signedBytes(protectedBytes, payload, EXTERNAL) };
  if (signature.length !== 64) throw new TypeError('a signature has 64 bytes');
  return encodeCbor([protectedBytes, new Map(), payload, signature]);
}

/** The message in sealed bytes, if one of these keys signed it. */
export function* openMessage(
  bytes: Uint8Array,
  keys: readonly PublicKey[],
  crypto: Crypto,
): Checking<Outcome<FeedMessage, SealedCode>> {
  const parts = partsOf(bytes);
  if (parts === undefined) {
    return { ok: false, code: 'envelope', detail: 'no COSE_Sign1 of a feed' };
  }
  const { algorithm, kid, protectedBytes, payload, signature } = parts;
  const message = signedBytes(protectedBytes, payload, EXTERNAL);
  for (const key of keys) {
    if (algorithmOf(key) !== algorithm || !sameBytes(keyId(crypto, key), kid)) continue;
    if (yield { key, message, signature }) return readPayload(payload);
  }
  return { ok: false, code: 'signature', detail: 'signed by no key that is trusted here' };
}

interface Parts {
  readonly algorithm: CborValue | undefined;
  readonly kid: Uint8Array;
  readonly protectedBytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function partsOf(bytes: Uint8Array): Parts | undefined {
  const decoded = decodeCbor(bytes, CAPS);
  if (!decoded.ok || !Array.isArray(decoded.value) || decoded.value.length !== 4) return undefined;
  const [protectedBytes, unprotected, payload, signature] = decoded.value as readonly CborValue[];
  if (!(protectedBytes instanceof Uint8Array && payload instanceof Uint8Array)) return undefined;
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return undefined;
  if (!(unprotected instanceof Map) || unprotected.size !== 0) return undefined;
  const header = decodeCbor(protectedBytes);
  if (!header.ok || !(header.value instanceof Map) || header.value.size !== 3) return undefined;
  const map = header.value as ReadonlyMap<number | string, CborValue>;
  const kid = map.get(KID);
  if (map.get(TYP) !== TYPE || !(kid instanceof Uint8Array)) return undefined;
  return { algorithm: map.get(ALG), kid, protectedBytes, payload, signature };
}

function readPayload(payload: Uint8Array): Outcome<FeedMessage, SealedCode> {
  const text = bytesText(payload);
  let json: unknown;
  try {
    json = text === undefined ? undefined : JSON.parse(text);
  } catch {
    json = undefined;
  }
  const message = parseMessage(json);
  return message.ok ? message : { ok: false, code: 'message', detail: message.detail };
}
