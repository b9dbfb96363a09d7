/** Bundles: everything one device carries, put together and signed (offline.md §3.3, `Bundle`). */
import type { LoweredGrant } from '../../src/lowering/grant.js';
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import { BUNDLE_BYTES_MAX } from '../limits.js';
import { type BundleDoor, bundleClaims } from '../objects/bundle.js';
import { keyId } from '../objects/cose-key.js';
import { sealEnvelope } from '../objects/envelope.js';
import { toHex } from '../wire/hex.js';
import type { SiteSigners } from './certificates.js';
import { type IssuedGrant, type NotIssuedReason, sealGrants } from './grants.js';
import { deviceKeyOf, type HeldGrants, type IssuerDevice } from './issuer-device.js';
import { type IssuerLock, lockIdOf } from './issuer-lock.js';
import type { SealedPolicy } from './policy-seals.js';
import { stampAt } from './stamp.js';
import { sealTimeToken } from './time-tokens.js';

/** One lock that the device may open. */
export interface DoorOrder {
  readonly lock: IssuerLock;
  /** `sealPolicy` of this very row. */
  readonly policy: SealedPolicy;
  /** The lock's X25519 keys: one, or the new and the old one while it changes. */
  readonly staticKeys: readonly Uint8Array[];
  /** The lock's Ed25519 key. */
  readonly identityKey: Uint8Array;
  readonly advertKey: Uint8Array;
  /** The door's name for people. */
  readonly label: string;
  /** As `lower` gave them for the device and this door. */
  readonly grants: readonly LoweredGrant[];
}

/** What a bundle is made from. */
export interface BundleOrder {
  readonly device: IssuerDevice;
  readonly doors: readonly DoorOrder[];
  /** Trust updates the device or a lock may be missing, oldest first. */
  readonly trust: readonly Uint8Array[];
  /** Log acknowledgements for these locks, as `sealLogAck` gave them. */
  readonly logAcks: readonly Uint8Array[];
  /** Unix seconds, and how far they may be off, at least 1. */
  readonly now: number;
  readonly errorSeconds: number;
  /** 32 random bytes for this bundle alone. */
  readonly random: Uint8Array;
  /** The organisation's tag key, 32 bytes. */
  readonly tagSecret: Uint8Array;
}

/** Grants a bundle holds for one lock. */
export interface IssuedDoor {
  /** 8 bytes in hex. */
  readonly lockId: string;
  readonly grants: readonly IssuedGrant[];
}

/** A bundle and what is to be remembered of it. */
export interface IssuedBundle {
  readonly bytes: Uint8Array;
  /** The device's next row. Store it before the bundle leaves: revocations count on it. */
  readonly device: IssuerDevice;
  readonly doors: readonly IssuedDoor[];
  readonly notIssued: readonly { readonly lockId: string; readonly reason: NotIssuedReason }[];
}

/** When a device without any grant asks again, in seconds: as often as one with the shortest usual life. */
const REFRESH_WITHOUT_GRANTS = 43_200;

/**
 * Signs all grants of one device and its bundle. The same order gives the same bytes.
 * @returns code `bundle_too_large` when it does not fit 1 MiB: then some doors must be left out.
 * @throws TypeError when a door's sealed policy is not of its row, or a key has a wrong length.
 */
export function* sealBundle<S extends Signer>(
  order: BundleOrder,
  signers: SiteSigners<S>,
  crypto: Crypto,
): Signing<Outcome<IssuedBundle, 'bundle_too_large'>, S> {
  const { device, now, trust, logAcks } = order;
  const held = new Map(device.grants.map((grants) => [grants.lockId, grants.until]));
  const doors: BundleDoor[] = [];
  const issued: IssuedDoor[] = [];
  const notIssued: { lockId: string; reason: NotIssuedReason }[] = [];
  for (const door of order.doors) {
    const { lockId } = door.lock;
    if (door.policy.policyVersion !== door.lock.policyVersion) {
      throw new TypeError(`the sealed policy of lock \`${lockId}\` is of another version`);
    }
    const grants = yield* sealGrants({ ...order, ...door }, signers.grant, crypto);
    if (!grants.ok) {
      notIssued.push({ lockId, reason: grants.code });
      continue;
    }
    const ends = grants.value.map(({ claims }) => claims.exp);
    held.set(lockId, Math.max(held.get(lockId) ?? 0, ...ends));
    issued.push({ lockId, grants: grants.value });
    doors.push(carriedDoor(door, grants.value));
  }
  const sequence = device.sequence + 1;
  const time = yield* sealTimeToken(order, signers.time.signer, crypto);
  const payload = bundleClaims.encode({
    version: 1,
    iat: stampAt(now),
    sequence,
    deviceKeyId: keyId(crypto, deviceKeyOf(device)),
    refreshAfter: refreshAfter(issued, now),
    doors,
    trust,
    chain: chainOf(signers),
    time,
    logAcks,
  });
  const bytes = yield* sealEnvelope('bundle', signers.bundle.signer, payload, crypto);
  if (bytes.length > BUNDLE_BYTES_MAX) {
    return { ok: false, code: 'bundle_too_large', detail: `${bytes.length} bytes` };
  }
  const next = { ...device, sequence, grants: sortedGrants(held) };
  return { ok: true, value: { bytes, device: next, doors: issued, notIssued } };
}

function carriedDoor(door: DoorOrder, grants: readonly IssuedGrant[]): BundleDoor {
  const { staticKeys, identityKey, advertKey, label, policy } = door;
  const { snapshot, delta, admin } = policy;
  const lockId = lockIdOf(door.lock);
  const bytes = grants.map((grant) => grant.bytes);
  return {
    lockId,
    staticKeys,
    identityKey,
    advertKey,
    label,
    grants: bytes,
    snapshot,
    delta,
    admin,
  };
}

/** Half of the shortest life that is left (offline.md §3.7). */
function refreshAfter(issued: readonly IssuedDoor[], now: number): number {
  const ends = issued.flatMap(({ grants }) => grants.map(({ claims }) => claims.exp));
  if (ends.length === 0) return now + REFRESH_WITHOUT_GRANTS;
  return now + Math.floor(Math.max(0, Math.min(...ends) - now) / 2);
}

/** Each certificate once, in the order of roles. */
function chainOf({ grant, policy, time, bundle, admin }: SiteSigners): readonly Uint8Array[] {
  const all = [grant, policy, time, bundle, admin].map(({ certificate }) => certificate);
  return [...new Map(all.map((bytes) => [toHex(bytes), bytes])).values()];
}

function sortedGrants(held: ReadonlyMap<string, number>): HeldGrants[] {
  const grants = [...held].map(([lockId, until]) => ({ lockId, until }));
  return grants.sort((a, b) => (a.lockId < b.lockId ? -1 : 1));
}
