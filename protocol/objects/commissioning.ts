/** What a lock is told once, when it is commissioned: whom it serves (offline.md §3.9). */
import type { Outcome } from '../../src/values/outcome.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';
import { coseKey } from './cose-key.js';
import { bytes, integer, orNull, sizedBytes } from './forms.js';
import type { Trust } from './trust-update.js';

/** The one message of the commissioning session that is not the handshake's; phone to lock, encrypted. */
export interface Commissioning extends Trust {
  /** 8 bytes. */
  readonly siteId: Uint8Array;
  /** The server's name for the door's reader, 1 to 32 bytes. */
  readonly readerId: Uint8Array;
  /** X25519 key of the server's log, 32 bytes. */
  readonly logKey: Uint8Array;
  /** 32 random bytes of this lock's adverts. */
  readonly advertKey: Uint8Array;
  /** Unix seconds by the phone, null when it does not know; a lower bound alone. */
  readonly time: number | null;
}

/** Members of the array, the version included. */
const MEMBERS = 9;

/** The bytes of the message. @throws RangeError when a member is out of its range. */
export function encodeCommissioning(commissioning: Commissioning): Uint8Array {
  const { root, trustEpoch, nextRootHash, siteId, readerId, logKey, advertKey, time } =
    commissioning;
  const keys = [coseKey.write(root), trustEpoch, nextRootHash];
  const message = encodeCbor([1, ...keys, siteId, readerId, logKey, advertKey, time]);
  if (!parseCommissioning(message).ok) throw new RangeError('commissioning data out of range');
  return message;
}

/** Reads the message. Whether the root may be used at all is `Crypto.admitsKey`. */
export function parseCommissioning(
  message: Uint8Array,
): Outcome<Commissioning, 'commissioning_malformed'> {
  const decoded = decodeCbor(message);
  const parts = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  if (parts.length !== MEMBERS || parts[0] !== 1) return malformed();
  const [, root, trustEpoch, nextRootHash, siteId, readerId, logKey, advertKey, time] =
    parts as readonly CborValue[] & { readonly length: 9 };
  const value = {
    root: coseKey.read(root as CborValue),
    trustEpoch: integer().read(trustEpoch as CborValue),
    nextRootHash: bytes(32).read(nextRootHash as CborValue),
    siteId: bytes(8).read(siteId as CborValue),
    readerId: sizedBytes(1, 32).read(readerId as CborValue),
    logKey: bytes(32).read(logKey as CborValue),
    advertKey: bytes(32).read(advertKey as CborValue),
    time: orNull(integer()).read(time as CborValue),
  };
  if (Object.values(value).includes(undefined)) return malformed();
  return { ok: true, value: value as Commissioning };
}

function malformed(): Outcome<never, 'commissioning_malformed'> {
  return { ok: false, code: 'commissioning_malformed', detail: 'no commissioning of version 1' };
}
