/** Grants at a lock whose state is known: what `checkGrant` must say of each (lines C, D, E, A13, A14). */
import { checkNow } from '../../crypto/steps.js';
import { checkGrant, type GrantFacts } from '../../lock/grant-check.js';
import type { KnownCertificate } from '../../lock/trust-store.js';
import { type Certificate, certificateClaims } from '../../objects/certificate.js';
import { keyId } from '../../objects/cose-key.js';
import { grantClaims } from '../../objects/grant.js';
import { proofPayload } from '../../objects/proof.js';
import { publicKey, sealed } from './actors.js';
import { crypto, LOCK_ID, NOW, SITE_ID } from './fixed.js';
import { type Case, POLICY, SESSION } from './grant-case.js';
import { RIGHTS } from './grant-cases-rights.js';
import { SIGNERS } from './grant-cases-signers.js';
import { CLOCKS, LIVES } from './grant-cases-time.js';
import type { Writable } from './notation.js';
import { certificateOf, grantOf } from './samples.js';

/** Every case as a vector. */
export function grantVerdicts(): Writable[] {
  return [...LIVES, ...CLOCKS, ...RIGHTS, ...SIGNERS].map(verdict);
}

function verdict(one: Case): Writable {
  const {
    line,
    id,
    expected,
    certificates = [certificateOf('grant')],
    operation = 1,
    asserted = 0,
  } = one;
  const facts: GrantFacts = {
    root: publicKey('root'),
    trustEpoch: 1,
    siteId: SITE_ID,
    certificates: certificates.map(known),
    blocked: one.facts?.policy?.blocked ?? [],
    interval: { lo: NOW, hi: NOW },
    acceptsEs256: true,
    lockId: LOCK_ID,
    policy: POLICY,
    uses: [],
    committedLo: NOW,
    hasTimeToken: false,
    isNear: false,
    ...one.facts,
  };
  const grant = sealed('grant', one.signer ?? 'grant', grantClaims.encode(grantOf(one.grant)));
  const claims = {
    ...SESSION,
    lockId: LOCK_ID,
    grantHash: crypto.sha256(grant),
    operation,
    asserted,
    ...one.proof,
  };
  const proof = sealed('proof', one.device ?? 'device', proofPayload(claims));
  const request = { grant, operation, asserted, proof: { bytes: proof, ...SESSION } };
  const told = checkNow(checkGrant(facts, request, crypto), crypto);
  const status = told.kind === 'permitted' ? 'permitted' : told.status;
  if (status !== expected) throw new Error(`verdict ${id}: expected ${expected}, not ${status}`);
  return {
    id,
    line,
    state: stateOf(facts, certificates),
    request: { grant, operation, asserted, proof, ...SESSION },
    status,
    isProven: told.kind === 'permitted' || told.proven !== null,
    uses:
      told.kind === 'permitted'
        ? told.uses.map(({ useId, used, exp }) => [useId, used, exp])
        : undefined,
  };
}

function known(payload: Uint8Array): KnownCertificate {
  const claims = certificateClaims.parse(payload);
  if (!claims.ok) throw new Error(claims.detail);
  const certificate: Certificate = claims.value;
  return { ...certificate, keyId: keyId(crypto, certificate.key) };
}

function stateOf(facts: GrantFacts, certificates: readonly Uint8Array[]): Writable {
  const { policy, interval } = facts;
  return {
    lockId: facts.lockId,
    siteId: facts.siteId,
    trustEpoch: facts.trustEpoch,
    certificates,
    policyVersion: policy.policyVersion,
    floor: [policy.floor.issuedUntil, policy.floor.version],
    marks: policy.marks.map((one) => [one.tag, one.issuedUntil, one.version, one.until]),
    blocked: policy.blocked,
    interval: [interval.lo, interval.hi],
    committedLo: facts.committedLo,
    uses: facts.uses.map(({ useId, used, exp }) => [useId, used, exp]),
    hasTimeToken: facts.hasTimeToken,
    isNear: facts.isNear,
    acceptsEs256: facts.acceptsEs256,
  };
}
