/**
 * Changes of what a lock must refuse: marks, the floor, blocked keys, its configuration and its clock.
 * Each gives the lock's next row and version. Revoking never runs out of room: where marks do, the floor
 * is raised (offline.md §3.7).
 */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import { BLOCKED_MAX, GRANT_LIFE_MAX, POLICY_JUMP_MAX, STAMP_MARGIN } from '../limits.js';
import type { LockConfig } from '../objects/admin-update.js';
import { toHex } from '../wire/hex.js';
import type { IssuerLock, IssuerMark } from './issuer-lock.js';
import { fitsOneUpdate, postOf } from './policy-content.js';
import { stampAt } from './stamp.js';

/** A device or a person whose grants at this lock end now. */
export interface Revocation {
  /** `tagOf` the device or the person at this lock, 8 bytes. */
  readonly tag: Uint8Array;
  /**
   * Latest `exp` of the grants that bear it, Unix seconds. One that has passed is taken for unknown, as after
   * a backup came back: the mark then lives as long as any grant could.
   */
  readonly until: number;
}

/** A lock's next row, and what follows from it. */
export interface LockChange {
  readonly lock: IssuerLock;
  /** Whether every grant for this lock must be issued anew, because the floor rose above all of them. */
  readonly reissue: boolean;
}

/**
 * Ends every grant at this lock that bears one of the tags. Where marks no longer fit, and while a clock reset is
 * under way, the floor rises instead and ends every grant there is.
 * @param now - Unix seconds.
 * @throws RangeError when the lock proved nothing for 65 536 versions: it must be visited.
 */
export function revoke(
  lock: IssuerLock,
  revocations: readonly Revocation[],
  now: number,
  crypto: Crypto,
): LockChange {
  if (revocations.length === 0) return { lock, reissue: false };
  // By the wrong clock a mark may be over before it comes, and missing when the clock goes back: a floor never is.
  if (lock.clockReset !== null) return raiseFloor(lock, now, crypto);
  const stamp = Math.max(stampAt(now), lock.stamp);
  const version = lock.policyVersion + 1;
  const marks = new Map(livingMarks(lock).map((mark) => [mark.tag, mark]));
  // By the later of both clocks: ours may have gone back since the grants were issued.
  const latestEnd = Math.max(now, stamp + STAMP_MARGIN) + GRANT_LIFE_MAX;
  for (const { tag, until } of revocations) {
    const name = toHex(tag);
    const end = until > Math.max(now, stamp) ? until : latestEnd;
    const latest = Math.max(end, marks.get(name)?.until ?? 0);
    // Set anew, it stands where a new one would: the same changes give the same bytes.
    marks.delete(name);
    marks.set(name, { tag: name, issuedUntil: stamp, version, until: latest });
  }
  const next = advanced(lock, { stamp, marks: [...marks.values()] }, crypto);
  return fitsOneUpdate(next) ? { lock: next, reissue: false } : raiseFloor(lock, now, crypto);
}

/**
 * Ends every grant at this lock: a sudden lockdown, or marks that ran out. Who may still enter gets a
 * new grant. Throws as `revoke`.
 */
export function raiseFloor(lock: IssuerLock, now: number, crypto: Crypto): LockChange {
  const stamp = Math.max(stampAt(now), lock.stamp);
  const floor = { issuedUntil: stamp, version: lock.policyVersion + 1 };
  const edits = { stamp, floor, marks: [], deltasFrom: lock.policyVersion + 1 };
  return { lock: advanced(lock, edits, crypto), reissue: true };
}

/**
 * Ends certified keys at this lock, by their ids of 8 bytes. What they signed must be signed anew by
 * others; a key stays blocked until the lock proved that it left the key's epoch. Throws as `revoke`.
 * @returns code `blocked_full` above 8: then the root must be rotated, which ends every old key at once.
 */
