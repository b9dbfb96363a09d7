/** base64url without padding, by what every runtime of the web has. @see RFC 4648 §5 */
import { secretText } from '../../admin/provisioning/secret.js';
import { textBytes } from '../../values/utf8.js';

/** Bytes as text. */
export function encodeBytes(bytes: Uint8Array): string {
  return secretText(bytes);
}

/** The UTF-8 of a text, as text. @throws TypeError for a lone surrogate. */
export function encodeText(text: string): string {
  return secretText(textBytes(text));
}

/** The bytes of a text; undefined for one that is not their only encoding. */
export function decodeBytes(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/u.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return secretText(bytes) === text ? bytes : undefined;
}

/** The text of UTF-8; undefined for what is none. */
export function decodeText(text: string): string | undefined {
  const bytes = decodeBytes(text);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
