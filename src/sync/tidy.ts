/** Forgetting what can no longer matter, so that a state does not grow with the years. */
import { exposureOf, hasExpired, skewSeconds } from './exposure.js';
import { found, kept, mapped } from './keyed.js';
import { GRANT_LIFE_SECONDS_MAX } from './limits.js';
import type { LockRecord, SyncState } from './state.js';

/**
 * The state without grants that ended long ago and withdrawn permissions that nothing is left of. A whole grant
 * life later than certain, because what is forgotten cannot come back if the server's clock was wrong. Nothing
 * that is pending at `now` or later is settled by it.
 * @param now - Unix seconds of the server's clock.
 */
export function tidy(state: SyncState, now: number): SyncState {
  const locks = mapped(state.locks, (lock) => tidyLock(state, lock, now));
  const permissions = mapped(state.permissions, (permission, id) => {
    const doors = permission.doors.filter((door) => !isOver(state, locks, id, door, now));
    return doors.length === permission.doors.length ? permission : { ...permission, doors };
  });
  return {
    ...state,
    locks: mapped(locks, (lock) =>
      withChanges(lock, (id) => found(permissions, id)?.doors.includes(lock.door) === true),
    ),
    permissions: kept(permissions, ({ doors }) => doors.length > 0),
  };
}

function tidyLock(state: SyncState, lock: LockRecord, now: number): LockRecord {
  const certain = now - skewSeconds(state, lock) - GRANT_LIFE_SECONDS_MAX;
  return {
    ...lock,
    grants: kept(lock.grants, ({ exp, tpol }) => {
      const isLong = certain > exp;
      return !(isLong && hasExpired(lock, exp, tpol, certain));
    }),
  };
}

/** What is forgotten of a permission must not let a bundle in that was lowered before it was taken. */
function withChanges(lock: LockRecord, isHere: (permission: string) => boolean): LockRecord {
  const changes = kept(lock.changes, (_, id) => isHere(id));
  let staleBelow = lock.staleBelow ?? 0;
  for (const [id, { rv = 0 }] of Object.entries(lock.changes)) {
    if (found(changes, id) === undefined) staleBelow = Math.max(staleBelow, rv);
  }
  return staleBelow > 0 ? { ...lock, changes, staleBelow } : { ...lock, changes };
}

/** Withdrawn, proved or expired, and none of its grants is remembered: nothing is left to say about it. */
function isOver(
  state: SyncState,
  locks: SyncState['locks'],
  permission: string,
  door: string,
  now: number,
): boolean {
  const id = found(state.doors, door)?.lock;
  const lock = id === undefined ? undefined : found(locks, id);
  if (lock === undefined || found(lock.changes, permission)?.revoked !== true) return false;
  // What was taken is remembered as long as its grants are: a lock commissioned anew knows of none of it.
  const isHeld = Object.values(lock.grants).some(
    ({ taken }) => found(taken, permission) !== undefined,
  );
  const isPending = exposureOf(state, lock, permission, now).reasons.length > 0;
  return !isHeld && !isPending && lock.stage === 'active';
}
