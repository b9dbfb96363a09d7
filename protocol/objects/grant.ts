/** Grants: what one device may do at one lock for a short while (offline.md §3.3). */
import type { PublicKey } from '../crypto/crypto.js';
import { WINDOWS_MAX } from '../limits.js';
import { type Claims, claimsOf, type Form, optional, required } from './claims.js';
import { confirmationKey } from './cose-key.js';
import { bytes, constant, integer, listOf, where } from './forms.js';

/** One bit for each operation of a lock; a grant's scope is their sum, a request names one. */
export const OPERATION_BITS = { unlock: 1, secure: 2, 'hold-open': 4, 'read-log': 8 } as const;

/** What a request asks of a lock. */
export type Operation = keyof typeof OPERATION_BITS;

/** One bit for each thing the proof must assert. */
export const REQUIREMENT_BITS = {
  intent: 1,
  'phone-unlocked': 2,
  'hardware-key': 4,
  ranging: 8,
  'second-factor': 16,
} as const;

/** What to do while the lock's clock cannot tell: deny, go by the lower bound, or ask for a nonce token. */
export const TIME_POLICIES = { deny: 0, 'lower-bound': 1, 'nonce-token': 2 } as const;

/** A number that is one byte on the wire. */
const scopeByte: Form<number> = {
  read: (value) =>
    value instanceof Uint8Array && value.length === 1 && isScope(value[0] as number)
      ? (value[0] as number)
      : undefined,
  write: (value) => Uint8Array.of(value),
};

/** `[s₁, e₁, s₂, e₂, …]` with every boundary after the one before: no empty, touching or overlapping window. */
const windowList = where(
  listOf(integer(0, 0xffff_ffff), 2 * WINDOWS_MAX, 2),
  (edges) =>
    edges.length % 2 === 0 &&
    edges.every((edge, index) => index === 0 || edge > (edges[index - 1] as number)),
);

const shareId = bytes(8);
const useCount = integer(1, 0xffff);

/** `[useId, n]`: how often all grants of one share may open together. */
const useLimit: Form<UseLimit> = {
  read: (value) => {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const useId = shareId.read(value[0]);
    const count = useCount.read(value[1]);
    return useId === undefined || count === undefined ? undefined : { useId, count };
  },
  write: ({ useId, count }) => [useId, count],
};

/** The uses a grant shares with every other grant of the same assignment. */
export interface UseLimit {
  /** 8 bytes. */
  readonly useId: Uint8Array;
  readonly count: number;
}

const FIELDS = [
  {
    lockId: required(3, bytes(8)),
    exp: required(4, integer()),
    nbf: required(5, integer()),
    iat: required(6, integer()),
    id: required(7, bytes(8)),
    key: required(8, confirmationKey),
    scope: required(9, scopeByte),
  },
  {
    version: required(1, constant(1)),
    /** Tags of the device and of its person at this lock. */
    tags: required(3, listOf(bytes(8), 2, 2)),
    windows: optional(4, windowList),
    timePolicy: required(5, integer(0, 2)),
    requirements: required(6, integer(0, 31)),
    policyVersion: required(7, integer()),
    uses: optional(8, useLimit),
  },
] as const;

/**
 * A grant's claims. Times are Unix seconds, `nbf ≤ t < exp`; windows are minutes after
 * `60·⌊nbf/60⌋`, absent for always; `policyVersion` is the claim `minpv`.
 */
export interface Grant extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {
  readonly key: PublicKey;
}

/** Reads and writes the payload of a grant. */
export const grantClaims = claimsOf(...FIELDS);

function isScope(byte: number): boolean {
  return byte >= 1 && byte <= 15;
}
