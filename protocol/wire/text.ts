/** UTF-8 by hand: QuickJS and Hermes have no TextEncoder (RFC 3629). */

/** The bytes of `text`. @throws TypeError when it holds a lone surrogate, which has no UTF-8. */
export function textBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
    else if (point >= 0xd800 && point < 0xe000) throw new TypeError('lone surrogate in a text');
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
    else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
  }
  return Uint8Array.from(bytes);
}

/**
 * Whether `bytes` are well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF, and no
 * byte order mark (U+FEFF) in front. Decoders of some hosts swallow that, so that two byte strings would
 * read as one text.
 */
export function isText(bytes: Uint8Array): boolean {
  let at = 0;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return false;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    const size =
      lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size === 0 || at + size > bytes.length) return false;
    for (let index = 1; index < size; index++) {
      if (((bytes[at + index] as number) & 0xc0) !== 0x80) return false;
    }
    if (size > 2 && !isShortestForm(lead, bytes[at + 1] as number)) return false;
    at += size;
  }
  return true;
}

/** Of a sequence of three or four bytes, whether its first two are in the table of RFC 3629 §4. */
function isShortestForm(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
