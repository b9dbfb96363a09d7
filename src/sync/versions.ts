/** Policy versions of a lock: which one comes next, and what issuing one changes. */
import type { Outcome } from '../values/outcome.js';
import type { IssuedEvent, SyncRefusal, UnsafeChange } from './event.js';
import { found, mapped, put } from './keyed.js';
import { VERSIONS_KEPT_MAX } from './limits.js';
import type { GrantRecord, IssuedVersion, LockRecord, PermissionChanges } from './state.js';

/** What the next policy version of a lock has to be. */
export interface NextVersion {
  readonly pv: number;
  /**
   * Whether it must be a snapshot, and no delta may be made from a version before it: the lock holds, or may
   * hold, content we know nothing about, and a delta onto that could leave out what we believe it knows.
   */
  readonly snapshot: boolean;
  /** The floor that would end what a lost database no longer knows; absent when nothing was lost. */
  readonly floor?: number;
}

/** The next version: one above everything issued, claimed by a receipt, or skipped after a backup came back. */
export function nextVersionOf(lock: LockRecord): NextVersion {
  const last = lock.issued[lock.issued.length - 1];
  const pv = Math.max((last?.pv ?? 0) + 1, lock.versionMin);
  const snapshot = lock.snapshotNeeded || last === undefined;
  const isLost = lock.lost !== undefined && lock.lost.refusedFrom === undefined;
  return { pv, snapshot, ...(isLost ? { floor: lock.lost.at } : {}) };
}

/** What a receipt's claim to hold a version is worth; `forgotten` ones can no longer be judged. */
export function judgeVersion(
  lock: LockRecord,
  claim: IssuedVersion,
): 'issued' | 'fork' | 'unknown' | 'forgotten' {
  if (claim.pv < lock.issuedFrom) return 'forgotten';
  const same = lock.issued.filter(({ pv }) => pv === claim.pv);
  if (same.some((one) => one.post === claim.post && one.trustEpoch === claim.trustEpoch)) {
    return 'issued';
  }
  return same.length > 0 && same.every(({ post }) => post !== claim.post) ? 'fork' : 'unknown';
}

/** The lock after a version was issued. */
export function issueVersion(
  lock: LockRecord,
  event: IssuedEvent,
): Outcome<LockRecord, SyncRefusal> {
  const { version, changes } = event;
  const last = lock.issued[lock.issued.length - 1];
  if (last !== undefined && changes.length === 0 && isSameUnderNewRoot(last, version)) {
    return { ok: true, value: { ...lock, ...issuedWith(lock, version) } };
  }
  const next = nextVersionOf(lock);
  if (version.pv < next.pv) {
    return { ok: false, code: 'version_too_low', detail: `version must be at least ${next.pv}` };
  }
  if (next.snapshot && !event.snapshot) {
    return { ok: false, code: 'snapshot_needed', detail: 'the next version must be a snapshot' };
  }
  const { lost } = lock;
  const isEnded =
    lost !== undefined &&
    lost.refusedFrom === undefined &&
    event.floor !== undefined &&
    event.floor >= lost.at;
  return {
    ok: true,
    value: {
      ...(event.clockReset === true ? resetting(lock, version.pv) : lock),
      ...issuedWith(lock, version),
      snapshotNeeded: false,
      ...(isEnded ? { lost: { ...lost, refusedFrom: version.pv } } : {}),
      grants: mapped(lock.grants, (grant) => takenBy(grant, changes, version.pv)),
      changes: changes.reduce((all, change) => changedBy(all, change, version.pv), lock.changes),
    },
  };
}

/** A reset may be applied at any time from now on: what was proved of the clock before may be undone. */
function resetting({ provenLo: _lo, ...lock }: LockRecord, pv: number): LockRecord {
  const { clockResets = { pv, open: 0 } } = lock;
  const oldest = clockResets.open > 0 ? clockResets.pv : pv;
  return { ...lock, clockResets: { pv: oldest, open: clockResets.open + 1 } };
}

/** The same content under the next organisation root is the same version once more. */
function isSameUnderNewRoot(last: IssuedVersion, version: IssuedVersion): boolean {
  return (
    last.pv === version.pv && last.post === version.post && version.trustEpoch > last.trustEpoch
  );
}

function issuedWith(
  lock: LockRecord,
  version: IssuedVersion,
): Pick<LockRecord, 'issued' | 'issuedFrom'> {
  const { trustEpoch, pv, post } = version;
  const issued = [...lock.issued, { trustEpoch, pv, post }];
  if (issued.length <= VERSIONS_KEPT_MAX) return { issued, issuedFrom: lock.issuedFrom };
  const kept = issued.slice(-VERSIONS_KEPT_MAX);
  // A version that is kept in part (under one root and not the other) counts as forgotten.
  const dropped = issued[issued.length - VERSIONS_KEPT_MAX - 1]?.pv ?? 0;
  return { issued: kept, issuedFrom: Math.max(lock.issuedFrom, dropped + 1) };
}

/** The first version that takes a permission from a grant is the one from which the lock refuses it. */
function takenBy(grant: GrantRecord, changes: readonly UnsafeChange[], pv: number): GrantRecord {
  let { taken } = grant;
  for (const { permission, devices } of changes) {
    const isMeant =
      grant.permissions.includes(permission) &&
      (devices === undefined || devices.includes(grant.device));
    if (isMeant && found(taken, permission) === undefined) taken = put(taken, permission, pv);
  }
  return taken === grant.taken ? grant : { ...grant, taken };
}

function changedBy(
  all: LockRecord['changes'],
  change: UnsafeChange,
  pv: number,
): LockRecord['changes'] {
  const before: PermissionChanges = found(all, change.permission) ?? UNCHANGED;
  const isRevoke = change.kind === 'revoke';
  return put(all, change.permission, {
    rv: pv,
    revoked: before.revoked || isRevoke,
    widenings: isRevoke ? [] : before.widenings,
  });
}

/** A permission to which nothing has happened yet. */
export const UNCHANGED: PermissionChanges = { revoked: false, widenings: [] };
