/** Time tokens: a signed stamp that raises a lock's clock, and lowers it when it answers a nonce (offline.md §3.6). */
import { type Claims, claimsOf, optional, required } from './claims.js';
import { bytes, integer } from './forms.js';

const FIELDS = [
  { iat: required(6, integer()) },
  {
    /** The lock's nonce of this session; absent: the token is a lower bound alone. */
    nonce: optional(30, bytes(16)),
    /** How far the issuer's clock may be off, in seconds, at most one day. */
    radius: required(31, integer(0, 86_400)),
  },
] as const;

/** A time token's claims; `iat` in Unix seconds. */
export interface TimeToken extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {}

/** Reads and writes the payload of a time token. */
export const timeTokenClaims = claimsOf(...FIELDS);
