/** Admin updates: a lock's configuration, and the one way to set its clock back (offline.md §3.3). */

import type { CborMap } from '../wire/cbor.js';
import { type Claims, claimsOf, type Form, optional, required } from './claims.js';
import { bytes, constant, integer, listOf } from './forms.js';

/** What an organisation may choose for one lock. */
export interface LockConfig {
  /** Rises with every change; part of the policy digest. */
  readonly version: number;
  /** How long the bolt stays open after `unlock`, in seconds, 1 to 60. */
  readonly openSeconds: number;
  /** Whether log records carry the device's tag; false keeps a log without personal entries. */
  readonly personalLog: boolean;
}

/** A configuration as a map of three. */
export const configForm: Form<LockConfig> = {
  read: (value) => {
    if (!(value instanceof Map) || value.size !== 3) return undefined;
    const map = value as CborMap;
    const version = integer(1).read(map.get(1) ?? null);
    const openSeconds = integer(1, 60).read(map.get(2) ?? null);
    const personalLog = map.get(3);
    if (version === undefined || openSeconds === undefined || typeof personalLog !== 'boolean') {
      return undefined;
    }
    return { version, openSeconds, personalLog };
  },
  write: ({ version, openSeconds, personalLog }) =>
    new Map<number, number | boolean>([
      [1, version],
      [2, openSeconds],
      [3, personalLog],
    ]),
};

/** A clock set back. */
export interface ClockReset {
  /** New lower bound, Unix seconds. */
  readonly lo: number;
  /** The committed lower bound that a receipt showed: only a lock that is still there or beyond goes back. */
  readonly from: number;
}

/** A reset as an array of two. */
const clockForm: Form<ClockReset> = {
  read: (value) => {
    const pair = listOf(integer(), 2, 2).read(value);
    return pair && { lo: pair[0] as number, from: pair[1] as number };
  },
  write: ({ lo, from }) => [lo, from],
};

const FIELDS = [
  { lockId: required(3, bytes(8)), iat: required(6, integer()) },
  {
    version: required(1, constant(1)),
    /** Admin sequence: each lock applies it once, in order. */
    sequence: required(60, integer(1)),
    /** Needs a policy snapshot whose floor is at or after `iat`. */
    clock: optional(61, clockForm),
    config: optional(25, configForm),
  },
] as const;

/** An admin update's claims. */
export interface AdminUpdate extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {}

/** Reads and writes the payload of an admin update. */
export const adminUpdateClaims = claimsOf(...FIELDS);
