/**
 * Judging a grant without being a lock: in a test, on a server, over a file. The order of checks is the
 * lock's own (`lock/grant-check.ts`); what a lock knows by itself is said in the question.
 */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { checkGrant, type SessionProof } from '../lock/grant-check.js';
import { judgeUpdate, type LockPolicy } from '../lock/policy-store.js';
import {
  type KnownCertificate,
  openCertificate,
  openCertified,
  type TrustFacts,
} from '../lock/trust-store.js';
import type { UseCounter } from '../lock/use-counters.js';
import type { Grant, Operation } from '../objects/grant.js';
import { policyUpdateClaims } from '../objects/policy-update.js';
import type { ClockInterval } from '../objects/receipt.js';
import type { Status } from '../status.js';

/** Whom a verifier believes. */
export interface VerifierTrust {
  readonly root: PublicKey;
  readonly trustEpoch: number;
  /** 8 bytes. */
  readonly siteId: Uint8Array;
  /** Whether devices and certified keys may be P-256. */
  readonly acceptsEs256: boolean;
}

/** What is asked of a grant. */
export interface GrantQuestion {
  /** The grant as signed. */
  readonly grant: Uint8Array;
  /** The lock it is to open, 8 bytes. */
  readonly lockId: Uint8Array;
  /** Between which bounds the true time lies, Unix seconds; one instant has two equal bounds. */
  readonly interval: ClockInterval;
  /** One bit of `OPERATION_BITS`. */
  readonly operation: number;
  /** Sum of the `REQUIREMENT_BITS` that are met. */
  readonly asserted: number;
  /** What the lock refuses by now; undefined when it is not known, and then nothing counts as withdrawn. */
  readonly policy?: LockPolicy;
  /** The session's proof; undefined judges the grant alone, and then nothing may open by the answer. */
  readonly proof?: SessionProof;
  /** Counters of uses, none when left out. */
  readonly uses?: readonly UseCounter[];
}

/** The answer; `status` is of the numbered table. */
export type Verdict =
  | {
      readonly effect: 'permit';
      readonly status: 'permitted';
      readonly grant: Grant;
      readonly operation: Operation;
    }
  | { readonly effect: 'deny'; readonly status: Status };

/** Judges a grant by certificates that were verified before (`verifyCertificate`). */
export function* verifyGrant(
  question: GrantQuestion,
  trust: VerifierTrust,
  certificates: readonly KnownCertificate[],
  crypto: Crypto,
): Checking<Verdict> {
  const { lockId, interval, policy = UNKNOWN_POLICY, uses = [] } = question;
  const facts = {
    ...trustFacts(trust, certificates, interval, policy.blocked),
    lockId,
    policy,
    uses,
    committedLo: interval.lo,
    // Whoever asks here names the time as well as any token could.
    hasTimeToken: true,
    isNear: true,
  };
  const { grant, operation, asserted, proof = null } = question;
  const verdict = yield* checkGrant(facts, { grant, operation, asserted, proof }, crypto);
  if (verdict.kind === 'refused') return { effect: 'deny', status: verdict.status };
  const { grant: claims, operation: asked } = verdict;
  return { effect: 'permit', status: 'permitted', grant: claims, operation: asked };
}

/**
 * A certificate once the root's signature on it was checked; it is judged again at every use.
 * @returns code `carry_malformed`, or `carry_untrusted` for one of another root, epoch or site, outside its
 *   life, living too long, or of a key that must not be used.
 */
export function* verifyCertificate(
  bytes: Uint8Array,
  trust: VerifierTrust,
  interval: ClockInterval,
  crypto: Crypto,
): Checking<Outcome<KnownCertificate, Status>> {
  const opened = yield* openCertificate(bytes, trustFacts(trust, [], interval), crypto);
  if (opened.kind === 'accepted') return { ok: true, value: opened.certificate };
  return refused(opened.status, 'not a certificate that counts now');
}

/** What a lock with only this snapshot would refuse. */
export function* verifySnapshot(
  bytes: Uint8Array,
  lockId: Uint8Array,
  trust: VerifierTrust,
  certificates: readonly KnownCertificate[],
  interval: ClockInterval,
  crypto: Crypto,
): Checking<Outcome<LockPolicy, Status>> {
  const facts = trustFacts(trust, certificates, interval);
  const signed = yield* openCertified(bytes, 'policy-update', 'policy', facts, crypto);
  if (signed.kind === 'refused') return refused(signed.status, 'no signed policy update');
  const claims = policyUpdateClaims.parse(signed.payload);
  if (!claims.ok) return refused('carry_malformed', claims.detail);
  const update = claims.value;
  if (update.base !== undefined) return refused('base_missing', 'a delta says nothing by itself');
  const wrong = judgeUpdate({ ...UNKNOWN_POLICY, policyVersion: 0 }, update, lockId);
  // The jump is a lock's concern: here the snapshot stands for itself.
  if (wrong !== undefined && wrong !== 'version_jump') return refused(wrong, 'not for this lock');
  const { policyVersion, post, floor, marks, blocked } = update;
  return { ok: true, value: { policyVersion, post, floor, marks, blocked } };
}

/** Nothing withdrawn, and no version missing. */
const UNKNOWN_POLICY: LockPolicy = {
  policyVersion: Number.MAX_SAFE_INTEGER,
  post: new Uint8Array(16),
  floor: { issuedUntil: 0, version: 0 },
  marks: [],
  blocked: [],
};

function trustFacts(
  { root, trustEpoch, siteId, acceptsEs256 }: VerifierTrust,
  certificates: readonly KnownCertificate[],
  interval: ClockInterval,
  blocked: readonly Uint8Array[] = [],
): TrustFacts {
  return { root, trustEpoch, siteId, acceptsEs256, certificates, blocked, interval };
}

function refused(code: Status, detail: string): Outcome<never, Status> {
  return { ok: false, code, detail };
}
