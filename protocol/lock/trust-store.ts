/**
 * Certified keys: which of them may sign what at this moment (offline.md §3.1). Nothing is believed
 * because it was believed before: epoch, block list and life are asked at every use.
 */
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { CERTIFICATES_MAX } from '../limits.js';
import {
  type Certificate,
  type CertificateRole,
  certificateClaims,
  certificateLifeMax,
  ROLE_BITS,
} from '../objects/certificate.js';
import { keyId } from '../objects/cose-key.js';
import {
  type Envelope,
  type ObjectKind,
  openEnvelope,
  parseEnvelope,
} from '../objects/envelope.js';
import type { ClockInterval } from '../objects/receipt.js';
import type { Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';

/** A certificate whose signature was checked once. */
export interface KnownCertificate extends Certificate {
  /** 8 bytes: a look-up, never trust. */
  readonly keyId: Uint8Array;
}

/** By what certificates are judged. */
export interface TrustFacts {
  readonly root: PublicKey;
  readonly trustEpoch: number;
  /** 8 bytes. */
  readonly siteId: Uint8Array;
  readonly certificates: readonly KnownCertificate[];
  /** Key ids that no longer count. */
  readonly blocked: readonly Uint8Array[];
  readonly interval: ClockInterval;
  /** Whether this lock can check ES256 at all. */
  readonly acceptsEs256: boolean;
}

/** An envelope that certified keys signed, or why it is refused. */
export type CertifiedOutcome =
  | {
      readonly kind: 'certified';
      readonly payload: Uint8Array;
      /** Every certificate of the key that signed; one key may have several. */
      readonly certificates: readonly KnownCertificate[];
    }
  | { readonly kind: 'refused'; readonly status: Status };

/** A certificate that may be kept, or the answer to who carried it. */
export type CertificateOutcome =
  | { readonly kind: 'accepted'; readonly certificate: KnownCertificate }
  | { readonly kind: 'refused'; readonly status: Status };

/** An interval in which every certificate counts at some time: for who asks of its life by itself. */
export const ANY_TIME: ClockInterval = { lo: 0, hi: null };

/** Whether a certificate counts now: of this epoch and site, not blocked, and not certainly outside its life. */
export function isCertificateGood(certificate: KnownCertificate, facts: TrustFacts): boolean {
  const { lo, hi } = facts.interval;
  return (
    certificate.trustEpoch === facts.trustEpoch &&
    sameBytes(certificate.siteId, facts.siteId) &&
    !facts.blocked.some((id) => sameBytes(id, certificate.keyId)) &&
    lo < certificate.exp &&
    (hi === null || certificate.nbf <= hi)
  );
}

/** Opens an envelope of `kind` that a key certified for `role` must have signed. */
export function* openCertified(
  bytes: Uint8Array,
  kind: ObjectKind,
  role: CertificateRole,
  facts: TrustFacts,
  crypto: Crypto,
): Checking<CertifiedOutcome> {
  const parsed = parseEnvelope(bytes, kind);
  if (!parsed.ok) return refused('grant_malformed');
  const envelope: Envelope = parsed.value;
  const named = facts.certificates.filter((known) => sameBytes(known.keyId, envelope.keyId));
  if (named.length === 0) return refused('certificate_unknown');
  const good = named.filter(
    (known) => (known.roles & ROLE_BITS[role]) !== 0 && isCertificateGood(known, facts),
  );
  if (good.length === 0) return refused('certificate_refused');
  const keys = distinctKeys(good.map(({ key }) => key));
  const signer = yield* openEnvelope(envelope, keys, crypto);
  if (signer === undefined) return refused('signature_wrong');
  const certificates = good.filter(({ key }) => isSameKey(key, signer));
  return { kind: 'certified', payload: envelope.payload as Uint8Array, certificates };
}

/** Reads a certificate that somebody carried here, and checks it against the root. */
export function* openCertificate(
  bytes: Uint8Array,
  facts: TrustFacts,
  crypto: Crypto,
): Checking<CertificateOutcome> {
  const envelope = parseEnvelope(bytes, 'certificate');
  if (!envelope.ok) return refused('carry_malformed');
  if ((yield* openEnvelope(envelope.value, [facts.root], crypto)) === undefined) {
    return refused('carry_untrusted');
  }
  const claims = certificateClaims.parse(envelope.value.payload as Uint8Array);
  if (!claims.ok) return refused('carry_malformed');
  const certificate = { ...claims.value, keyId: keyId(crypto, claims.value.key) };
  const life = certificate.exp - certificate.nbf;
  const isSound =
    life > 0 &&
    life <= certificateLifeMax(certificate.roles) &&
    isKeyUsable(certificate.key, facts, crypto) &&
    isCertificateGood(certificate, facts);
  if (!isSound) return refused('carry_untrusted');
  const isKnown = facts.certificates.some((known) => isSameCertificate(known, certificate));
  return isKnown ? refused('already_known') : { kind: 'accepted', certificate };
}

/**
 * The certificates to keep, at most eight: first those that no longer count make room, then a shorter
 * one of the same key, then whichever came first.
 */
export function withCertificate(
  certificate: KnownCertificate,
  facts: TrustFacts,
): readonly KnownCertificate[] {
  const good = facts.certificates.filter((known) => isCertificateGood(known, facts));
  const others = good.filter(
    (known) =>
      !isSameKey(known.key, certificate.key) ||
      known.exp > certificate.exp ||
      known.nbf < certificate.nbf ||
      known.lifeMax > certificate.lifeMax ||
      (known.roles & ~certificate.roles) !== 0,
  );
  return [...others, certificate].slice(-CERTIFICATES_MAX);
}

/** Whether a public key may be used here at all. */
export function isKeyUsable(
  key: PublicKey,
  facts: Pick<TrustFacts, 'acceptsEs256'>,
  crypto: Crypto,
): boolean {
  return (key.kind === 'ed25519' || facts.acceptsEs256) && crypto.admitsKey(key);
}

function isSameCertificate(a: KnownCertificate, b: KnownCertificate): boolean {
  return sameBytes(certificateClaims.encode(a), certificateClaims.encode(b));
}

function distinctKeys(keys: readonly PublicKey[]): PublicKey[] {
  return keys.filter((key, index) => keys.findIndex((other) => isSameKey(other, key)) === index);
}

function isSameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.kind === 'ed25519') return b.kind === 'ed25519' && sameBytes(a.x, b.x);
  return b.kind === 'es256' && sameBytes(a.x, b.x) && sameBytes(a.y, b.y);
}

function refused(status: Status): { readonly kind: 'refused'; readonly status: Status } {
  return { kind: 'refused', status };
}
