/** Proofs: the device signs what it asks of this lock in this session (offline.md §3.3, `Proof`). */
import { encodeCbor } from '../wire/cbor.js';

/** Everything a proof is over. None of it may be left out: each omission is an attack (protocol/formal). */
export interface ProofClaims {
  /** The handshake hash of the session, 32 bytes. */
  readonly handshakeHash: Uint8Array;
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  /** SHA-256 of the grant's bytes, 32 bytes. */
  readonly grantHash: Uint8Array;
  /** One bit of `OPERATION_BITS`. */
  readonly operation: number;
  /** The sum of the asserted `REQUIREMENT_BITS`. */
  readonly asserted: number;
  /** Boot and session counter of the lock, 8 bytes. */
  readonly counter: Uint8Array;
  /** Which request of the session this is, from 1. */
  readonly request: number;
}

/** The detached payload of a proof. */
export function proofPayload(claims: ProofClaims): Uint8Array {
  const { handshakeHash, lockId, grantHash, operation, asserted, counter, request } = claims;
  return encodeCbor([handshakeHash, lockId, grantHash, operation, asserted, counter, request]);
}
