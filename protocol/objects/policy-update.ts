/** Policy updates: what a lock must refuse from now on (offline.md §3.3, §3.7). */
import { BLOCKED_MAX, MARKS_MAX } from '../limits.js';
import { type Claims, claimsOf, type Form, optional, required } from './claims.js';
import { bytes, constant, integer, listOf } from './forms.js';

/**
 * A revocation mark: grants with `tag` are refused when issued at or before `issuedUntil`, or lowered
 * from a version below `version`. It may be forgotten once nothing it kills can still be alive.
 */
export interface Mark {
  /** 8 bytes, of a device or of a person at this lock. */
  readonly tag: Uint8Array;
  /** Unix seconds: `t` on the wire. */
  readonly issuedUntil: number;
  /** `v` on the wire. */
  readonly version: number;
  /** Unix seconds: the latest `exp` of what the mark kills. */
  readonly until: number;
}

/** A mark for the whole lock: `[iat, v]`. */
export interface Floor {
  readonly issuedUntil: number;
  readonly version: number;
}

/** A floor as an array of two. */
export const floorForm: Form<Floor> = {
  read: (value) => {
    const pair = listOf(integer(), 2, 2).read(value);
    return pair && { issuedUntil: pair[0] as number, version: pair[1] as number };
  },
  write: ({ issuedUntil, version }) => [issuedUntil, version],
};

/** A mark as an array of four. */
export const markForm: Form<Mark> = {
  read: (value) => {
    if (!Array.isArray(value) || value.length !== 4) return undefined;
    const tag = bytes(8).read(value[0]);
    const rest = listOf(integer(), 3, 3).read(value.slice(1));
    if (tag === undefined || rest === undefined) return undefined;
    const [issuedUntil, version, until] = rest as [number, number, number];
    return { tag, issuedUntil, version, until };
  },
  write: ({ tag, issuedUntil, version, until }) => [tag, issuedUntil, version, until],
};

const FIELDS = [
  { lockId: required(3, bytes(8)), iat: required(6, integer()) },
  {
    version: required(1, constant(1)),
    /** The version this delta builds on; absent in a snapshot. */
    base: optional(20, integer()),
    policyVersion: required(21, integer(1)),
    /** Digest of the state the issuer holds at `policyVersion`. */
    post: required(22, bytes(16)),
    floor: required(23, floorForm),
    marks: required(24, listOf(markForm, MARKS_MAX)),
    /** Ids of keys whose certificates no longer count. */
    blocked: required(26, listOf(bytes(8), BLOCKED_MAX)),
  },
] as const;

/** A policy update's claims; a delta when `base` is there, else a snapshot. */
export interface PolicyUpdate extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {}

/** Reads and writes the payload of a policy update. */
export const policyUpdateClaims = claimsOf(...FIELDS);
