/** An organisation that signs for one lock, object by object, so that each can be made wrong in one place. */
import { type InstantSigner, memorySigner, signNow } from '../../protocol/crypto/steps.js';
import { logAckClaims } from '../../protocol/objects/acknowledgements.js';
import { type AdminUpdate, adminUpdateClaims } from '../../protocol/objects/admin-update.js';
import {
  type Certificate,
  type CertificateRole,
  certificateClaims,
  ROLE_BITS,
} from '../../protocol/objects/certificate.js';
import { type ObjectKind, sealEnvelope } from '../../protocol/objects/envelope.js';
import { type Grant, grantClaims } from '../../protocol/objects/grant.js';
import {
  type Mark,
  type PolicyUpdate,
  policyUpdateClaims,
} from '../../protocol/objects/policy-update.js';
import { type TimeToken, timeTokenClaims } from '../../protocol/objects/time-token.js';
import { rootHash, sealTrustUpdate } from '../../protocol/objects/trust-update.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';

export const crypto = nodeCrypto();

/** 2026-11-22T04:00:00Z, a whole minute. */
export const T0 = 1_795_320_000;
export const DAY = 86_400;
export const LOCK_ID = Uint8Array.of(0xa0, 1, 2, 3, 4, 5, 6, 7);
export const SITE_ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** `size` bytes of one number. */
export function filled(byte: number, size = 32): Uint8Array {
  return new Uint8Array(size).fill(byte);
}

/** An Ed25519 signer of a small number, or a P-256 one. */
export function signerOf(number: number, kind: 'ed25519' | 'es256' = 'ed25519'): InstantSigner {
  return memorySigner(crypto, kind, filled(number));
}

export const root = signerOf(1);
export const nextRoot = signerOf(2);
export const thirdRoot = signerOf(3);
export const keys = {
  grant: signerOf(11),
  policy: signerOf(12),
  time: signerOf(13),
  bundle: signerOf(14),
  admin: signerOf(15),
} as const;
export const phoneKey = signerOf(101);
export const strangerKey = signerOf(102);

/** What a lock is told at its commissioning. */
export const trust = {
  root: root.publicKey,
  trustEpoch: 1,
  nextRootHash: rootHash(crypto, nextRoot.publicKey),
};
export const advertKey = filled(0x21);
export const logSecret = filled(0x22);

/** The device's and the person's tag of the usual grant. */
export const TAGS = [filled(0xd1, 8), filled(0xe1, 8)] as const;

/** Any payload under any signer. */
export function sealed(kind: ObjectKind, signer: InstantSigner, payload: Uint8Array): Uint8Array {
  return signNow(sealEnvelope(kind, signer, payload, crypto));
}

/** A certificate of one role, from a day before T0, for 29 days after it. */
export function certificateOf(
  role: CertificateRole,
  edits: Partial<Certificate> = {},
  by: InstantSigner = root,
): Uint8Array {
  return sealed('certificate', by, certificateClaims.encode(certificateClaimsOf(role, edits)));
}

/** The claims of `certificateOf`. */
export function certificateClaimsOf(
  role: CertificateRole,
  edits: Partial<Certificate> = {},
): Certificate {
  return {
    version: 1,
    nbf: T0 - DAY,
    exp: T0 + 29 * DAY,
    key: keys[role].publicKey,
    roles: ROLE_BITS[role],
    lifeMax: 30 * DAY,
    trustEpoch: 1,
    siteId: SITE_ID,
    ...edits,
  };
}

/** The claims of a grant for a day from T0 on: unlock, no window, time policy 0, no requirement. */
export function grantOf(edits: Partial<Grant> = {}): Grant {
  return {
    lockId: LOCK_ID,
    exp: T0 + DAY,
    nbf: T0 - 60,
    iat: T0 - 60,
    id: filled(0x0c, 8),
    key: phoneKey.publicKey,
    scope: 1,
    version: 1,
    tags: TAGS,
    timePolicy: 0,
    requirements: 0,
    policyVersion: 0,
    ...edits,
  };
}

/** A grant as signed. */
export function grantBytes(edits: Partial<Grant> = {}, by: InstantSigner = keys.grant): Uint8Array {
  return sealed('grant', by, grantClaims.encode(grantOf(edits)));
}

/** A policy update as signed; a snapshot unless `base` is given. Its digest says its version. */
export function policyBytes(
  edits: Partial<PolicyUpdate> & Pick<PolicyUpdate, 'policyVersion'>,
  by: InstantSigner = keys.policy,
): Uint8Array {
  return sealed('policy-update', by, policyUpdateClaims.encode(policyOf(edits)));
}

/** The claims of `policyBytes`. */
export function policyOf(
  edits: Partial<PolicyUpdate> & Pick<PolicyUpdate, 'policyVersion'>,
): PolicyUpdate {
  return {
    version: 1,
    lockId: LOCK_ID,
    iat: T0 - 5,
    post: filled(edits.policyVersion % 256, 16),
    floor: { issuedUntil: 0, version: 0 },
    marks: [],
    blocked: [],
    ...edits,
  };
}

/** A mark that kills what was issued until a minute before T0. */
export function markOf(edits: Partial<Mark> = {}): Mark {
  return { tag: TAGS[0], issuedUntil: T0 - 60, version: 0, until: T0 + DAY, ...edits };
}

/** A time token as signed: T0 - 5 with a radius of 5 seconds. */
export function timeBytes(
  edits: Partial<TimeToken> = {},
  by: InstantSigner = keys.time,
): Uint8Array {
  return sealed('time-token', by, timeTokenClaims.encode({ iat: T0 - 5, radius: 5, ...edits }));
}

/** An admin update as signed. */
export function adminBytes(
  edits: Partial<AdminUpdate> & Pick<AdminUpdate, 'sequence'>,
  by: InstantSigner = keys.admin,
): Uint8Array {
  const update = { version: 1, lockId: LOCK_ID, iat: T0 - 5, ...edits };
  return sealed('admin-update', by, adminUpdateClaims.encode(update));
}

/** A log acknowledgement as signed. */
export function logAckBytes(sequence: number, iat = T0, lockId: Uint8Array = LOCK_ID): Uint8Array {
  const claims = { lockId, iat, version: 1, sequence };
  return sealed('log-ack', keys.policy, logAckClaims.encode(claims));
}

/** The change from the first root to the second, which commits to the third. */
export function trustBytes(
  trustEpoch = 2,
  byOld: InstantSigner = root,
  byNew: InstantSigner = nextRoot,
  next: InstantSigner = thirdRoot,
): Uint8Array {
  const nextRootHash = rootHash(crypto, next.publicKey);
  const update = { root: byNew.publicKey, trustEpoch, nextRootHash };
  return signNow(sealTrustUpdate(update, byOld, byNew, crypto));
}
