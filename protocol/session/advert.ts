/**
 * Adverts: a lock says that it is awake in a way only those recognise who hold its advert key, so that
 * nobody can follow a door, or a person past doors, by listening (offline.md §3.4).
 */
import type { Crypto } from '../crypto/crypto.js';
import { copyBytes, joinBytes, sameSecret } from '../wire/bytes.js';

/** Bytes of an advert: tag, salt and capabilities. */
export const ADVERT_BYTES = 16;

/** Bytes of the salt: fresh for every time a lock begins to advertise. */
export const SALT_BYTES = 8;

/** One bit for each thing a lock can do beyond version 1. */
export const CAPABILITY_BITS = { es256: 1, ranging: 2, 'mains-powered': 4 } as const;

/** What a lock can do: the INFO characteristic, the end of its adverts, and part of every prologue. */
export interface Capabilities {
  readonly version: number;
  /** Bit 1 is the session of version 1 (Noise NK); another bit would be another handshake. */
  readonly suites: number;
  /** Sum of `CAPABILITY_BITS`. */
  readonly bits: number;
}

/** One advert, taken apart. */
export interface Advert {
  /** 5 bytes: HMAC-SHA-256(advert key, salt). */
  readonly tag: Uint8Array;
  /** 8 bytes. All zero, like the tag, in a lock that belongs to nobody yet. */
  readonly salt: Uint8Array;
  /** 3 bytes, as they go into the prologue. */
  readonly capabilities: Uint8Array;
}

/**
 * The service data a lock shows.
 * @param advertKey - the lock's 32 bytes; null before it is commissioned, when there is nothing to hide.
 */
export function advertBytes(
  crypto: Crypto,
  advertKey: Uint8Array | null,
  salt: Uint8Array,
  capabilities: Uint8Array,
): Uint8Array {
  if (salt.length !== SALT_BYTES || capabilities.length !== CAPABILITY_BYTES) {
    throw new TypeError('an advert has a salt of 8 bytes and capabilities of 3');
  }
  if (advertKey === null) return joinBytes(new Uint8Array(TAG_BYTES + SALT_BYTES), capabilities);
  return joinBytes(tagOf(crypto, advertKey, salt), salt, capabilities);
}

/** Takes service data apart; undefined when it is no advert of this protocol. */
export function parseAdvert(bytes: Uint8Array): Advert | undefined {
  if (bytes.length !== ADVERT_BYTES) return undefined;
  return {
    tag: copyBytes(bytes, 0, TAG_BYTES),
    salt: copyBytes(bytes, TAG_BYTES, TAG_BYTES + SALT_BYTES),
    capabilities: copyBytes(bytes, TAG_BYTES + SALT_BYTES),
  };
}

/** Whether the lock with this advert key showed the advert. A look-up: one in 2^40 strangers passes. */
export function isAdvertOf(crypto: Crypto, advert: Advert, advertKey: Uint8Array): boolean {
  return sameSecret(tagOf(crypto, advertKey, advert.salt), advert.tag);
}

/** Three bytes as the INFO characteristic has them. @throws RangeError when one is no byte. */
export function encodeCapabilities({ version, suites, bits }: Capabilities): Uint8Array {
  const numbers = [version, suites, bits];
  if (numbers.some((number) => !Number.isInteger(number) || number < 0 || number > 255)) {
    throw new RangeError('capabilities are three bytes');
  }
  return Uint8Array.from(numbers);
}

/** Reads capabilities; undefined when this side and that lock have no session in common. */
export function parseCapabilities(bytes: Uint8Array): Capabilities | undefined {
  const [version, suites, bits] = bytes;
  if (bytes.length !== CAPABILITY_BYTES || version !== 1) return undefined;
  if (((suites as number) & NOISE_NK) === 0) return undefined;
  return { version, suites: suites as number, bits: bits as number };
}

const TAG_BYTES = 5;
const CAPABILITY_BYTES = 3;
const NOISE_NK = 1;

function tagOf(crypto: Crypto, advertKey: Uint8Array, salt: Uint8Array): Uint8Array {
  return crypto.hmacSha256(advertKey, salt).slice(0, TAG_BYTES);
}
