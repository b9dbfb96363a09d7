/**
 * Pseudonyms of people in logs: the same person has the same name for a while, and only who holds the key of
 * that while can tell who it is. Without the key the events are anonymous.
 */

import { fromHex, toHex } from '../../values/hex.js';
import { DAY_MS } from '../../values/instant.js';
import { textBytes } from '../../values/utf8.js';
import type { JsonObject, SiteRecord } from '../record.js';
import { canonicalJson } from './canonical-json.js';
import type { Sha256 } from './chain.js';
import type { EntityName } from './event.js';

/** The key of one period. */
export interface PseudonymKey {
  /** Which period: days since 1970 at its start, and its length: `20453+30`. */
  readonly period: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** Random bytes of a key. */
export const PSEUDONYM_KEY_BYTES = 32;

const RECORD_PREFIX = 'key:';
const BLOCK_BYTES = 64;

/** The period an instant lies in: periods of so many days follow one another from 1970 on. */
export function pseudonymPeriod(time: number, days: number): string {
  const start = Math.floor(Math.floor(time / DAY_MS) / days) * days;
  return `${start}+${days}`;
}

/** When a period ends, epoch milliseconds; undefined for a text that names none. */
export function periodEnd(period: string): number | undefined {
  const [, start, days] = /^(-?\d{1,7})\+(\d{1,4})$/u.exec(period) ?? [];
  return days === undefined ? undefined : (Number(start) + Number(days)) * DAY_MS;
}

/** Id of the record (kind `log_mode`) that holds the key of a period. */
export function pseudonymKeyId(period: string): string {
  return `${RECORD_PREFIX}${period}`;
}

/** The record of a key. */
export function pseudonymKeyRecord({ period, secret }: PseudonymKey): SiteRecord {
  return { kind: 'log_mode', id: pseudonymKeyId(period), body: { secret: toHex(secret) } };
}

/** The key in a record; undefined for any other record, or one that holds no key. */
export function parsePseudonymKey(id: string, body: JsonObject): PseudonymKey | undefined {
  const { secret } = body;
  const bytes = typeof secret === 'string' ? fromHex(secret) : undefined;
  if (!id.startsWith(RECORD_PREFIX) || bytes?.length !== PSEUDONYM_KEY_BYTES) return undefined;
  return { period: id.slice(RECORD_PREFIX.length), secret: bytes };
}

/** The pseudonym of a person in the period of a key. The type stays, so that a link is told from a user. */
export function pseudonymOf(
  key: PseudonymKey,
  { type, id }: EntityName,
  sha256: Sha256,
): EntityName {
  const text = textBytes(`doorwright.pseudonym/1\n${canonicalJson([key.period, type, id])}`);
  const mac = hmacSha256(key.secret, text, sha256);
  return { type, id: `~${key.period}~${toHex(mac.subarray(0, 16))}` };
}

/** HMAC-SHA-256 of a key no longer than a block (RFC 2104 §2). */
export function hmacSha256(key: Uint8Array, message: Uint8Array, sha256: Sha256): Uint8Array {
  if (key.length > BLOCK_BYTES) throw new RangeError('an HMAC key of more than one block');
  return sha256(padded(key, 0x5c, sha256(padded(key, 0x36, message))));
}

function padded(key: Uint8Array, pad: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES + rest.length).fill(pad, 0, BLOCK_BYTES);
  for (let index = 0; index < key.length; index++) bytes[index] = (key[index] as number) ^ pad;
  bytes.set(rest, BLOCK_BYTES);
  return bytes;
}
