/** A site that issues: root, certified keys, locks and devices, all from small numbers. */
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { type InstantSigner, memorySigner, signNow } from '../../protocol/crypto/steps.js';
import {
  type CertificateOrder,
  type CertifiedSigner,
  certify,
  type SiteSigners,
} from '../../protocol/issuer/certificates.js';
import { type IssuerDevice, newIssuerDevice } from '../../protocol/issuer/issuer-device.js';
import { type IssuerLock, newIssuerLock } from '../../protocol/issuer/issuer-lock.js';
import { raiseFloor } from '../../protocol/issuer/policy-change.js';
import type { CertificateRole } from '../../protocol/objects/certificate.js';
import type { LoweredGrant } from '../../src/lowering/grant.js';

export const crypto = nobleCrypto();
/** 2026-11-22T04:00:00Z. */
export const NOW = 1_795_320_000;
export const SITE_ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
export const TAG_SECRET = filled(0x7a);

/** `size` bytes of one number. */
export function filled(byte: number, size = 32): Uint8Array {
  return new Uint8Array(size).fill(byte);
}

/** An Ed25519 signer, or a P-256 one, of a small number. */
export function signerOf(number: number, kind: 'ed25519' | 'es256' = 'ed25519'): InstantSigner {
  return memorySigner(crypto, kind, filled(number));
}

export const root = signerOf(1);
export const nextRoot = signerOf(2);

/** A certified key with one role, 30 days around now. */
export function certified(
  number: number,
  roles: readonly CertificateRole[],
  edits: Partial<CertificateOrder> = {},
  by: InstantSigner = root,
): CertifiedSigner<InstantSigner> {
  const signer = signerOf(number);
  const order = {
    roles,
    from: NOW - 86_400,
    until: NOW + 29 * 86_400,
    lifeMax: 2_592_000,
    trustEpoch: 1,
    siteId: SITE_ID,
    ...edits,
  };
  return signNow(certify(by, signer, order, crypto));
}

/** All five roles, a key for each. */
export function siteSigners(): SiteSigners<InstantSigner> {
  return {
    grant: certified(11, ['grant']),
    policy: certified(12, ['policy']),
    time: certified(13, ['time']),
    bundle: certified(14, ['bundle']),
    admin: certified(15, ['admin']),
  };
}

/** Lock number `n` at its first policy version, made long ago. */
export function lockRow(n = 1): IssuerLock {
  const lockId = Uint8Array.of(0xa0, 0, 0, 0, 0, 0, n >> 8, n & 255);
  return raiseFloor(newIssuerLock(lockId, 1, crypto), NOW - 100_000, crypto).lock;
}

/** Device number `n` of its own person, with an Ed25519 key. */
export function deviceRow(n = 1, hardwareKey = false): IssuerDevice {
  const key = signerOf(100 + (n % 100)).publicKey;
  return newIssuerDevice({ deviceId: `phone-${n}`, personId: `user-${n}`, key, hardwareKey });
}

/** A lowered grant for a day from now on. */
export function lowered(edits: Partial<LoweredGrant> = {}): LoweredGrant {
  return {
    nbf: NOW,
    exp: NOW + 86_400,
    timePolicy: 0,
    requirements: 1,
    scope: 1,
    assignments: ['assignment-1'],
    ...edits,
  };
}
