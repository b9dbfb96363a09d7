/** Signed updates from a lock's row: snapshots, deltas and admin updates (offline.md §3.3, §3.7). */
import type { Crypto } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import { adminUpdateClaims } from '../objects/admin-update.js';
import { sealEnvelope } from '../objects/envelope.js';
import { policyUpdateClaims } from '../objects/policy-update.js';
import type { SiteSigners } from './certificates.js';
import { type IssuerLock, isSealedIn, lockIdOf } from './issuer-lock.js';
import { updateClaims } from './policy-content.js';

/** Everything a phone brings to a lock besides grants, as signed; one for all phones. */
export interface SealedPolicy {
  readonly policyVersion: number;
  /** Null while the lock has no policy, or the root must be rotated first (`recoverFrom`). */
  readonly snapshot: Uint8Array | null;
  /** From what the lock proved to hold; null when it is current, unknown, or too far behind. */
  readonly delta: Uint8Array | null;
  /** At most one: the newest configuration, and the clock reset while one is under way. */
  readonly admin: readonly Uint8Array[];
}

/**
 * Signs everything the lock may be missing; done once a version, and put into every bundle. Nothing while the
 * root must be rotated first: a snapshot of an old epoch would let keys count again that the lock has blocked.
 */
export function* sealPolicy<S extends Signer>(
  lock: IssuerLock,
  signers: Pick<SiteSigners<S>, 'policy' | 'admin'>,
  crypto: Crypto,
): Signing<SealedPolicy, S> {
  const { policyVersion } = lock;
  const epochs = [signers.policy, signers.admin].map(({ claims }) => claims.trustEpoch);
  if (!isSealedIn(lock, Math.min(...epochs))) {
    return { policyVersion, snapshot: null, delta: null, admin: [] };
  }
  const policy = signers.policy.signer;
  const snapshot = policyVersion === 0 ? null : yield* sealSnapshot(lock, policy, crypto);
  const base = lock.proved?.policyVersion;
  const isBehind = base !== undefined && base < policyVersion && base >= lock.deltasFrom;
  const delta = isBehind ? yield* sealDelta(lock, base, policy, crypto) : null;
  const admin = yield* sealAdminUpdates(lock, signers.admin.signer, crypto);
  return { policyVersion, snapshot, delta, admin };
}

/** Signs all that the lock must refuse. @throws RangeError when it has no policy yet, or the root must be rotated first. */
export function* sealSnapshot<S extends Signer>(
  lock: IssuerLock,
  policy: S,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  checkEpoch(lock);
  const payload = policyUpdateClaims.encode(updateClaims(lock));
  return yield* sealEnvelope('policy-update', policy, payload, crypto);
}

/**
 * Signs what came since `base`; a lock at any version from there on may join it.
 * @throws RangeError for a base from before the floor last swept marks away, or that is not an older version, or when the
 *   root must be rotated first.
 */
export function* sealDelta<S extends Signer>(
  lock: IssuerLock,
  base: number,
  policy: S,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  if (base < lock.deltasFrom || base >= lock.policyVersion) {
    throw new RangeError(`no delta from version \`${base}\``);
  }
  checkEpoch(lock);
  const payload = policyUpdateClaims.encode(updateClaims(lock, base));
  return yield* sealEnvelope('policy-update', policy, payload, crypto);
}

/**
 * Signs the newest configuration and the clock reset under way, as one object: of two, a carrier could bring the
 * newer alone, and the lock would take the older for known. It is brought again and again, because no receipt
 * says that it was applied; a lock applies each sequence once.
 */
export function* sealAdminUpdates<S extends Signer>(
  lock: IssuerLock,
  admin: S,
  crypto: Crypto,
): Signing<readonly Uint8Array[], S> {
  const { config, clockReset } = lock;
  // Never stamped after the floor that the reset came with: the lock asks for one.
  const stamp = clockReset?.issuedAt ?? config?.issuedAt;
  if (stamp === undefined) return [];
  checkEpoch(lock);
  const payload = adminUpdateClaims.encode({
    version: 1,
    lockId: lockIdOf(lock),
    iat: stamp,
    sequence: Math.max(config?.sequence ?? 0, clockReset?.sequence ?? 0),
    ...(clockReset && { clock: clockReset.clock }),
    ...(config && { config: config.config }),
  });
  return [yield* sealEnvelope('admin-update', admin, payload, crypto)];
}

function checkEpoch(lock: IssuerLock): void {
  if (!isSealedIn(lock, lock.trustEpoch)) throw new RangeError('the root must be rotated first');
}
