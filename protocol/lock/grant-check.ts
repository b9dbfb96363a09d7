/**
 * The order of checks on a grant, in one function for locks, bridges and whoever verifies a file
 * (offline.md §3.5). It is pure, it stops at the first refusal, and what it refuses before the proof is
 * marked so that a lock can keep silent about it.
 */
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { GRANT_LIFE_MAX } from '../limits.js';
import { openEnvelope, parseEnvelope } from '../objects/envelope.js';
import {
  type Grant,
  grantClaims,
  OPERATION_BITS,
  type Operation,
  REQUIREMENT_BITS,
} from '../objects/grant.js';
import { proofPayload } from '../objects/proof.js';
import type { Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import { judgeMarks, type LockPolicy } from './policy-store.js';
import { judgeTime, type Life } from './time-check.js';
import {
  isKeyUsable,
  type KnownCertificate,
  openCertified,
  type TrustFacts,
} from './trust-store.js';
import { countUse, type UseCounter } from './use-counters.js';

/** Everything about a lock that decides on a grant. */
export interface GrantFacts extends TrustFacts {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  readonly policy: LockPolicy;
  readonly uses: readonly UseCounter[];
  /** The lower bound of the clock as committed to memory. */
  readonly committedLo: number;
  /** Whether this session brought a time token with the lock's nonce. */
  readonly hasTimeToken: boolean;
  /** Whether the lock's own hardware measured that the phone is near. */
  readonly isNear: boolean;
}

/** What is asked with a grant. */
export interface GrantRequest {
  readonly grant: Uint8Array;
  /** One bit of `OPERATION_BITS`. */
  readonly operation: number;
  /** Sum of asserted `REQUIREMENT_BITS`. */
  readonly asserted: number;
  /** Null judges the grant alone: its holder has shown nothing, so no door may open by the answer. */
  readonly proof: SessionProof | null;
}

/** A proof and the session it must be made in. */
export interface SessionProof {
  /** The detached envelope. */
  readonly bytes: Uint8Array;
  /** 32 bytes. */
  readonly handshakeHash: Uint8Array;
  /** Boot and session counter of the lock, 8 bytes. */
  readonly counter: Uint8Array;
  /** Which request of the session this is, from 1. */
  readonly request: number;
}

/** The answer. `grantHash` is the SHA-256 of the grant's bytes. */
export type GrantVerdict =
  | {
      readonly kind: 'permitted';
      readonly grant: Grant;
      readonly grantHash: Uint8Array;
      readonly operation: Operation;
      /** The counters that must be durable before the bolt moves. */
      readonly uses: readonly UseCounter[];
    }
  | {
      readonly kind: 'refused';
      readonly status: Status;
      /** Null before the proof held: then nobody may learn the status. */
      readonly proven: { readonly grant: Grant; readonly grantHash: Uint8Array } | null;
    };

/** Judges a grant: signature, lock, scope, proof, life, floor and marks, time, version, requirements, uses. */
export function* checkGrant(
  facts: GrantFacts,
  request: GrantRequest,
  crypto: Crypto,
): Checking<GrantVerdict> {
  const signed = yield* openCertified(request.grant, 'grant', 'grant', facts, crypto);
  if (signed.kind === 'refused') return { ...signed, proven: null };
  const claims = grantClaims.parse(signed.payload);
  if (!claims.ok) return refused('grant_malformed');
  const grant: Grant = claims.value;
  if (!sameBytes(grant.lockId, facts.lockId)) return refused('wrong_lock');
  const operation = operationOf(request.operation);
  if (operation === undefined) return refused('operation_unknown');
  if ((grant.scope & request.operation) === 0) return refused('wrong_scope');
  const grantHash = crypto.sha256(request.grant);
  const holds = yield* checkProof(facts, request, grant, grantHash, crypto);
  if (!holds) return refused('proof_wrong');
  const proven = { grant, grantHash };
  const life = judgeLife(grant, signed.certificates, facts);
  if (typeof life === 'string') return refused(life, proven);
  const status =
    judgeMarks(facts.policy, grant) ??
    judgeTime(grant, life, facts.interval, facts.hasTimeToken) ??
    (facts.policy.policyVersion < grant.policyVersion ? 'policy_version_missing' : undefined) ??
    judgeRequirements(grant, request.asserted, facts.isNear);
  if (status !== undefined) return refused(status, proven);
  const counting = countUse(facts.uses, grant, facts.committedLo);
  if (counting.kind === 'refused') return refused(counting.status, proven);
  return { kind: 'permitted', grant, grantHash, operation, uses: counting.counters };
}

/** The operation of a number that is exactly one known bit. */
export function operationOf(bit: number): Operation | undefined {
  return OPERATIONS.find(([, known]) => known === bit)?.[0];
}

const OPERATIONS = Object.entries(OPERATION_BITS) as readonly (readonly [Operation, number])[];

/** Requirements in the order in which they are asked, each with what a phone reads when it is missing. */
const REQUIREMENTS: readonly (readonly [bit: number, missing: Status])[] = [
  [REQUIREMENT_BITS.intent, 'intent_missing'],
  [REQUIREMENT_BITS['phone-unlocked'], 'phone_locked'],
  [REQUIREMENT_BITS['hardware-key'], 'hardware_key_missing'],
  [REQUIREMENT_BITS.ranging, 'ranging_missing'],
  [REQUIREMENT_BITS['second-factor'], 'second_factor_missing'],
];

function* checkProof(
  facts: GrantFacts,
  { proof, operation, asserted }: GrantRequest,
  grant: Grant,
  grantHash: Uint8Array,
  crypto: Crypto,
): Checking<boolean> {
  if (!isKeyUsable(grant.key, facts, crypto)) return false;
  if (proof === null) return true;
  const envelope = parseEnvelope(proof.bytes, 'proof');
  if (!envelope.ok) return false;
  const { handshakeHash, counter, request } = proof;
  const { lockId } = facts;
  const session = { handshakeHash, lockId, grantHash, operation, asserted, counter, request };
  const payload = proofPayload(session);
  return (yield* openEnvelope(envelope.value, [grant.key], crypto, payload)) !== undefined;
}

/** When the certificate behind a grant holds, or why none of the signer's certificates covers it. */
function judgeLife(
  grant: Grant,
  certificates: readonly KnownCertificate[],
  facts: GrantFacts,
): Life | Status {
  const { hi } = facts.interval;
  const issuers = certificates.filter(({ nbf, exp }) => nbf <= grant.iat && grant.iat < exp);
  if (issuers.length === 0) return 'issued_outside_certificate';
  const life = grant.exp - grant.iat;
  const fitting = issuers.filter(({ lifeMax }) => life <= Math.min(lifeMax, GRANT_LIFE_MAX));
  const [first] = fitting;
  if (first === undefined) return 'life_too_long';
  if (hi !== null && grant.iat > hi) return 'issued_in_future';
  // Several certificates of one key that cover this grant: the one that holds longest is the signer's.
  const longest = fitting.reduce((best, other) => (other.exp > best.exp ? other : best), first);
  return { from: longest.nbf, until: longest.exp };
}

function judgeRequirements(grant: Grant, asserted: number, isNear: boolean): Status | undefined {
  const shown = isNear ? asserted : asserted & ~REQUIREMENT_BITS.ranging;
  return REQUIREMENTS.find(([bit]) => (grant.requirements & bit & ~shown) !== 0)?.[1];
}

function refused(
  status: Status,
  proven: { readonly grant: Grant; readonly grantHash: Uint8Array } | null = null,
): GrantVerdict {
  return { kind: 'refused', status, proven };
}
