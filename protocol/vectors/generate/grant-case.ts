/** The grant, the policy and the session from which cases of grants differ. */
import type { GrantFacts } from '../../lock/grant-check.js';
import type { Grant } from '../../objects/grant.js';
import type { ProofClaims } from '../../objects/proof.js';
import type { Status } from '../../status.js';
import type { SignerName } from './actors.js';
import { fixedBytes, NOW } from './fixed.js';

/** Everything a case may have other than the plain one, in which a resident opens his door. */
export interface Case {
  readonly line: string;
  readonly id: string;
  readonly expected: Status;
  readonly grant?: Partial<Grant>;
  readonly facts?: Partial<GrantFacts>;
  /** Certificates of the lock; the GRANT one when left out. */
  readonly certificates?: readonly Uint8Array[];
  readonly operation?: number;
  readonly asserted?: number;
  readonly signer?: SignerName;
  readonly device?: SignerName;
  readonly proof?: Partial<ProofClaims>;
}

/** Shared by all cases. */
export const POLICY = {
  policyVersion: 4,
  post: fixedBytes('post').slice(0, 16),
  floor: { issuedUntil: 0, version: 0 },
  marks: [],
  blocked: [],
};
/** Shared by all cases. */
export const SESSION = {
  handshakeHash: fixedBytes('handshake hash'),
  counter: Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2),
  request: 1,
};
/** When the plain grant was issued. */
export const IAT = NOW - 5;

/** A lock whose clock says this. */
export function at(lo: number, hi: number | null = lo): Pick<Case, 'facts'> {
  return { facts: { interval: { lo, hi } } };
}
