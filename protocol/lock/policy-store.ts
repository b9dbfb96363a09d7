/** What a lock refuses, and how an update changes it: pure rules on plain data (offline.md §3.7). */
import { BLOCKED_MAX, MARKS_MAX, POLICY_JUMP_MAX } from '../limits.js';
import type { Grant } from '../objects/grant.js';
import type { PolicyContent } from '../objects/policy-digest.js';
import type { Floor, Mark, PolicyUpdate } from '../objects/policy-update.js';
import type { Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import { toHex } from '../wire/hex.js';

/** What a lock stores of its policy. */
export interface LockPolicy extends Omit<PolicyContent, 'configVersion'> {
  /** The issuer's digest of this version, as it came: 16 bytes. */
  readonly post: Uint8Array;
}

/**
 * Why an update may not be applied; undefined when it may.
 * @param hi - the upper bound of the lock's clock; null when there is none.
 */
export function judgeUpdate(
  policy: LockPolicy,
  update: PolicyUpdate,
  lockId: Uint8Array,
  hi: number | null = null,
): Status | undefined {
  if (!sameBytes(update.lockId, lockId)) return 'carry_wrong_lock';
  const isStamped = [update.floor, ...update.marks].every(
    ({ issuedUntil }) => issuedUntil <= update.iat,
  );
  if (!isStamped) return 'stamp_invalid';
  if (update.policyVersion === policy.policyVersion) {
    return sameBytes(update.post, policy.post) ? 'already_known' : 'fork';
  }
  if (update.policyVersion < policy.policyVersion) return 'already_known';
  if (isBeforeFloor(policy.floor, update, hi)) return 'stamp_invalid';
  if (update.policyVersion > policy.policyVersion + POLICY_JUMP_MAX) return 'version_jump';
  const { base } = update;
  return base === undefined || base <= policy.policyVersion ? undefined : 'base_missing';
}

/**
 * The policy after an update that `judgeUpdate` let pass: a snapshot replaces, a delta joins.
 * @param committedLo - the lower bound as committed: marks that end by then kill nothing any more.
 * @returns undefined when a delta's join needs more memory than there is; a snapshot always fits.
 */
export function applyUpdate(
  policy: LockPolicy,
  update: PolicyUpdate,
  committedLo: number,
): LockPolicy | undefined {
  const isDelta = update.base !== undefined;
  const all = isDelta ? [...policy.marks, ...update.marks] : update.marks;
  const marks = joinMarks(all).filter(({ until }) => until > committedLo);
  const blocked = distinct(isDelta ? [...policy.blocked, ...update.blocked] : update.blocked);
  if (marks.length > MARKS_MAX || blocked.length > BLOCKED_MAX) return undefined;
  return {
    policyVersion: update.policyVersion,
    post: update.post,
    floor: isDelta ? joinFloors(policy.floor, update.floor) : update.floor,
    marks,
    blocked,
  };
}

/**
 * A floor ends everything before it, also the news: a higher version under an older stamp is of a server
 * that was restored from a backup, or of this lock's life before its reset. Only a floor after all bounds
 * of true time says nothing, else one false floor would keep the key that signed it from being blocked.
 */
function isBeforeFloor(floor: Floor, update: PolicyUpdate, hi: number | null): boolean {
  const isFromFuture = hi !== null && floor.issuedUntil > hi;
  return update.iat < floor.issuedUntil && !isFromFuture;
}

/** The status by which floor or marks refuse a grant; undefined when they do not. */
export function judgeMarks(policy: LockPolicy, grant: Grant): Status | undefined {
  if (isKilledBy(policy.floor, grant)) return 'below_floor';
  const isMarked = policy.marks.some(
    (mark) => grant.tags.some((tag) => sameBytes(tag, mark.tag)) && isKilledBy(mark, grant),
  );
  return isMarked ? 'revoked' : undefined;
}

/** Issued at or before the mark, or lowered from a version that did not know it. */
function isKilledBy({ issuedUntil, version }: Floor, grant: Grant): boolean {
  return grant.iat <= issuedUntil || grant.policyVersion < version;
}

function joinMarks(marks: readonly Mark[]): Mark[] {
  const byTag = new Map<string, Mark>();
  for (const mark of marks) {
    const name = toHex(mark.tag);
    const before = byTag.get(name);
    const until = Math.max(mark.until, before?.until ?? 0);
    const joined = before === undefined ? mark : { ...mark, ...joinFloors(before, mark), until };
    byTag.set(name, joined);
  }
  return [...byTag.values()];
}

function joinFloors(a: Floor, b: Floor): Floor {
  return {
    issuedUntil: Math.max(a.issuedUntil, b.issuedUntil),
    version: Math.max(a.version, b.version),
  };
}

function distinct(ids: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(ids.map((id) => [toHex(id), id])).values()];
}
