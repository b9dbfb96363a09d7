/** Secrets that are shown once and kept as a hash: made, hashed and compared. */
import { toHex } from '../../values/hex.js';
import { textBytes } from '../../values/utf8.js';

/** 256 bits: nobody guesses one, so a plain hash of it needs neither salt nor stretching. */
export const SECRET_BYTES = 32;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 32 bytes are 43 characters of base64url, the last of which carries 4 bits. */
const SECRET = /^[A-Za-z0-9_-]{43}$/u;

/** A secret as text for a URL, a QR code or a mail: base64url without padding. @see RFC 4648 §5 */
export function secretText(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const bits =
      ((bytes[index] as number) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    const characters = Math.min(4, Math.ceil(((bytes.length - index) * 8) / 6));
    for (let place = 0; place < characters; place++) {
      text += ALPHABET[(bits >> (18 - 6 * place)) & 63];
    }
  }
  return text;
}

/** Whether a text has the form of a secret; what has not is nobody's and need not be looked up. */
export function isSecretText(text: unknown): text is string {
  return typeof text === 'string' && SECRET.test(text);
}

/** SHA-256 of a secret's text, in hex: all that is ever stored of it. */
export function hashOfSecret(sha256: (bytes: Uint8Array) => Uint8Array, text: string): string {
  return toHex(sha256(textBytes(text)));
}

/** Whether two hashes are equal, found in the same time wherever they differ. */
export function sameHash(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  }
  return difference === 0;
}
