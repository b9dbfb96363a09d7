/** The claims from which the vectors are made; every function takes what shall differ. */

import { type CertificateRole, certificateClaims, ROLE_BITS } from '../../objects/certificate.js';
import type { Grant } from '../../objects/grant.js';
import { policyDigest } from '../../objects/policy-digest.js';
import type { PolicyUpdate } from '../../objects/policy-update.js';
import { type Receipt, receiptClaims } from '../../objects/receipt.js';
import { tagOf } from '../../objects/tag.js';
import { rootHash, type Trust } from '../../objects/trust-update.js';
import { publicKey } from './actors.js';
import { crypto, DAY, fixedBytes, LOCK_ID, NOW, SITE_ID, TAG_SECRET } from './fixed.js';

/** The trust that every lock of the vectors is commissioned with. */
export const TRUST: Trust = {
  root: publicKey('root'),
  trustEpoch: 1,
  nextRootHash: rootHash(crypto, publicKey('next root')),
};

/** Certificate for the key of one role, named like it. */
export function certificateOf(role: CertificateRole, change: object = {}): Uint8Array {
  return certificateClaims.encode({
    nbf: NOW - DAY,
    exp: NOW + 29 * DAY,
    key: publicKey(role),
    version: 1,
    roles: ROLE_BITS[role],
    lifeMax: 7 * DAY,
    trustEpoch: 1,
    siteId: SITE_ID,
    ...change,
  });
}

/** The grant of the vectors: a resident's for a day, at all hours; `change` replaces claims. */
export function grantOf(change: Partial<Grant> = {}): Grant {
  return {
    lockId: LOCK_ID,
    nbf: NOW - 5,
    exp: NOW + DAY,
    iat: NOW - 5,
    id: fixedBytes('grant id').slice(0, 8),
    key: publicKey('device'),
    scope: 1,
    version: 1,
    tags: [tag('device', 'device-1'), tag('person', 'person-1')],
    timePolicy: 0,
    requirements: 0,
    policyVersion: 0,
    ...change,
  };
}

/** A tag at the lock of the vectors. */
export function tag(kind: 'device' | 'person' | 'use', id: string): Uint8Array {
  return tagOf(crypto, TAG_SECRET, kind, id, LOCK_ID);
}

/** A policy update with its digest; without marks and with a floor of nothing unless said. */
export function policyUpdateOf(
  change: Partial<PolicyUpdate> = {},
  configVersion = 0,
): PolicyUpdate {
  const claims = {
    lockId: LOCK_ID,
    iat: NOW - 5,
    version: 1,
    policyVersion: 1,
    floor: { issuedUntil: 0, version: 0 },
    marks: [],
    blocked: [],
    ...change,
  };
  return {
    ...claims,
    post: claims.post ?? policyDigest(crypto, LOCK_ID, { ...claims, configVersion }),
  } as PolicyUpdate;
}

/** A receipt after the first opening of a session. */
export function receiptPayload(change: Partial<Receipt> = {}): Uint8Array {
  return receiptClaims.encode({
    lockId: LOCK_ID,
    iat: NOW,
    version: 1,
    sequence: 2,
    policyVersion: 4,
    post: fixedBytes('post').slice(0, 16),
    trustEpoch: 1,
    committed: { lo: NOW, hi: NOW + 30 },
    counter: Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2),
    status: 0,
    grantHash: fixedBytes('grant').slice(0, 8),
    logHead: fixedBytes('log head').slice(0, 14),
    firmware: 'vector-1.0',
    battery: 87,
    boots: 7,
    ...change,
  });
}
