/** The root changes hands: to the key it committed to, and one epoch on (offline.md §3.1). */
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import { rootHash, sealTrustUpdate, type Trust } from '../objects/trust-update.js';
import { sameBytes } from '../wire/bytes.js';
import type { IssuerLock } from './issuer-lock.js';

/** The trust of a new organisation: its root, and the commitment to the next one. */
export function firstTrust(
  root: PublicKey,
  nextRoot: PublicKey,
  crypto: Crypto,
  trustEpoch = 1,
): Trust {
  return { root, trustEpoch, nextRootHash: rootHash(crypto, nextRoot) };
}

/**
 * Hands the root over. Every certificate of the old epoch ends at each lock that hears of it, so new ones
 * of the new epoch travel along.
 * @param nextRoot - the root to commit to now; its secret is best kept where none of the others is.
 * @throws TypeError when `oldRoot` is not the one trusted, or did not commit to `newRoot`.
 */
export function* rotateTrust<S extends Signer>(
  trust: Trust,
  oldRoot: S,
  newRoot: S,
  nextRoot: PublicKey,
  crypto: Crypto,
): Signing<{ readonly trust: Trust; readonly update: Uint8Array }, S> {
  const isTrusted = sameBytes(rootHash(crypto, oldRoot.publicKey), rootHash(crypto, trust.root));
  const isCommitted = sameBytes(rootHash(crypto, newRoot.publicKey), trust.nextRootHash);
  if (!isTrusted || !isCommitted)
    throw new TypeError('not the root, or not the one it committed to');
  const next = firstTrust(newRoot.publicKey, nextRoot, crypto, trust.trustEpoch + 1);
  return { trust: next, update: yield* sealTrustUpdate(next, oldRoot, newRoot, crypto) };
}

/** The lock's row in the new epoch: each state it may be in, it may be in before or after it heard. */
export function enterEpoch(lock: IssuerLock, trustEpoch: number): IssuerLock {
  if (trustEpoch !== lock.trustEpoch + 1) throw new RangeError('epochs follow one another');
  const present = lock.issued.filter((state) => state.trustEpoch === lock.trustEpoch);
  const issued = [...lock.issued, ...present.map((state) => ({ ...state, trustEpoch }))];
  return { ...lock, trustEpoch, issued };
}
