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

/** Who seems to have signed an object, and when: the key id and claim 6 (Unix seconds). */
export function signerOf(
  kind: ObjectKind,
  bytes: Uint8Array,
): { readonly signerId: Uint8Array; readonly iat: number } | undefined {
  const envelope = parseEnvelope(bytes, kind);
  if (!envelope.ok) return undefined;
  const claims = decodeCbor(envelope.value.payload as Uint8Array);
  const map = claims.ok && claims.value instanceof Map ? (claims.value as CborMap) : undefined;
  const iat = map?.get(6);
  return typeof iat === 'number' ? { signerId: envelope.value.keyId, iat } : undefined;
}

/** The versions a policy update leads from and to; no base in a snapshot. */
export function policyVersionsOf(
  bytes: Uint8Array,
): { readonly base?: number; readonly policyVersion: number } | undefined {
  const payload = payloadOf('policy-update', bytes);
  const claims = payload && policyUpdateClaims.parse(payload);
  return claims?.ok ? claims.value : undefined;
}

/** The epoch a trust update leads to. */
export function trustEpochOf(bytes: Uint8Array): number | undefined {
  const decoded = decodeCbor(bytes);
  const [first] = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  const payload = first instanceof Uint8Array ? payloadOf('trust-update', first) : undefined;
  const claims = payload && trustUpdateClaims.parse(payload);
  return claims?.ok ? claims.value.trustEpoch : undefined;
}

/** The lock and the log record that a log acknowledgement names. */
export function logAckOf(
  bytes: Uint8Array,
): { readonly lockId: Uint8Array; readonly sequence: number } | undefined {
  const payload = payloadOf('log-ack', bytes);
  const claims = payload && logAckClaims.parse(payload);
  return claims?.ok ? claims.value : undefined;
}

/** The stamp of a time token, Unix seconds, and the nonce it answers. */
export function timeTokenOf(
  bytes: Uint8Array,
): { readonly iat: number; readonly nonce?: Uint8Array } | undefined {
  const payload = payloadOf('time-token', bytes);
  const claims = payload && timeTokenClaims.parse(payload);
  return claims?.ok ? claims.value : undefined;
}

function payloadOf(kind: ObjectKind, bytes: Uint8Array): Uint8Array | undefined {
  const envelope = parseEnvelope(bytes, kind);
  return envelope.ok ? (envelope.value.payload ?? undefined) : undefined;
}
