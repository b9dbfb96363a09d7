/**
 * What signed objects say of themselves, read without checking who signed them. It chooses what to carry
 * to a lock and nothing else: the lock judges each object for itself.
 */
import { logAckClaims } from '../objects/acknowledgements.js';
import { type ObjectKind, parseEnvelope } from '../objects/envelope.js';
import { policyUpdateClaims } from '../objects/policy-update.js';
import { timeTokenClaims } from '../objects/time-token.js';
import { trustUpdateClaims } from '../objects/trust-update.js';
import { type CborMap, decodeCbor } from '../wire/cbor.js';
import { remembered } from './remembered.js';

type Reader<T> = (bytes: Uint8Array) => T | undefined;

/** Who seems to have signed an object, and when. */
export interface SeemingSigner {
  /** The key id. */
  readonly signerId: Uint8Array;
  /** Claim 6, Unix seconds. */
  readonly iat: number;
}

/** Who seems to have signed an object of this kind. */
export function signerOf(kind: ObjectKind, bytes: Uint8Array): SeemingSigner | undefined {
  let reader = SIGNERS.get(kind);
  if (reader === undefined) {
    reader = remembered((object) => readSigner(kind, object));
    SIGNERS.set(kind, reader);
  }
  return reader(bytes);
}

/** The versions a policy update leads from and to; no base in a snapshot. */
export const policyVersionsOf: Reader<{ readonly base?: number; readonly policyVersion: number }> =
  remembered((bytes) => {
    const payload = payloadOf('policy-update', bytes);
    const claims = payload && policyUpdateClaims.parse(payload);
    return claims?.ok ? claims.value : undefined;
  });

/** The epoch a trust update leads to. */
export const trustEpochOf: Reader<number> = remembered((bytes) => {
  const decoded = decodeCbor(bytes);
  const [first] = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  const payload = first instanceof Uint8Array ? payloadOf('trust-update', first) : undefined;
  const claims = payload && trustUpdateClaims.parse(payload);
  return claims?.ok ? claims.value.trustEpoch : undefined;
});

/** The lock and the log record that a log acknowledgement names. */
export const logAckOf: Reader<{ readonly lockId: Uint8Array; readonly sequence: number }> =
  remembered((bytes) => {
    const payload = payloadOf('log-ack', bytes);
    const claims = payload && logAckClaims.parse(payload);
    return claims?.ok ? claims.value : undefined;
  });

/** The stamp of a time token, Unix seconds, and the nonce it answers. */
export const timeTokenOf: Reader<{ readonly iat: number; readonly nonce?: Uint8Array }> =
  remembered((bytes) => {
    const payload = payloadOf('time-token', bytes);
    const claims = payload && timeTokenClaims.parse(payload);
    return claims?.ok ? claims.value : undefined;
  });

/** A reader for each kind of object that was asked about. */
const SIGNERS = new Map<ObjectKind, Reader<SeemingSigner>>();

function readSigner(kind: ObjectKind, bytes: Uint8Array): SeemingSigner | undefined {
  const envelope = parseEnvelope(bytes, kind);
  if (!envelope.ok) return undefined;
  const claims = decodeCbor(envelope.value.payload as Uint8Array);
  const map = claims.ok && claims.value instanceof Map ? (claims.value as CborMap) : undefined;
  const iat = map?.get(6);
  return typeof iat === 'number' ? { signerId: envelope.value.keyId, iat } : undefined;
}

function payloadOf(kind: ObjectKind, bytes: Uint8Array): Uint8Array | undefined {
  const envelope = parseEnvelope(bytes, kind);
  return envelope.ok ? (envelope.value.payload ?? undefined) : undefined;
}
