/** UTF-8 by hand: QuickJS and Hermes have no TextEncoder (RFC 3629). */

/** The bytes of `text`. @throws TypeError when it holds a lone surrogate, which has no UTF-8. */
export function textBytes(text: string): Uint8Array {
  const { length } = text;
  const bytes = new Uint8Array(3 * length);
  let at = 0;
  for (let index = 0; index < length; index++) {
    const point = text.codePointAt(index) as number;
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point >= 0xd800 && point < 0xe000) throw new TypeError('lone surrogate in a text');
    if (point >= 0x10000) {
      index++;
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = tail(point >> 12);
    } else if (point >= 0x800) bytes[at++] = 0xe0 | (point >> 12);
    bytes[at++] = point < 0x800 ? 0xc0 | (point >> 6) : tail(point >> 6);
    bytes[at++] = tail(point);
  }
  return bytes.slice(0, at);
}

/** A byte of a sequence after its first. */
function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
