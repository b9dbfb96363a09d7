/**
 * The signed envelope: an untagged COSE_Sign1 (RFC 9052 §4.2) of one shape, with everything it says
 * about itself in the protected header and `DKP/1` as external data (offline.md §3.2).
 */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Checking, Signer, Signing } from '../crypto/steps.js';
import { joinBytes, putBytes, sameBytes } from '../wire/bytes.js';
import {
  type CborMap,
  type CborValue,
  decodeCbor,
  encodeCbor,
  stringSize,
  writeBytes,
} from '../wire/cbor.js';
import type { CborCaps, CborCode } from '../wire/cbor-read.js';
import { textBytes } from '../wire/text.js';
import { algorithmOf, keyId } from './cose-key.js';

/** The explicit type of each kind of object (RFC 9596), so that none can stand for another. */
export const OBJECT_TYPES = {
  certificate: 65_001,
  grant: 65_002,
  'policy-update': 65_003,
  'time-token': 65_004,
  proof: 65_005,
  receipt: 65_006,
  bundle: 65_007,
  'trust-update': 65_008,
  'log-ack': 65_009,
  'device-ack': 65_010,
  'admin-update': 65_011,
  'lock-identity': 65_012,
} as const;

/** The kind of a signed object. */
export type ObjectKind = keyof typeof OBJECT_TYPES;

/** Why bytes are no envelope of the wanted kind. */
export type EnvelopeCode =
  | CborCode
  | 'envelope_shape'
  | 'envelope_header'
  | 'envelope_algorithm'
  | 'envelope_type'
  | 'envelope_payload';

