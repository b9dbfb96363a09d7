/** The server's side of a commissioning: what to tell the lock, and what to believe of its answer (offline.md §3.9). */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import type { ClaimsCode } from '../objects/claims.js';
import { type EnvelopeCode, openEnvelope, parseEnvelope } from '../objects/envelope.js';
import { type LockIdentity, lockIdentityClaims } from '../objects/lock-identity.js';
import { rootHash } from '../objects/trust-update.js';
import { sameBytes } from '../wire/bytes.js';

/** Why a lock's answer is not believed. */
export type LockIdentityCode =
  | EnvelopeCode
  | ClaimsCode
  | 'identity_key'
  | 'identity_signature'
  | 'identity_other_session'
  | 'identity_other_root';

/** The commissioning session an answer must belong to. */
export interface CommissioningSession {
  /** Of the Noise_NKpsk2 handshake, 32 bytes. */
  readonly handshakeHash: Uint8Array;
  readonly root: PublicKey;
}

/**
 * The keys a lock made for itself, when the answer is signed by the identity it names and is of this session
 * and root. That it is this lock follows from the handshake with the key and the secret on its label.
 */
export function* openLockIdentity(
  bytes: Uint8Array,
  session: CommissioningSession,
  crypto: Crypto,
): Checking<Outcome<LockIdentity, LockIdentityCode>> {
  const envelope = parseEnvelope(bytes, 'lock-identity');
  if (!envelope.ok) return envelope;
  const parsed = lockIdentityClaims.parse(envelope.value.payload as Uint8Array);
  if (!parsed.ok) return parsed;
  const claims = parsed.value;
  const key = { kind: 'ed25519', x: claims.identityKey } as const;
  if (!crypto.admitsKey(key)) return refused('identity_key', 'an identity key nobody may use');
  if ((yield* openEnvelope(envelope.value, [key], crypto)) === undefined) {
    return refused('identity_signature', 'not signed by the key it names');
  }
  if (!sameBytes(claims.handshakeHash, session.handshakeHash)) {
    return refused('identity_other_session', 'of another session');
  }
  if (!sameBytes(claims.rootHash, rootHash(crypto, session.root))) {
    return refused('identity_other_root', 'the lock took another root');
  }
  return { ok: true, value: claims };
}

function refused(code: LockIdentityCode, detail: string): Outcome<never, LockIdentityCode> {
  return { ok: false, code, detail };
}
