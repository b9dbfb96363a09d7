/** Which keys an organisation's root named, as a phone sees it (offline.md §3.1). */
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { type KnownCertificate, openCertificate } from '../lock/trust-store.js';
import { type CertificateRole, ROLE_BITS } from '../objects/certificate.js';
import type { Trust } from '../objects/trust-update.js';

/** A certificate whose signature, epoch, site and shape hold; its life is asked at each use. */
export interface CheckedCertificate {
  /** As signed: what a lock wants to see. */
  readonly bytes: Uint8Array;
  readonly certificate: KnownCertificate;
  /** 8 bytes, of the key it names. */
  readonly keyId: Uint8Array;
}

/** The certificate in these bytes, when this root gave it to a key of this site in its present epoch. */
export function* checkCertificate(
  bytes: Uint8Array,
  trust: Trust,
  siteId: Uint8Array,
  crypto: Crypto,
): Checking<CheckedCertificate | undefined> {
  const outcome = yield* openCertificate(
    bytes,
    { ...trust, siteId, certificates: [], blocked: [], interval: ANY_TIME, acceptsEs256: true },
    crypto,
  );
  if (outcome.kind === 'refused') return undefined;
  const { certificate } = outcome;
  return { bytes, certificate, keyId: certificate.keyId };
}

/**
 * Those under which something of this role with this `iat` (Unix seconds) may count, the longest-lived
 * first. A policy or admin update keeps its stamp while nothing changes, and is signed anew by each
 * quarter's key: it may be older than the certificate.
 */
export function certificatesFor(
  certificates: readonly CheckedCertificate[],
  role: CertificateRole,
  iat: number,
): readonly CheckedCertificate[] {
  return certificates
    .filter(({ certificate }) => {
      const { roles, nbf, exp } = certificate;
      const isInside = nbf <= iat || role === 'policy' || role === 'admin';
      return (roles & ROLE_BITS[role]) !== 0 && isInside && iat < exp;
    })
    .sort((a, b) => b.certificate.exp - a.certificate.exp);
}

/** Every certificate counts at some time of this interval: when it counts is asked at each use. */
const ANY_TIME = { lo: 0, hi: null };
