/** What a lock may still open that it should refuse: the part of the score that must never be early. */
import { found } from './keyed.js';
import { CLOCK_ANCHOR_SECONDS_MAX, GRANT_LIFE_SECONDS_MAX } from './limits.js';
import { hasAlarm } from './receipt.js';
import type { LockRecord, SyncState } from './state.js';
import { UNCHANGED } from './versions.js';

/** Why an unsafe change may not have reached the lock. */
export type ExposureReason =
  | 'unsafe_pending'
  | 'unknown_state'
  | 'server_restored'
  | 'lower_bound_grant';

/** What is pending for one permission at one lock. */
export interface Exposure {
  /** Why; empty when nothing is pending. */
  readonly reasons: readonly ExposureReason[];
  /** Until when something taken away might still open, by the server's clock. */
  readonly until: number | null | 'unbounded';
  /** The version that would end all of it; infinite while no such version was issued. */
  readonly neededPv: number;
  /** Devices that hold something taken away. They have a reason not to bring the news. */
  readonly takenFrom: ReadonlySet<string>;
}

/**
 * What is pending for a permission at a lock at `now`, Unix seconds. Each grant taken away counts until the
 * lock proved the version that refuses it, or until it has provably expired.
 */
export function exposureOf(
  state: SyncState,
  lock: LockRecord,
  permission: string,
  now: number,
): Exposure {
  const skew = skewSeconds(state, lock);
  const proved = provedVersion(lock);
  const ends: (number | 'unbounded')[] = [];
  const takenFrom = new Set<string>();
  const reasons = new Set<ExposureReason>();
  let neededPv = 0;
  for (const grant of Object.values(lock.grants)) {
    const pv = found(grant.taken, permission);
    if (pv === undefined || proved >= pv) continue;
    // Also of one that has expired: its holder is no friend of the news.
    takenFrom.add(grant.device);
    if (hasExpired(lock, grant.exp, grant.tpol, now - skew)) continue;
    reasons.add('unsafe_pending');
    if (grant.tpol === 1) reasons.add('lower_bound_grant');
    ends.push(grant.tpol === 1 ? 'unbounded' : grant.exp + skew);
    neededPv = Math.max(neededPv, pv);
  }
  const unknown = lock.alarms.find(({ kind }) => kind === 'unknown_state');
  if (unknown !== undefined) {
    reasons.add('unknown_state');
    neededPv = Math.max(neededPv, unknown.clearedFrom ?? Number.POSITIVE_INFINITY);
  }
  const lost = lostUntil(lock, proved, now - skew);
  if (lost !== undefined) {
    reasons.add('server_restored');
    ends.push(lock.lowerBoundGrants ? 'unbounded' : lost + skew);
    neededPv = Math.max(neededPv, lock.lost?.refusedFrom ?? Number.POSITIVE_INFINITY);
  }
  return { reasons: [...reasons], until: latest(ends), neededPv, takenFrom };
}

/** Whether the lock proved the version of the permission's last unsafe change. */
export function isAcknowledged(lock: LockRecord, permission: string): boolean {
  const { rv } = found(lock.changes, permission) ?? UNCHANGED;
  return rv !== undefined && provedVersion(lock) >= rv;
}

/**
 * How far the server's clock and a lock's may lie apart before an expiry is certain, in whole seconds: the
 * server's error, and the drift of the lock over the longest time it believes its upper bound.
 */
export function skewSeconds(state: SyncState, lock: LockRecord): number {
  return Math.ceil(
    state.clockErrorSeconds + (lock.driftPpm * CLOCK_ANCHOR_SECONDS_MAX) / 1_000_000,
  );
}

/** The version the lock holds for certain; below every version when an alarm makes that uncertain. */
export function provedVersion(lock: LockRecord): number {
  return lock.ack === undefined || isDoubtful(lock) ? -1 : lock.ack.pv;
}

/**
 * Whether no lock can take the grant for valid any more. One that opens on the lower bound alone stays open as
 * long as that bound lies before its end: a lock without a clock, met by nobody else, cannot know better.
 */
export function hasExpired(
  lock: LockRecord,
  exp: number,
  tpol: number,
  certainNow: number,
): boolean {
  if (tpol !== 1) return certainNow > exp;
  return lock.provenLo !== undefined && !isDoubtful(lock) && lock.provenLo >= exp;
}

/** Whether the lock holds what is not ours, or its memory was put back: what it proved before is worth nothing. */
function isDoubtful(lock: LockRecord): boolean {
  return (['rollback', 'fork', 'unknown_state'] as const).some((kind) => hasAlarm(lock, kind));
}

/** The end of the last grant that a lost database may have known; undefined when that no longer matters. */
function lostUntil(lock: LockRecord, proved: number, certainNow: number): number | undefined {
  if (lock.lost === undefined) return undefined;
  const { at, refusedFrom } = lock.lost;
  if (refusedFrom !== undefined && proved >= refusedFrom) return undefined;
  const until = at + GRANT_LIFE_SECONDS_MAX;
  return hasExpired(lock, until, lock.lowerBoundGrants ? 1 : 0, certainNow) ? undefined : until;
}

function latest(ends: readonly (number | 'unbounded')[]): number | null | 'unbounded' {
  let until: number | null = null;
  for (const end of ends) {
    if (end === 'unbounded') return end;
    until = Math.max(until ?? end, end);
  }
  return until;
}
