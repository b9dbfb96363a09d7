import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesText, textBytes } from '../../../protocol/wire/text.js';
import { runs } from '../../helpers/runs.js';

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The answer of the host, which QuickJS and Hermes do not have. */
function hostSays(bytes: Uint8Array): string | undefined {
  try {
    const text = fatal.decode(bytes);
    return text.startsWith('\ufeff') ? undefined : text;
  } catch {
    return undefined;
  }
}

describe('UTF-8', () => {
  test('is written as the host writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(textBytes(text)).toEqual(new Uint8Array(new TextEncoder().encode(text)));
      }),
      { numRuns: runs(500), seed: 20261122 },
    );
  });

  test('is read, and told from other bytes, as the host does it', () => {
    // Bytes from the edges of the table of RFC 3629 §4, where random ones hardly ever come.
    const edge = fc.constantFrom(
      ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf],
      ...[0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
    );
    let good = 0;
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 6 }), (values) => {
        const bytes = Uint8Array.from(values);
        const text = bytesText(bytes);
        expect(text).toBe(hostSays(bytes));
        if (text !== undefined) good += 1;
        // As a part of other bytes, of which it must see none.
        const inside = Uint8Array.from([0xc3, ...values, 0xa4]);
        expect(bytesText(inside, 1, 1 + bytes.length)).toBe(text);
      }),
      { numRuns: runs(5000), seed: 20261122 },
    );
    expect(good).toBeGreaterThan(100);
  });

  test('every character has a form, and no lone surrogate has one', () => {
    for (let point = 0; point <= 0x10ffff; point += point < 0x1000 ? 1 : 61) {
      if (point >= 0xd800 && point < 0xe000) {
        expect(() => textBytes(String.fromCharCode(point))).toThrow(TypeError);
        continue;
      }
      const text = String.fromCodePoint(point);
      const read = bytesText(textBytes(text));
      if (read !== (point === 0xfeff ? undefined : text))
        throw new Error(`U+${point.toString(16)}`);
    }
    for (const text of ['\ud800', 'a\udfff', '\udc00\ud800', '\ud83da']) {
      expect(() => textBytes(text)).toThrow(TypeError);
    }
  });
});