/** An envelope whose shape holds; nothing in it is to be believed before `openEnvelope` said yes. */
export interface Envelope {
  readonly kind: ObjectKind;
  /** -8 or -7. */
  readonly algorithm: number;
  /** 8 bytes; a look-up, never trust. */
  readonly keyId: Uint8Array;
  readonly protectedBytes: Uint8Array;
  /** Null in a proof, whose payload both sides know. */
  readonly payload: Uint8Array | null;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** COSE header labels (RFC 9052 §3.1, RFC 9596 §2). */
const ALG = 1;
const KID = 4;
const TYP = 16;
/** Head of the array of four, and its first member. */
const CONTEXT = joinBytes(Uint8Array.of(0x84), encodeCbor('Signature1'));
const EXTERNAL = encodeCbor(textBytes('DKP/1'));
const ALGORITHMS: readonly CborValue[] = [-8, -7];

/** Reads an envelope of one kind. A proof must be detached, everything else must carry its payload. */
export function parseEnvelope(
  bytes: Uint8Array,
  kind: ObjectKind,
  caps?: CborCaps,
): Outcome<Envelope, EnvelopeCode> {
  const decoded = decodeCbor(bytes, caps);
  if (!decoded.ok) return decoded;
  const parts = decoded.value;
  if (!Array.isArray(parts) || parts.length !== 4)
    return refused('envelope_shape', 'no array of 4');
  const [protectedBytes, unprotected, payload, signature] = parts as readonly CborValue[];
  if (!(unprotected instanceof Map) || unprotected.size !== 0) {
    return refused('envelope_header', 'unprotected header is not empty');
  }
  if (!(signature instanceof Uint8Array) || signature.length !== 64) {
    return refused('envelope_shape', 'signature has not 64 bytes');
  }
  if (!(protectedBytes instanceof Uint8Array)) return refused('envelope_shape', 'no header');
  const isPayload = kind === 'proof' ? payload === null : payload instanceof Uint8Array;
  if (!isPayload) return refused('envelope_payload', 'payload missing, or where none may be');
  const header = parseHeader(protectedBytes, kind);
  if (!header.ok) return header;
  const body = payload as Uint8Array | null;
  return { ok: true, value: { ...header.value, kind, protectedBytes, payload: body, signature } };
}

/** The kind that an envelope says it is, for a reader of any object; undefined when it says none. */
export function envelopeKind(bytes: Uint8Array, caps?: CborCaps): ObjectKind | undefined {
  for (const kind of Object.keys(OBJECT_TYPES) as ObjectKind[]) {
    if (parseEnvelope(bytes, kind, caps).ok) return kind;
  }
  return undefined;
}

/**
 * Whether one of the candidate keys signed this envelope. Candidates are those that the reader trusts
 * for this kind of object; the key id only chooses among them, and several may share one.
 * @param detached - the payload of a proof.
 */
export function* openEnvelope(
  envelope: Envelope,
  candidates: readonly PublicKey[],
  crypto: Crypto,
  detached?: Uint8Array,
): Checking<PublicKey | undefined> {
  const payload = envelope.payload ?? detached;
  if (payload === undefined) throw new TypeError('a detached payload is needed to check a proof');
  const message = signedBytes(envelope.protectedBytes, payload);
  for (const key of candidates) {
    if (algorithmOf(key) !== envelope.algorithm) continue;
    if (!sameBytes(keyId(crypto, key), envelope.keyId)) continue;
    if (yield { key, message, signature: envelope.signature }) return key;
  }
  return undefined;
}

/** Signs a payload. For a proof the payload stays outside the envelope. */
export function* sealEnvelope<S extends Signer>(
  kind: ObjectKind,
  signer: S,
  payload: Uint8Array,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  const { publicKey } = signer;
  const protectedBytes = headerBytes(kind, algorithmOf(publicKey), keyId(crypto, publicKey));
  const signature = yield { signer, message: signedBytes(protectedBytes, payload) };
  if (signature.length !== 64) throw new TypeError('a signature has 64 bytes');
  return encodeCbor([protectedBytes, new Map(), kind === 'proof' ? null : payload, signature]);
}

/**
 * The bytes under a signature: the Sig_structure of RFC 9052 §4.4.
 * @param external - the external data as an encoded byte string; other protocols than DKP/1 bring their own.
 */
export function signedBytes(
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  external: Uint8Array = EXTERNAL,
): Uint8Array {
  const strings = stringSize(protectedBytes) + stringSize(payload);
  const bytes = new Uint8Array(CONTEXT.length + strings + external.length);
  putBytes(bytes, 0, CONTEXT);
  const writing = { bytes, at: CONTEXT.length };
  writeBytes(writing, protectedBytes);
  putBytes(bytes, writing.at, external);
  writing.at += external.length;
  writeBytes(writing, payload);
  return bytes;
}

/** The protected header: a map of three members, each of one length. */
function headerBytes(kind: ObjectKind, algorithm: number, id: Uint8Array): Uint8Array {
  const type = OBJECT_TYPES[kind];
  // An algorithm is a negative number, and its head holds -1 less it.
  const before = Uint8Array.of(0xa3, ALG, 0x1f - algorithm, KID, 0x48);
  return joinBytes(before, id, Uint8Array.of(TYP, 0x19, type >> 8, type & 0xff));
}

function parseHeader(
  bytes: Uint8Array,
  kind: ObjectKind,
): Outcome<Pick<Envelope, 'algorithm' | 'keyId'>, EnvelopeCode> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return decoded;
  const header = decoded.value;
  if (!(header instanceof Map) || header.size !== 3) {
    return refused('envelope_header', 'protected header has not exactly alg, kid and typ');
  }
  const map = header as CborMap;
  const algorithm = map.get(ALG);
  const id = map.get(KID);
  if (typeof algorithm !== 'number' || !ALGORITHMS.includes(algorithm)) {
    return refused('envelope_algorithm', 'algorithm is neither EdDSA nor ES256');
  }
  if (!(id instanceof Uint8Array) || id.length !== 8) {
    return refused('envelope_header', 'key id has not 8 bytes');
  }
  if (map.get(TYP) !== OBJECT_TYPES[kind]) return refused('envelope_type', `this is no ${kind}`);
  return { ok: true, value: { algorithm, keyId: id } };
}

function refused(code: EnvelopeCode, detail: string): Outcome<never, EnvelopeCode> {
  return { ok: false, code, detail };
}