export function block(
  lock: IssuerLock,
  keyIds: readonly Uint8Array[],
  now: number,
  crypto: Crypto,
): Outcome<LockChange, 'blocked_full'> {
  const { trustEpoch } = lock;
  const blocked = new Map(lock.blocked.map((key) => [key.keyId, key]));
  for (const [name, key] of blocked) {
    if (key.trustEpoch < (lock.proved?.trustEpoch ?? 0)) blocked.delete(name);
  }
  for (const keyId of keyIds) blocked.set(toHex(keyId), { keyId: toHex(keyId), trustEpoch });
  if (blocked.size > BLOCKED_MAX) {
    return { ok: false, code: 'blocked_full', detail: `a lock remembers ${BLOCKED_MAX} keys` };
  }
  const stamp = Math.max(stampAt(now), lock.stamp);
  // A delta joins lists, so what was forgotten here would run over there: then it takes a snapshot.
  const isShorter = lock.blocked.some((key) => !blocked.has(key.keyId));
  const deltasFrom = isShorter ? lock.policyVersion + 1 : lock.deltasFrom;
  const edits = { stamp, blocked: [...blocked.values()], marks: livingMarks(lock), deltasFrom };
  const next = advanced(lock, edits, crypto);
  // A longer list may push the marks out of the message.
  const change = fitsOneUpdate(next)
    ? { lock: next, reissue: false }
    : raiseFloor(next, now, crypto);
  return { ok: true, value: change };
}

/**
 * Gives the lock a configuration; its version rises by itself. A clock reset that is under way goes along, unless the
 * time it is for has come. Throws as `revoke`.
 */
export function changeConfig(
  lock: IssuerLock,
  config: Omit<LockConfig, 'version'>,
  now: number,
  crypto: Crypto,
): LockChange {
  const stamp = Math.max(stampAt(now), lock.stamp);
  const sequence = lock.adminSequence + 1;
  // Sequences skip what a backup forgot; versions with them.
  const version = Math.max((lock.config?.config.version ?? 0) + 1, sequence);
  const { openSeconds, personalLog } = config;
  const change = { sequence, issuedAt: stamp, config: { version, openSeconds, personalLog } };
  const { clockReset } = lock;
  // A clock that is right by now must not be set back any more.
  const isOpen = clockReset !== null && clockReset.clock.from > stampAt(now);
  const edits = { stamp, adminSequence: sequence, config: change };
  const next = { ...edits, clockReset: isOpen ? clockReset : null };
  return { lock: advanced(lock, next, crypto), reissue: false };
}

/**
 * Tells a lock whose clock ran ahead what time it is. Every grant there was ends, by version, so that none
 * lives twice; marks and stamps from the wrong future go.
 * @throws RangeError when no settled receipt showed a clock ahead of `now`, because a lock that is right must
 *   not go back; and as `revoke`.
 */
export function resetClock(lock: IssuerLock, now: number, crypto: Crypto): LockChange {
  const stamp = stampAt(now);
  const from = lock.proved?.committedLo ?? 0;
  if (from <= now) throw new RangeError('no receipt showed that the clock of this lock runs ahead');
  const sequence = lock.adminSequence + 1;
  const version = lock.policyVersion + 1;
  const edits = {
    stamp,
    floor: { issuedUntil: stamp, version },
    marks: [],
    deltasFrom: version,
    adminSequence: sequence,
    clockReset: { sequence, issuedAt: stamp, clock: { lo: stamp, from } },
  };
  return { lock: advanced(lock, edits, crypto), reissue: true };
}

/** Marks that may still have something to refuse: the lock has not proved that it passed their end. */
function livingMarks(lock: IssuerLock): readonly IssuerMark[] {
  const passed = lock.proved?.committedLo ?? 0;
  return lock.marks.filter((mark) => mark.until > passed);
}

/** The row at its next version, which becomes a state that a receipt may name. */
export function advanced(lock: IssuerLock, edits: Partial<IssuerLock>, crypto: Crypto): IssuerLock {
  const policyVersion = lock.policyVersion + 1;
  if (policyVersion - (lock.proved?.policyVersion ?? 0) > POLICY_JUMP_MAX) {
    throw new RangeError('a lock follows 65 536 versions at once and not more: visit it');
  }
  const next = { ...lock, ...edits, policyVersion };
  const state = { trustEpoch: next.trustEpoch, policyVersion, post: postOf(next, crypto) };
  return { ...next, issued: [...lock.issued, state] };
}
