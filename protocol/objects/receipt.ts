/** Receipts: what a lock says of itself after a request, signed by its identity key (offline.md §3.3, §3.8). */
import { type Claims, claimsOf, type Form, optional, required } from './claims.js';
import { bytes, constant, integer, orNull, text } from './forms.js';

/** The interval of a lock's clock as committed to its memory: Unix seconds, `hi` null for unbounded. */
export interface ClockInterval {
  readonly lo: number;
  readonly hi: number | null;
}

const instant = integer();
const bound = orNull(instant);

/** An interval as an array of two. */
export const intervalForm: Form<ClockInterval> = {
  read: (value) => {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const lo = instant.read(value[0]);
    const hi = bound.read(value[1]);
    if (lo === undefined || hi === undefined || (hi !== null && hi < lo)) return undefined;
    return { lo, hi };
  },
  write: ({ lo, hi }) => [lo, hi],
};

const FIELDS = [
  { lockId: required(3, bytes(8)), iat: required(6, integer()) },
  {
    version: required(1, constant(1)),
    sequence: required(40, integer(1)),
    policyVersion: required(21, integer()),
    post: required(22, bytes(16)),
    trustEpoch: required(41, integer()),
    committed: required(42, intervalForm),
    counter: required(43, bytes(8)),
    /** A number of the status table. */
    status: required(44, integer(0, 255)),
    /** The first 8 bytes of SHA-256 of the grant that was judged; absent when none was. */
    grantHash: optional(45, bytes(8)),
    logHead: required(46, bytes(14)),
    firmware: required(47, text(32)),
    /** Per cent. */
    battery: required(48, integer(0, 100)),
    boots: required(49, integer()),
    /** The lock's new X25519 key while it changes keys. */
    newStaticKey: optional(50, bytes(32)),
  },
] as const;

/** A receipt's claims; `iat` is the committed lower bound of the lock's clock. */
export interface Receipt extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {}

/** Reads and writes the payload of a receipt. */
export const receiptClaims = claimsOf(...FIELDS);
