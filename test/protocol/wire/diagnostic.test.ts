/** Diagnostic notation: what RFC 8949 shows in its appendix, comments that cannot be broken out of, and nothing secret. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CborValue, decodeCbor } from '../../../protocol/wire/cbor.js';
import { diagnose, diagnoseShort } from '../../../protocol/wire/diagnostic.js';
import { fromHex } from '../../../protocol/wire/hex.js';
import { runs } from '../../helpers/runs.js';

describe('on one line, as in RFC 8949 appendix A:', () => {
  test.each([
    ['00', '0'],
    ['1903e8', '1000'],
    ['1b000000e8d4a51000', '1000000000000'],
    ['20', '-1'],
    ['3903e7', '-1000'],
    ['f4', 'false'],
    ['f5', 'true'],
    ['f6', 'null'],
    ['40', "h''"],
    ['4401020304', "h'01020304'"],
    ['60', '""'],
    ['62225c', '"\\"\\\\"'],
    ['62c3bc', '"ü"'],
    ['63e6b0b4', '"水"'],
    ['80', '[]'],
    ['8301820203820405', '[1, [2, 3], [4, 5]]'],
    ['a0', '{}'],
    ['a201020304', '{1: 2, 3: 4}'],
    ['a26161016162820203', '{"a": 1, "b": [2, 3]}'],
    ['826161a161626163', '["a", {"b": "c"}]'],
  ])('%s', (hex, notation) => {
    const decoded = decodeCbor(fromHex(hex)!);
    expect(decoded.ok && diagnoseShort(decoded.value)).toBe(notation);
    expect(decoded.ok && diagnose(decoded.value)).toBe(notation);
  });
});

describe('on several lines', () => {
  test('names, meanings and encoded CBOR stand as comments and as << >>', () => {
    const value = new Map<number, CborValue>([
      [1, 7],
      [2, Uint8Array.of(0x81, 0x05)],
      [3, [1, 2]],
    ]);
    const text = diagnose(value, {
      name: 'thing',
      members: {
        1: { name: 'first', say: (number) => `is ${String(number)}` },
        2: { name: 'inner', inside: () => [5], members: { 0: { name: 'five' } } },
        3: { each: { name: 'each' } },
      },
    });
    expect(text).toBe(
      [
        '{ / thing /',
        '  1: 7, / first: is 7 /',
        '  2: << / inner /',
        '    [',
        '      5 / five /',
        '    ]',
        '  >>,',
        '  3: [',
        '    1, / each /',
        '    2 / each /',
        '  ]',
        '}',
      ].join('\n'),
    );
  });

  test('a secret is told by its length alone', () => {
    const text = diagnose([new Uint8Array(32).fill(7)], {
      members: { 0: { name: 'key', isSecret: true } },
    });
    expect(text).toBe('[\n  ... / key: 32 bytes, not shown /\n]');
  });

  test('a long value without names is spread, a short one is not', () => {
    expect(diagnose([1, 2, 3])).toBe('[1, 2, 3]');
    expect(diagnose(Array.from({ length: 60 }, () => 1)).split('\n')).toHaveLength(62);
  });
});

describe('whatever a text holds', () => {
  test('it stays inside its quotes, on its line, in the direction it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const shown = diagnoseShort(text);
        expect(JSON.parse(shown)).toBe(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: runs(300), seed: 1 },
    );
    expect(diagnoseShort('\u202e\u0007\u061c"')).toBe('"\\u202e\\u0007\\u061c\\""');
  });

  test('a comment ends where it should', () => {
    expect(diagnose(1, { name: 'a / b' })).toBe('1 / a | b /');
    expect(diagnose(['x / y, z', 2], { each: {} })).toBe('[\n  "x / y, z",\n  2\n]');
  });
});
