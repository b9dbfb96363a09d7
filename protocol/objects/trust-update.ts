/** Trust updates: the root changes hands once an epoch, as it committed to (offline.md §3.1, §3.3). */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { Checking, Signer, Signing } from '../crypto/steps.js';
import { sameBytes } from '../wire/bytes.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';
import { type Claims, type ClaimsCode, claimsOf, required } from './claims.js';
import { coseKey } from './cose-key.js';
import { type EnvelopeCode, openEnvelope, parseEnvelope, sealEnvelope } from './envelope.js';
import { bytes, constant, integer } from './forms.js';

/** What a lock and a phone pin: who may certify, in which epoch, and who comes next. */
export interface Trust {
  readonly root: PublicKey;
  readonly trustEpoch: number;
  /** SHA-256 of the deterministic COSE_Key of the next root. */
  readonly nextRootHash: Uint8Array;
}

const FIELDS = [
  {},
  {
    version: required(1, constant(1)),
    trustEpoch: required(12, integer(1)),
    root: required(70, coseKey),
    nextRootHash: required(71, bytes(32)),
  },
] as const;

/** A trust update's claims: the trust that holds after it. */
export interface TrustUpdate extends Trust, Claims<(typeof FIELDS)[1]> {}

/** Reads and writes the payload of a trust update. */
export const trustUpdateClaims = claimsOf(...FIELDS);

/** Why a trust update does not follow on what is pinned. */
export type TrustCode =
  | EnvelopeCode
  | ClaimsCode
  | 'trust_shape'
  | 'trust_epoch_known'
  | 'trust_epoch_skipped'
  | 'trust_root_uncommitted'
  | 'trust_signature';

/** SHA-256 over a root's deterministic COSE_Key: the commitment to it. */
export function rootHash(crypto: Crypto, root: PublicKey): Uint8Array {
  return crypto.sha256(encodeCbor(coseKey.write(root)));
}

/** The trust after this update: the next epoch, signed by the old root and by the one it committed to. */
export function* openTrustUpdate(
  object: Uint8Array,
  trust: Trust,
  crypto: Crypto,
): Checking<Outcome<Trust, TrustCode>> {
  const decoded = decodeCbor(object);
  if (!decoded.ok) return decoded;
  const pair = decoded.value as readonly CborValue[];
  const [first, second] = Array.isArray(pair) && pair.length === 2 ? pair : [];
  if (!(first instanceof Uint8Array) || !(second instanceof Uint8Array)) {
    return refused('trust_shape', 'no pair of envelopes');
  }
  const byOld = parseEnvelope(first, 'trust-update');
  if (!byOld.ok) return byOld;
  const byNew = parseEnvelope(second, 'trust-update');
  if (!byNew.ok) return byNew;
  const payload = byOld.value.payload as Uint8Array;
  if (!sameBytes(payload, byNew.value.payload as Uint8Array)) {
    return refused('trust_shape', 'the two envelopes differ in their payload');
  }
  const claims = trustUpdateClaims.parse(payload);
  if (!claims.ok) return claims;
  const next = claims.value as TrustUpdate;
  const wrong = misfit(next, trust, crypto);
  if (wrong !== undefined) return wrong;
  const signed =
    (yield* openEnvelope(byOld.value, [trust.root], crypto)) !== undefined &&
    (yield* openEnvelope(byNew.value, [next.root], crypto)) !== undefined;
  if (!signed) return refused('trust_signature', 'not signed by the old and the new root');
  const { root, trustEpoch, nextRootHash } = next;
  return { ok: true, value: { root, trustEpoch, nextRootHash } };
}

/** Signs the same payload with both roots. */
export function* sealTrustUpdate<S extends Signer>(
  update: Trust,
  oldRoot: S,
  newRoot: S,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  const payload = trustUpdateClaims.encode({ ...update, version: 1 });
  const first = yield* sealEnvelope('trust-update', oldRoot, payload, crypto);
  const second = yield* sealEnvelope('trust-update', newRoot, payload, crypto);
  return encodeCbor([first, second]);
}

function misfit(
  next: TrustUpdate,
  trust: Trust,
  crypto: Crypto,
): Outcome<never, TrustCode> | undefined {
  if (next.trustEpoch <= trust.trustEpoch) return refused('trust_epoch_known', 'epoch is not new');
  if (next.trustEpoch !== trust.trustEpoch + 1) {
    return refused('trust_epoch_skipped', 'epochs between are missing');
  }
  if (!sameBytes(rootHash(crypto, next.root), trust.nextRootHash)) {
    return refused('trust_root_uncommitted', 'the old root did not commit to this one');
  }
  return undefined;
}

function refused(code: TrustCode, detail: string): Outcome<never, TrustCode> {
  return { ok: false, code, detail };
}
