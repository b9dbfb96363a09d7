/** UTF-8 by hand: QuickJS and Hermes have no TextEncoder (RFC 3629). */

export { textBytes } from '../../src/values/utf8.js';

/**
 * The text that `bytes` in `[from, until)` stand for; undefined when they are no well-formed UTF-8 (an overlong
 * form, a surrogate, above U+10FFFF) or begin with a byte order mark (U+FEFF). Decoders of some hosts
 * swallow that, so that two byte strings would read as one text.
 */
export function bytesText(bytes: Uint8Array, from = 0, until = bytes.length): string | undefined {
  let text = '';
  let at = from;
  while (at < until) {
    const lead = bytes[at] as number;
    const size = sequenceSize(lead);
    if (size === 0 || at + size > until) return undefined;
    let point = size === 1 ? lead : lead & (0x7f >> size);
    for (let index = 1; index < size; index++) {
      const byte = bytes[at + index] as number;
      if ((byte & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (byte & 0x3f);
    }
    if (size > 2 && !isShortestForm(lead, bytes[at + 1] as number)) return undefined;
    if (point === 0xfeff && at === from) return undefined;
    text += String.fromCodePoint(point);
    at += size;
  }
  return text;
}

/** How many bytes a character takes that begins with this one; 0 when none does. */
function sequenceSize(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Of a sequence of three or four bytes, whether its first two are in the table of RFC 3629 §4. */
function isShortestForm(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}
