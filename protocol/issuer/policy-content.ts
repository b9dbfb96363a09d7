/** What a lock's row says on the wire: the digest of its state, and the claims of an update to it. */
import type { Crypto } from '../crypto/crypto.js';
import { MARKS_MAX, MESSAGE_BYTES_MAX } from '../limits.js';
import { policyDigest } from '../objects/policy-digest.js';
import { type Mark, type PolicyUpdate, policyUpdateClaims } from '../objects/policy-update.js';
import { toHex } from '../wire/hex.js';
import { type IssuerLock, type IssuerMark, lockIdOf, storedBytes } from './issuer-lock.js';

/**
 * Longest payload of an update. The envelope adds 89 bytes, the message that carries it 6 and the
 * transport's tag 16, a delta's base 10; all of it must fit `MESSAGE_BYTES_MAX`, or no phone could bring
 * it. So about 75 marks fit before the floor is raised, fewer than the 112 that a lock stores.
 */
const PAYLOAD_BYTES_MAX = MESSAGE_BYTES_MAX - 121;

/** Marks of 37 bytes, the most one can have, that fit beside 8 blocked keys of 9 and at most 100 bytes of the rest. */
const MARKS_ALWAYS_FIT = Math.floor((PAYLOAD_BYTES_MAX - 8 * 9 - 100) / 37);

/** The digest of the row as it stands: what the lock stores and its receipts name, in hex. */
export function postOf(lock: IssuerLock, crypto: Crypto): string {
  const { policyVersion, floor } = lock;
  const marks = lock.marks.map(markOf);
  const blocked = blockedOf(lock);
  const configVersion = lock.config?.config.version ?? 0;
  const content = { policyVersion, floor, marks, blocked, configVersion };
  return toHex(policyDigest(crypto, lockIdOf(lock), content));
}

/**
 * The claims of a snapshot, or of a delta on `base`: every mark that came after it, the floor, and all
 * blocked keys. A delta says everything since its base, so it fits each version from there on.
 */
export function updateClaims(lock: IssuerLock, base?: number): PolicyUpdate {
  const state = lock.issued.at(-1);
  if (state === undefined || state.policyVersion !== lock.policyVersion || lock.policyVersion < 1) {
    throw new RangeError('this lock has no policy yet');
  }
  const marks = base === undefined ? lock.marks : lock.marks.filter((mark) => mark.version > base);
  return {
    version: 1,
    lockId: lockIdOf(lock),
    iat: lock.stamp,
    ...(base === undefined ? {} : { base }),
    policyVersion: lock.policyVersion,
    post: storedBytes(state.post, 16),
    floor: lock.floor,
    marks: marks.map(markOf),
    blocked: blockedOf(lock),
  };
}

/** Whether the lock can be told all of the row at once. */
export function fitsOneUpdate(lock: IssuerLock): boolean {
  if (lock.marks.length > MARKS_MAX) return false;
  if (lock.marks.length <= MARKS_ALWAYS_FIT) return true;
  return policyUpdateClaims.encode(updateClaims(lock)).length <= PAYLOAD_BYTES_MAX;
}

function markOf({ tag, issuedUntil, version, until }: IssuerMark): Mark {
  return { tag: storedBytes(tag, 8), issuedUntil, version, until };
}

function blockedOf(lock: IssuerLock): Uint8Array[] {
  return lock.blocked.map(({ keyId }) => storedBytes(keyId, 8));
}
