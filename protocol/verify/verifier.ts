/** A verifier that remembers: certificates are checked once, so that a grant costs one signature. */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import type { KnownCertificate } from '../lock/trust-store.js';
import { certificateClaims } from '../objects/certificate.js';
import type { ClockInterval } from '../objects/receipt.js';
import type { Status } from '../status.js';
import { toHex } from '../wire/hex.js';
import {
  type GrantQuestion,
  type Verdict,
  type VerifierTrust,
  verifyCertificate,
  verifyGrant,
} from './verify-grant.js';

/** Certificates one verifier keeps; above it the one learned first goes. A site renews five keys a quarter. */
export const CERTIFICATES_LEARNED_MAX = 64;

/** Judges grants of one organisation. Drive its work with `checkNow`, or with a driver of your own. */
export interface Verifier {
  /** Checks a certificate against the root and keeps it. Code as `verifyCertificate`. */
  learn(certificate: Uint8Array, interval: ClockInterval): Checking<Outcome<void, Status>>;
  /** Judges a grant by the certificates learned so far. */
  judge(question: GrantQuestion): Checking<Verdict>;
}

/** A verifier that knows no certificate yet. */
export function createVerifier(trust: VerifierTrust, crypto: Crypto): Verifier {
  const learned = new Map<string, KnownCertificate>();
  let certificates: readonly KnownCertificate[] = [];
  return {
    *learn(bytes, interval) {
      const checked = yield* verifyCertificate(bytes, trust, interval, crypto);
      if (!checked.ok) return checked;
      const name = toHex(certificateClaims.encode(checked.value));
      learned.delete(name);
      learned.set(name, checked.value);
      const [eldest] = learned.keys();
      if (learned.size > CERTIFICATES_LEARNED_MAX && eldest !== undefined) learned.delete(eldest);
      certificates = [...learned.values()];
      return { ok: true, value: undefined };
    },
    judge: (question) => verifyGrant(question, trust, certificates, crypto),
  };
}
