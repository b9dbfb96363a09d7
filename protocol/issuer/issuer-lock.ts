/**
 * What the issuer knows of one lock: plain data that a server stores as one row. Every change gives a new
 * value with the next policy version; `policy-seals.ts` makes signed updates of it (offline.md §3.7).
 */
import type { Crypto } from '../crypto/crypto.js';
import type { ClockReset, LockConfig } from '../objects/admin-update.js';
import { policyDigest } from '../objects/policy-digest.js';
import type { Floor } from '../objects/policy-update.js';
import { fromHex, toHex } from '../wire/hex.js';

/** A revocation mark, its tag in hex; `version` is the policy version that brought it. */
export interface IssuerMark {
  readonly tag: string;
  readonly issuedUntil: number;
  readonly version: number;
  readonly until: number;
}

/** A key that no longer counts although its certificate lives. */
export interface BlockedKey {
  /** 8 bytes in hex. */
  readonly keyId: string;
  /** The epoch of its certificates: once the lock left it, they are refused anyway. */
  readonly trustEpoch: number;
}

/** A state the issuer brought about: a receipt that names any other is an alarm. */
export interface IssuedState {
  readonly trustEpoch: number;
  readonly policyVersion: number;
  /** 16 bytes in hex. */
  readonly post: string;
}

/** What the newest counting receipt of the lock proved. */
export interface ProvedState {
  readonly receiptSequence: number;
  readonly trustEpoch: number;
  readonly policyVersion: number;
  readonly committedLo: number;
}

/** A clock set back and the admin sequence that brings it. */
export interface ClockChange {
  readonly sequence: number;
  readonly issuedAt: number;
  readonly clock: ClockReset;
}

/** A configuration and the admin sequence that brings it. */
export interface ConfigChange {
  readonly sequence: number;
  readonly issuedAt: number;
  readonly config: LockConfig;
}

/** One lock as its issuer sees it. Bytes are hex, so the whole is plain JSON. */
export interface IssuerLock {
  /** 8 bytes in hex. */
  readonly lockId: string;
  /** The newest policy version, 0 before any. */
  readonly policyVersion: number;
  /** The newest stamp on any of its updates: no later one is earlier. */
  readonly stamp: number;
  readonly floor: Floor;
  readonly marks: readonly IssuerMark[];
  readonly blocked: readonly BlockedKey[];
  readonly config: ConfigChange | null;
  /** Until a receipt shows that it was applied, or the time it is for has come. */
  readonly clockReset: ClockChange | null;
  readonly adminSequence: number;
  readonly trustEpoch: number;
  /**
   * Nothing is sealed for it with keys of an epoch before this one: after a backup came back, keys that were
   * blocked since may be among them.
   */
  readonly sealedFromEpoch: number;
  /** A delta may build on this version or a later one. */
  readonly deltasFrom: number;
  /** States the lock may be in, oldest first: the proved one and all after it. */
  readonly issued: readonly IssuedState[];
  readonly proved: ProvedState | null;
}

/**
 * A lock that was commissioned for the first time: it refuses nothing by itself, and no grant is issued for it yet.
 * One that had a row before goes on with `commissionAgain`, or objects of its former life would count.
 */
export function newIssuerLock(lockId: Uint8Array, trustEpoch: number, crypto: Crypto): IssuerLock {
  if (lockId.length !== 8) throw new TypeError('a lock id has 8 bytes');
  const floor = { issuedUntil: 0, version: 0 };
  const content = { policyVersion: 0, floor, marks: [], configVersion: 0, blocked: [] };
  const post = toHex(policyDigest(crypto, lockId, content));
  return {
    lockId: toHex(lockId),
    policyVersion: 0,
    stamp: 0,
    floor,
    marks: [],
    blocked: [],
    config: null,
    clockReset: null,
    adminSequence: 0,
    trustEpoch,
    sealedFromEpoch: trustEpoch,
    deltasFrom: 1,
    issued: [{ trustEpoch, policyVersion: 0, post }],
    proved: null,
  };
}

/** Whether keys certified in this epoch may sign for the lock. */
export function isSealedIn(lock: IssuerLock, trustEpoch: number): boolean {
  return Math.min(lock.trustEpoch, trustEpoch) >= lock.sealedFromEpoch;
}

/** The lock's id as bytes. @throws TypeError when the row holds no id of 8 bytes. */
export function lockIdOf(lock: IssuerLock): Uint8Array {
  return storedBytes(lock.lockId, 8);
}

/** Bytes of a stored row. @throws TypeError when the text is not `size` bytes in hex. */
export function storedBytes(text: string, size: number): Uint8Array {
  const bytes = fromHex(text);
  if (bytes?.length !== size) throw new TypeError(`stored bytes must be ${size} bytes in hex`);
  return bytes;
}
