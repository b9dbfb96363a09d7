/** Which keys an organisation's root named, as a phone sees it (offline.md §3.1). */
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import {
  type Certificate,
  type CertificateRole,
  certificateClaims,
  certificateLifeMax,
  ROLE_BITS,
} from '../objects/certificate.js';
import { keyId } from '../objects/cose-key.js';
import { openEnvelope, parseEnvelope } from '../objects/envelope.js';
import type { Trust } from '../objects/trust-update.js';
import { sameBytes } from '../wire/bytes.js';

/** A certificate whose signature, epoch, site and shape hold; its life is asked at each use. */
export interface CheckedCertificate {
  /** As signed: what a lock wants to see. */
  readonly bytes: Uint8Array;
  readonly certificate: Certificate;
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
  const envelope = parseEnvelope(bytes, 'certificate');
  if (!envelope.ok) return undefined;
  const claims = certificateClaims.parse(envelope.value.payload as Uint8Array);
  if (!claims.ok) return undefined;
  const certificate = claims.value;
  const { nbf, exp, roles, trustEpoch, key } = certificate;
  const holds =
    trustEpoch === trust.trustEpoch &&
    sameBytes(certificate.siteId, siteId) &&
    nbf < exp &&
    exp - nbf <= certificateLifeMax(roles) &&
    crypto.admitsKey(key);
  if (!holds) return undefined;
  if ((yield* openEnvelope(envelope.value, [trust.root], crypto)) === undefined) return undefined;
  return { bytes, certificate, keyId: keyId(crypto, key) };
}

/** Those that may have signed something of this role at `iat` (Unix seconds), the longest-lived first. */
export function certificatesFor(
  certificates: readonly CheckedCertificate[],
  role: CertificateRole,
  iat: number,
): readonly CheckedCertificate[] {
  return certificates
    .filter(({ certificate }) => {
      const { roles, nbf, exp } = certificate;
      return (roles & ROLE_BITS[role]) !== 0 && nbf <= iat && iat < exp;
    })
    .sort((a, b) => b.certificate.exp - a.certificate.exp);
}
