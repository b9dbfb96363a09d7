/** What never changes in the vectors. Every secret is SHA-256 of a public sentence: never use one. */
import { nobleCrypto } from '../../crypto/noble.js';
import { textBytes } from '../../wire/text.js';

/** The backend of the vectors: its ES256 signatures are deterministic (RFC 6979). */
export const crypto = nobleCrypto();

/** 32 bytes that only this name gives. */
export function fixedBytes(name: string): Uint8Array {
  return crypto.sha256(textBytes(`DKP/1 vectors: ${name}`));
}

/** The instant of the vectors: 2027-01-15T08:00:00Z. */
export const NOW = 1_800_000_000;

/** The lock of the vectors, and a second one beside it. */
export const LOCK_ID = fixedBytes('lock id').slice(0, 8);
export const OTHER_LOCK_ID = fixedBytes('other lock id').slice(0, 8);

/** Seconds of a day. */
export const DAY = 86_400;
/** The site of the vectors. */
export const SITE_ID = fixedBytes('site id').slice(0, 8);
/** The organisation's secret for tags. */
export const TAG_SECRET = fixedBytes('tag secret');
