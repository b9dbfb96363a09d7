/** Base64 as react-native-ble-plx wants it. Hermes had no `atob` and `btoa` for years, and has no Buffer. */

/** Standard base64 with padding. @see RFC 4648 §4 */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const left = bytes.length - at;
    text += digit(bits >> 18) + digit(bits >> 12);
    text += (left > 1 ? digit(bits >> 6) : '=') + (left > 2 ? digit(bits) : '=');
  }
  return text;
}

/** The bytes of standard base64; undefined for any other text: the library promises nothing else. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const isPadding = at >= text.length - padding;
    const value = isPadding ? 0 : DIGITS.indexOf(text.charAt(at));
    if (value < 0) return undefined;
    bits = (bits << 6) | value;
    if (at % 4 !== 3) continue;
    const to = ((at - 3) / 4) * 3;
    // What lies beyond the end falls off.
    bytes.set([bits >> 16, bits >> 8, bits].slice(0, bytes.length - to), to);
    bits = 0;
  }
  return bytes;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function digit(bits: number): string {
  return DIGITS.charAt(bits & 63);
}
