/** What the phone tells a lock that it commissions: whose it is from now on (offline.md §3.9). */
import type { Outcome } from '../../src/values/outcome.js';
import type { PublicKey } from '../crypto/crypto.js';
import { coseKey } from '../objects/cose-key.js';
import { bytes, integer, sizedBytes } from '../objects/forms.js';
import type { Trust } from '../objects/trust-update.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';

/** Everything a lock must know of the organisation that takes it. */
export interface SetupMessage {
  readonly trust: Trust;
  /** 8 bytes. */
  readonly siteId: Uint8Array;
  /** The reader this lock is, 1 to 32 bytes chosen by the issuer. */
  readonly readerId: Uint8Array;
  /** The server's X25519 key, for whom log segments are sealed. */
  readonly logKey: Uint8Array;
  /** 32 random bytes, also in the bundle of everybody who may open this door. */
  readonly advertKey: Uint8Array;
  /**
   * Unix seconds by the phone's clock, from 1: a first lower bound. A lock without one could not tell
   * certificates that ended years ago from those of today.
   */
  readonly time: number;
}

/** Why bytes are no setup message. */
export type SetupCode = 'setup_malformed';

/** The plaintext of the one transport message of a commissioning. */
export function encodeSetupMessage(message: SetupMessage): Uint8Array {
  const { trust, siteId, readerId, logKey, advertKey, time } = message;
  const pinned = [coseKey.write(trust.root), trust.trustEpoch, trust.nextRootHash];
  return encodeCbor([1, ...pinned, siteId, readerId, logKey, advertKey, time]);
}

/** Reads a setup message; whether its root may be used at all is for `Crypto.admitsKey` to say. */
export function parseSetupMessage(plain: Uint8Array): Outcome<SetupMessage, SetupCode> {
  const decoded = decodeCbor(plain);
  const parts = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  if (parts.length !== 9 || parts[0] !== 1) return malformed('no setup message of version 1');
  const [, first, epoch, hash, site, reader, log, advert, clock] = parts as readonly CborValue[];
  const root: PublicKey | undefined = coseKey.read(first as CborValue);
  const trustEpoch = integer().read(epoch as CborValue);
  const nextRootHash = bytes(32).read(hash as CborValue);
  const siteId = bytes(8).read(site as CborValue);
  const readerId = sizedBytes(1, 32).read(reader as CborValue);
  const logKey = bytes(32).read(log as CborValue);
  const advertKey = bytes(32).read(advert as CborValue);
  const time = integer(1).read(clock as CborValue);
  if (root === undefined || trustEpoch === undefined || nextRootHash === undefined) {
    return malformed('a member of the trust is malformed');
  }
  if (siteId === undefined || readerId === undefined || logKey === undefined) {
    return malformed('site, reader or log key is malformed');
  }
  if (advertKey === undefined || time === undefined) {
    return malformed('advert key or time is malformed');
  }
  const trust = { root, trustEpoch, nextRootHash };
  return { ok: true, value: { trust, siteId, readerId, logKey, advertKey, time } };
}

function malformed(detail: string): Outcome<never, SetupCode> {
  return { ok: false, code: 'setup_malformed', detail };
}
