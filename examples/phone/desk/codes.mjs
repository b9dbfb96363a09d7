// @ts-check
// Enrolment codes: told once, stored as a hash, good for one phone.
import { toHex } from 'doorwright/protocol';

/**
 * @typedef {object} StoredCode
 * @property {string} hash - hex. A code has 80 random bits, so its hash cannot be searched for and needs no salt.
 * @property {string} person
 * @property {number} until - Unix seconds.
 * @property {string | null} usedBy - thumbprint of the key that enrolled with it.
 */

/** Crockford's base 32: no letter that is taken for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BYTES = 10;

/** How long a code may wait, in seconds. */
export const CODE_SECONDS = 3 * 86_400;

/** Codes of one person that may wait at once; the oldest goes. */
const WAITING_MAX = 8;

/** A new code, as it is told. @param {(size: number) => Uint8Array} random */
export function makeCode(random) {
  let bits = 0n;
  for (const byte of random(CODE_BYTES)) bits = (bits << 8n) | BigInt(byte);
  const letters = Array.from({ length: 16 }, (_, at) => {
    return ALPHABET[Number((bits >> BigInt(5 * (15 - at))) & 31n)];
  });
  return (letters.join('').match(/.{4}/gu) ?? []).join('-');
}

/** The hash of a code as somebody typed it: case, spaces and dashes do not matter. @param {string} code @param {import('doorwright/protocol').Crypto} crypto */
export function hashCode(code, crypto) {
  const plain = code.toUpperCase().replace(/[\s-]/gu, '');
  return toHex(crypto.sha256(new TextEncoder().encode(`desk code ${plain}`)));
}

/** The list with one more. @param {readonly StoredCode[]} codes @param {StoredCode} code @param {number} now */
export function withCode(codes, code, now) {
  const living = codes.filter(({ until }) => until > now);
  const own = living.filter(({ person, usedBy }) => person === code.person && usedBy === null);
  const oldest = own.length >= WAITING_MAX ? own[0] : undefined;
  return [...living.filter((one) => one !== oldest), code];
}
