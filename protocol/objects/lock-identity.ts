/** The answer of a lock to its commissioning: the keys it made for itself (offline.md §3.9). */
import { type Claims, claimsOf, required } from './claims.js';
import { bytes, constant } from './forms.js';

const FIELDS = [
  {},
  {
    version: required(1, constant(1)),
    /** The lock's X25519 key. */
    staticKey: required(72, bytes(32)),
    /** The lock's Ed25519 key. */
    identityKey: required(73, bytes(32)),
    counter: required(43, bytes(8)),
    /** The handshake hash of the commissioning session. */
    handshakeHash: required(74, bytes(32)),
    rootHash: required(75, bytes(32)),
  },
] as const;

/** A lock identity's claims, signed by the identity key that it names. */
export interface LockIdentity extends Claims<(typeof FIELDS)[1]> {}

/** Reads and writes the payload of a lock identity. */
export const lockIdentityClaims = claimsOf(...FIELDS);
