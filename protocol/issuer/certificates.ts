/** Certificates: the root says which key may sign what, and for how long (offline.md §3.1). */
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import {
  type Certificate,
  type CertificateRole,
  certificateClaims,
  certificateLifeMax,
  ROLE_BITS,
} from '../objects/certificate.js';
import { sealEnvelope } from '../objects/envelope.js';

/** What the root is asked to certify. */
export interface CertificateOrder {
  readonly key: PublicKey;
  readonly roles: readonly CertificateRole[];
  /** Unix seconds; valid for `from ≤ t < until`, 90 days at most, 30 with `time` or `admin`. */
  readonly from: number;
  readonly until: number;
  /** Longest grant this key may sign, in seconds, at most 30 days. */
  readonly lifeMax: number;
  readonly trustEpoch: number;
  /** 8 bytes. */
  readonly siteId: Uint8Array;
}

/** A key in use: who signs with it, and what the root said of it. */
export interface CertifiedSigner<S extends Signer = Signer> {
  readonly signer: S;
  /** The certificate as signed. */
  readonly certificate: Uint8Array;
  readonly claims: Certificate;
}

/** A site's keys in use, one for each role; one signer may stand in several places. */
export type SiteSigners<S extends Signer = Signer> = Readonly<
  Record<CertificateRole, CertifiedSigner<S>>
>;

/**
 * Signs a certificate with the root.
 * @throws RangeError when it lives longer than its roles allow, names no role, or GRANT and POLICY together,
 *   or a member is out of range;
 *   TypeError for a key that must not be used (`Crypto.admitsKey`).
 */
export function* sealCertificate<S extends Signer>(
  root: S,
  order: CertificateOrder,
  crypto: Crypto,
): Signing<{ readonly certificate: Uint8Array; readonly claims: Certificate }, S> {
  const { key, from, until, lifeMax, trustEpoch, siteId } = order;
  const roles = roleBits(order.roles);
  if (!crypto.admitsKey(key)) throw new TypeError('this public key must not be used');
  if (until <= from || until - from > certificateLifeMax(roles)) {
    throw new RangeError(`a certificate of these roles lives 1 to ${certificateLifeMax(roles)} s`);
  }
  const claims = { version: 1, nbf: from, exp: until, key, roles, lifeMax, trustEpoch, siteId };
  const payload = certificateClaims.encode(claims);
  return { certificate: yield* sealEnvelope('certificate', root, payload, crypto), claims };
}

/** Certifies `signer` and hands both back together. Throws as `sealCertificate`. */
export function* certify<S extends Signer>(
  root: S,
  signer: S,
  order: Omit<CertificateOrder, 'key'>,
  crypto: Crypto,
): Signing<CertifiedSigner<S>, S> {
  const whole = { ...order, key: signer.publicKey };
  return { signer, ...(yield* sealCertificate(root, whole, crypto)) };
}

function roleBits(roles: readonly CertificateRole[]): number {
  let bits = 0;
  for (const role of roles) {
    if (!Object.hasOwn(ROLE_BITS, role)) throw new RangeError(`unknown role \`${role}\``);
    bits |= ROLE_BITS[role];
  }
  if (bits === 0) throw new RangeError('a certificate names at least one role');
  const both = ROLE_BITS.grant | ROLE_BITS.policy;
  if ((bits & both) === both) throw new RangeError('no key both issues grants and withdraws them');
  return bits;
}
