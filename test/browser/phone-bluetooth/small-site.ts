/** Whoever owns one emulated lock: gives it its keys, and phones their bundles, without a desk. */
import { signNow } from '../../../protocol/crypto/steps.js';
import { newIssuerLock } from '../../../protocol/issuer/issuer-lock.js';
import { raiseFloor, revoke } from '../../../protocol/issuer/policy-change.js';
import { sealSnapshot } from '../../../protocol/issuer/policy-seals.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import type { PhoneSetup } from '../../../protocol/phone/state.js';
import { labelPsk } from '../../../protocol/session/opening.js';
import { fromHex } from '../../../protocol/wire/hex.js';
import type { LockLabel } from '../../../src/adapters/lock-label.js';
import { crypto, filled, NOW, SITE_ID, signerOf } from '../../helpers/issuing.js';
import {
  bundleBytes,
  doorOf,
  grantBytes,
  signers,
  timeBytes,
  trust,
} from '../../protocol/phone/bundles.js';
import type { AirLock } from './emulated-lock.js';

/** Somebody's device, by a small number. */
export interface SmallDevice {
  readonly setup: PhoneSetup;
  readonly secret: Uint8Array;
  readonly tag: Uint8Array;
}

/** A site of one lock, at the instant `NOW`. */
export interface SmallSite {
  /** A grant for this device, and everything the lock is to know. */
  bundleFor(device: SmallDevice): Uint8Array;
  /** The lock is to refuse this device from now on. */
  withdraw(device: SmallDevice): void;
}

/** Number `n`, 1 to 99. */
export function smallDevice(n: number): SmallDevice {
  const deviceKey = signerOf(100 + n).publicKey;
  const setup = { deviceKey, hardwareKey: false, trust, siteId: SITE_ID };
  return { setup, secret: filled(100 + n), tag: filled(n, 8) };
}

/** Commissions a lock. */
export function smallSite(lock: AirLock, label: LockLabel): SmallSite {
  const lockId = fromHex(label.lockId) as Uint8Array;
  const advertKey = filled(0x42);
  const { claims } = lock.commission({
    lockId,
    setupKey: fromHex(label.setupKey) as Uint8Array,
    setupPsk: labelPsk(crypto, lockId, fromHex(label.secret) as Uint8Array),
    message: {
      trust,
      siteId: SITE_ID,
      readerId: filled(1, 4),
      logKey: crypto.x25519Public(filled(0x33)),
      advertKey,
      time: NOW - 60,
    },
  });
  const { staticKey, identityKey } = claims;
  const keys = { lockId, advertKey, staticKeys: [staticKey], identityKey };
  let row = raiseFloor(newIssuerLock(lockId, 1, crypto), NOW - 100, crypto).lock;
  return {
    bundleFor: ({ setup, tag }) => {
      const key = setup.deviceKey;
      const grants = [grantBytes({ lockId, key, tags: [tag, filled(0xee, 8)], timePolicy: 2 })];
      const snapshot = signNow(sealSnapshot(row, signers.policy.signer, crypto));
      const doors = [doorOf({ ...keys, grants, snapshot })];
      return bundleBytes({ doors, deviceKeyId: keyId(crypto, key), time: timeBytes() });
    },
    withdraw: ({ tag }) => {
      row = revoke(row, [{ tag, until: NOW + 86_400 }], NOW, crypto).lock;
    },
  };
}
