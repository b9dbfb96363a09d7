/** An organisation with offline locks, for one cryptographic backend; all keys come from small numbers. */
import type { Crypto } from '../protocol/crypto/crypto.js';
import { type InstantSigner, memorySigner, signNow } from '../protocol/crypto/steps.js';
import { certify, type SiteSigners } from '../protocol/issuer/certificates.js';
import { type IssuerDevice, newIssuerDevice } from '../protocol/issuer/issuer-device.js';
import { type IssuerLock, newIssuerLock } from '../protocol/issuer/issuer-lock.js';
import { raiseFloor } from '../protocol/issuer/policy-change.js';
import { firstTrust } from '../protocol/issuer/rotation.js';
import type { CertificateRole } from '../protocol/objects/certificate.js';
import type { Trust } from '../protocol/objects/trust-update.js';
import { numberBytes } from '../protocol/wire/bytes.js';
import type { LoweredGrant } from '../src/lowering/grant.js';

/** 2026-11-22T04:00:00Z. */
export const OFFLINE_NOW = 1_795_320_000;
export const SITE_ID: Uint8Array = numberBytes(0x5173, 8);
export const TAG_SECRET: Uint8Array = new Uint8Array(32).fill(0x7a);

/** What the tasks need of an organisation. */
export interface OfflineSite {
  readonly crypto: Crypto;
  readonly trust: Trust;
  readonly signers: SiteSigners<InstantSigner>;
  signer(number: number): InstantSigner;
  lock(number: number): IssuerLock;
  device(number: number): IssuerDevice;
}

/** Makes the organisation anew for a backend. */
export function offlineSite(crypto: Crypto): OfflineSite {
  const signer = (number: number): InstantSigner =>
    memorySigner(crypto, 'ed25519', crypto.sha256(numberBytes(number, 4)));
  const [root, next] = [signer(1), signer(2)];
  const certified = (role: CertificateRole, number: number) => {
    const from = OFFLINE_NOW - 86_400;
    const life = { from, until: from + 2_592_000, lifeMax: 2_592_000 };
    const order = { roles: [role], ...life, trustEpoch: 1, siteId: SITE_ID };
    return signNow(certify(root, signer(number), order, crypto));
  };
  return {
    crypto,
    trust: firstTrust(root.publicKey, next.publicKey, crypto),
    signers: {
      grant: certified('grant', 11),
      policy: certified('policy', 12),
      time: certified('time', 13),
      bundle: certified('bundle', 14),
      admin: certified('admin', 15),
    },
    signer,
    lock: (number) => {
      const empty = newIssuerLock(numberBytes(number, 8), 1, crypto);
      return raiseFloor(empty, OFFLINE_NOW - 3600, crypto).lock;
    },
    device: (number) => {
      const names = { deviceId: `phone-${number}`, personId: `user-${number}` };
      const key = signer(1000 + number).publicKey;
      return newIssuerDevice({ ...names, key, hardwareKey: false });
    },
  };
}

/** A grant for a working week: ten windows, as lowering gives it. */
export function weekOfGrants(): LoweredGrant {
  const windows = Array.from({ length: 10 }, (_, index) => {
    const day = Math.floor(index / 2);
    return [day * 1440 + (index % 2) * 360 + 120, day * 1440 + (index % 2) * 360 + 420];
  }).flat();
  return {
    nbf: OFFLINE_NOW,
    exp: OFFLINE_NOW + 7 * 86_400,
    windows,
    timePolicy: 0,
    requirements: 1,
    scope: 1,
    assignments: ['assignment-1'],
  };
}
