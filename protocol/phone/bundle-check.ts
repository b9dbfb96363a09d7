/**
 * Bundles, as a phone takes them: signed by a key that the root of its site named, meant for this very
 * device, and newer than the one before (offline.md §3.3). Nothing of a bundle is used before all holds.
 */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { BUNDLE_CAPS, type Bundle, bundleClaims } from '../objects/bundle.js';
import type { ClaimsCode } from '../objects/claims.js';
import { keyId } from '../objects/cose-key.js';
import { type EnvelopeCode, openEnvelope, parseEnvelope } from '../objects/envelope.js';
import { openTrustUpdate, type Trust, type TrustCode } from '../objects/trust-update.js';
import { sameBytes } from '../wire/bytes.js';
import { toHex } from '../wire/hex.js';
import { type CheckedCertificate, certificatesFor, checkCertificate } from './certificate-check.js';

/** What a phone pins of its organisation, durably. */
export interface Pins {
  readonly trust: Trust;
  /** 8 bytes. */
  readonly siteId: Uint8Array;
  /** The bundle sequence below which nothing is taken any more; 0 before the first bundle. */
  readonly sequence: number;
}

/** A bundle in use, and what follows from it. */
export interface OpenedBundle {
  readonly bundle: Bundle;
  /** The trust that holds after its trust updates. */
  readonly trust: Trust;
  /** Those of its certificates that this trust gave. */
  readonly certificates: readonly CheckedCertificate[];
}

/** Why a bundle is not taken. */
export type BundleCode =
  | EnvelopeCode
  | ClaimsCode
  | TrustCode
  /** For another device. */
  | 'bundle_other_device'
  /** Not above the sequence taken before. */
  | 'bundle_old'
  | 'bundle_door_twice'
  /** No certificate of the site lets anybody sign it, or its life does not hold now. */
  | 'bundle_signer_unknown'
  | 'bundle_signature';

/** How far a phone's clock may stand before the life of a certificate that was just made, in seconds. */
const CLOCK_TOLERANCE = 300;

/**
 * The bundle in these bytes.
 * @param now - Unix seconds; null for a bundle taken before, whose signer's life held then.
 */
export function* openBundle(
  bytes: Uint8Array,
  pins: Pins,
  deviceKey: PublicKey,
  now: number | null,
  crypto: Crypto,
): Checking<Outcome<OpenedBundle, BundleCode>> {
  const envelope = parseEnvelope(bytes, 'bundle', BUNDLE_CAPS);
  if (!envelope.ok) return envelope;
  const claims = bundleClaims.parse(envelope.value.payload as Uint8Array, BUNDLE_CAPS);
  if (!claims.ok) return claims;
  const bundle = claims.value;
  const wrong = misfit(bundle, pins, deviceKey, now, crypto);
  if (wrong !== undefined) return wrong;
  const trusted = yield* followTrust(bundle.trust, pins.trust, crypto);
  if (!trusted.ok) return trusted;
  const trust = trusted.value;
  const certificates: CheckedCertificate[] = [];
  for (const one of bundle.chain) {
    const checked = yield* checkCertificate(one, trust, pins.siteId, crypto);
    if (checked !== undefined) certificates.push(checked);
  }
  const signers = certificatesFor(certificates, 'bundle', bundle.iat).filter(
    ({ certificate: { nbf, exp } }) => now === null || (nbf - CLOCK_TOLERANCE <= now && now < exp),
  );
  if (signers.length === 0) {
    return refused('bundle_signer_unknown', 'no key of the site may have signed it');
  }
  const keys = signers.map(({ certificate }) => certificate.key);
  if ((yield* openEnvelope(envelope.value, keys, crypto)) === undefined) {
    return refused('bundle_signature', 'not signed by a key that may sign bundles');
  }
  return { ok: true, value: { bundle, trust, certificates } };
}

/** The trust after those updates that are new to this phone; one that does not follow refuses. */
function* followTrust(
  updates: readonly Uint8Array[],
  pinned: Trust,
  crypto: Crypto,
): Checking<Outcome<Trust, TrustCode>> {
  let trust = pinned;
  for (const update of updates) {
    const next = yield* openTrustUpdate(update, trust, crypto);
    if (next.ok) trust = next.value;
    else if (next.code !== 'trust_epoch_known') return next;
  }
  return { ok: true, value: trust };
}

function misfit(
  bundle: Bundle,
  pins: Pins,
  deviceKey: PublicKey,
  now: number | null,
  crypto: Crypto,
): Outcome<never, BundleCode> | undefined {
  if (!sameBytes(bundle.deviceKeyId, keyId(crypto, deviceKey))) {
    return refused('bundle_other_device', 'for another device');
  }
  // The one in the phone's own memory is taken again when the phone starts.
  if (bundle.sequence < pins.sequence || (now !== null && bundle.sequence === pins.sequence)) {
    return refused('bundle_old', `sequence ${bundle.sequence} after ${pins.sequence}`);
  }
  const locks = new Set(bundle.doors.map(({ lockId }) => toHex(lockId)));
  if (locks.size !== bundle.doors.length) {
    return refused('bundle_door_twice', 'two doors with one lock');
  }
  return undefined;
}

function refused(code: BundleCode, detail: string): Outcome<never, BundleCode> {
  return { ok: false, code, detail };
}
