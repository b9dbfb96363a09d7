/** The way on for a lock of which the issuer, or the lock itself, has forgotten something (offline.md §3.8, §3.9). */
import type { ReceiptFacts } from '../../src/sync/event.js';
import type { NextVersion } from '../../src/sync/versions.js';
import type { Crypto } from '../crypto/crypto.js';
import { type IssuerLock, lockIdOf, newIssuerLock } from './issuer-lock.js';
import { type LockChange, raiseFloor } from './policy-change.js';
import { provedBy } from './receipts.js';
import { stampAt } from './stamp.js';

/** What is known besides the lock's row. */
export interface RecoveryOrder {
  /** `nextPolicyVersion` of the sync state, after it was told of the backup and the receipt, or of the commissioning. */
  readonly next: Pick<NextVersion, 'pv' | 'floor'>;
  /** The newest trust epoch there ever was, by the records of whoever keeps the root: a backup may not know. */
  readonly trustEpoch: number;
  /** Unix seconds. */
  readonly now: number;
}

/** A lock's next row, and what must be done before anything is sealed for it. */
export interface Recovery extends LockChange {
  /** Rotate the root until this epoch: before it no grant and no update is sealed for the lock (`trust_not_rotated`). */
  readonly rotateTo: number;
}

/**
 * The way on from a state that was never issued, as after a server came back from a backup: a snapshot so far
 * above the lock's version that no forgotten one, which phones may still carry, is newer. What was withdrawn
 * since the backup is not known, so every grant ends; nor which keys were blocked, so every certificate must end,
 * too: `rotateTrust` and `enterEpoch` up to `rotateTo`, and new keys for each role that may have been stolen.
 * @param receipt - opened, and newer than any settled one.
 * @throws RangeError while the clock stands before the floor that `next` asks for (a moment after the backup came
 *   back), and when the version would be more than 65 536 above the lock's: it must be commissioned again;
 *   TypeError for a receipt of another lock.
 */
export function recoverFrom(
  lock: IssuerLock,
  receipt: ReceiptFacts,
  order: RecoveryOrder,
  crypto: Crypto,
): Recovery {
  if (receipt.lockId !== lock.lockId) throw new TypeError('a receipt of another lock');
  const { next, now } = order;
  const wanted = next.floor ?? 0;
  // A stamp from the future would push the lock's clock ahead.
  if (stampAt(now) < wanted) throw new RangeError(`the floor must lie after \`${wanted}\`: wait`);
  const newest = Math.max(lock.policyVersion, receipt.pv);
  const trustEpoch = Math.max(lock.trustEpoch, receipt.trustEpoch);
  const rotateTo = Math.max(trustEpoch, order.trustEpoch) + 1;
  const known = {
    ...lock,
    policyVersion: Math.max(newest + FORGOTTEN_MAX, next.pv) - 1,
    ...adminAnew(lock, now),
    issued: [],
    proved: provedBy(receipt),
    trustEpoch,
    sealedFromEpoch: rotateTo,
  };
  return { ...raiseFloor(known, now, crypto), rotateTo };
}

/**
 * The row of a lock that was reset and commissioned again under the id it had: its first version lies above every
 * version of its former life and is a floor, so that neither a snapshot nor a grant from then counts. Keys that were
 * blocked stay so, and its configuration is given to it anew.
 *
 * Give out no bundle for it before a receipt proved this version: the lock itself has forgotten everything.
 * @param former - the row it had; `newIssuerLock` is for an id that never had one.
 * @param trustEpoch - the one it was told when it was commissioned.
 * @throws RangeError above version 65 536, which a lock that begins at 0 would not follow: it needs another id.
 */
export function commissionAgain(
  former: IssuerLock,
  trustEpoch: number,
  { next, now }: Pick<RecoveryOrder, 'next' | 'now'>,
  crypto: Crypto,
): LockChange {
  if (trustEpoch < former.trustEpoch) throw new RangeError('a trust epoch does not come back');
  const empty = newIssuerLock(lockIdOf(former), trustEpoch, crypto);
  const again = {
    ...empty,
    policyVersion: Math.max(former.policyVersion + FORGOTTEN_MAX, next.pv) - 1,
    sealedFromEpoch: Math.max(former.sealedFromEpoch, trustEpoch),
    blocked: former.blocked.filter((key) => key.trustEpoch >= trustEpoch),
    ...adminAnew(former, now),
  };
  return raiseFloor(again, now, crypto);
}

/** The configuration under a sequence and a version above all that were given out; a clock reset is made anew if need be. */
function adminAnew(
  lock: IssuerLock,
  now: number,
): Pick<IssuerLock, 'adminSequence' | 'config' | 'clockReset'> {
  const sequence = lock.adminSequence + FORGOTTEN_MAX;
  const config = lock.config && {
    sequence,
    issuedAt: stampAt(now),
    config: { ...lock.config.config, version: lock.config.config.version + FORGOTTEN_MAX },
  };
  return { adminSequence: sequence, config, clockReset: null };
}

/**
 * Versions and admin sequences that may have been given out and forgotten; as many as the sync score skips at
 * least. A lock follows 65 536 at once.
 */
const FORGOTTEN_MAX = 1024;
