/** Certificates: the organisation's root names a key, what it may sign, and for how long (offline.md §3.1). */
import type { PublicKey } from '../crypto/crypto.js';
import { GRANT_LIFE_MAX } from '../limits.js';
import { type Claims, claimsOf, required } from './claims.js';
import { confirmationKey } from './cose-key.js';
import { bytes, constant, integer, where } from './forms.js';

/** One bit for each thing a certified key may sign. */
export const ROLE_BITS = { grant: 1, policy: 2, time: 4, bundle: 8, admin: 16 } as const;

/** What a certified key may sign. */
export type CertificateRole = keyof typeof ROLE_BITS;

/** Longest life of a certificate with these roles, in seconds: 90 days, and 30 with TIME or ADMIN. */
export function certificateLifeMax(roles: number): number {
  const short = ROLE_BITS.time | ROLE_BITS.admin;
  return (roles & short) !== 0 ? 30 * 86_400 : 90 * 86_400;
}

/** Who issues grants must not also say which of them are withdrawn: no key has both roles (offline.md §3.1). */
function areApart(roles: number): boolean {
  return (roles & ROLE_BITS.grant) === 0 || (roles & ROLE_BITS.policy) === 0;
}

const FIELDS = [
  {
    exp: required(4, integer()),
    nbf: required(5, integer()),
    key: required(8, confirmationKey),
  },
  {
    version: required(1, constant(1)),
    roles: required(10, where(integer(1, 31), areApart)),
    /** Longest grant this key may sign, in seconds. */
    lifeMax: required(11, integer(1, GRANT_LIFE_MAX)),
    trustEpoch: required(12, integer()),
    siteId: required(13, bytes(8)),
  },
] as const;

/** A certificate's claims: valid for `nbf ≤ t < exp`, Unix seconds. */
export interface Certificate extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {
  readonly key: PublicKey;
}

/** Reads and writes the payload of a certificate. */
export const certificateClaims = claimsOf(...FIELDS);
