/** From the policy to a signed bundle in one call: lowering, and sealing what it gives. */
import type { Engine } from '../../src/engine/engine.js';
import type { NotLoweredReason } from '../../src/lowering/grant.js';
import { lowerDevice } from '../../src/lowering/lower.js';
import type { LoweringOptions } from '../../src/lowering/options.js';
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import { type BundleOrder, type DoorOrder, type IssuedDoor, sealBundle } from './bundles.js';
import type { SiteSigners } from './certificates.js';
import type { NotIssuedReason } from './grants.js';
import type { IssuerDevice } from './issuer-device.js';
import { lowerFrom } from './stamp.js';

/** Whose device, and what the issuer knows of the locks at the policy's doors. */
export interface IssueOrder extends Omit<BundleOrder, 'doors'> {
  readonly user: string;
  /** The user's `phone` credential that this device is. */
  readonly credential: string;
  /** By the door's id in the policy. */
  readonly locks: ReadonlyMap<string, Omit<DoorOrder, 'grants'>>;
  readonly options?: LoweringOptions;
}

/** A bundle made from the policy. */
export interface IssuedFromPolicy {
  readonly bytes: Uint8Array;
  /** The device's next row. Store it before the bundle leaves. */
  readonly device: IssuerDevice;
  readonly doors: readonly (IssuedDoor & { readonly door: string })[];
  /** Every other offline door within the user's assignments, by id. */
  readonly notIssued: readonly NotIssued[];
}

/** A door without a grant: by the policy, for want of a lock (`no_lock`), or by the issuer. */
export interface NotIssued {
  readonly door: string;
  readonly reason: NotLoweredReason | NotIssuedReason | 'no_lock';
}

/** Lowers the policy for one device and seals its bundle. Codes as `sealBundle`; throws as it and `lowerDevice` do. */
export function* issueBundle<S extends Signer>(
  engine: Engine,
  order: IssueOrder,
  signers: SiteSigners<S>,
  crypto: Crypto,
): Signing<Outcome<IssuedFromPolicy, 'bundle_too_large'>, S> {
  const { user, credential, locks, now, options = {} } = order;
  const lowered = lowerDevice(engine, { user, credential, from: lowerFrom(now), options });
  const doors: DoorOrder[] = [];
  const doorOf = new Map<string, string>();
  const notIssued: NotIssued[] = [...lowered.notLowered];
  for (const { door, grants } of lowered.doors) {
    const lock = locks.get(door);
    if (lock === undefined) {
      notIssued.push({ door, reason: 'no_lock' });
      continue;
    }
    doors.push({ ...lock, grants });
    doorOf.set(lock.lock.lockId, door);
  }
  const sealed = yield* sealBundle({ ...order, doors }, signers, crypto);
  if (!sealed.ok) return sealed;
  const { bytes, device } = sealed.value;
  const named = (lockId: string) => doorOf.get(lockId) as string;
  for (const { lockId, reason } of sealed.value.notIssued) {
    notIssued.push({ door: named(lockId), reason });
  }
  notIssued.sort((a, b) => (a.door < b.door ? -1 : 1));
  const issued = sealed.value.doors.map((each) => ({ ...each, door: named(each.lockId) }));
  return { ok: true, value: { bytes, device, doors: issued, notIssued } };
}
