import { addExtension, decode, setSizeLimits } from 'cbor-x';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '../../../protocol/wire/cbor.js';
import { type CborCode, MESSAGE_CAPS, readCbor } from '../../../protocol/wire/cbor-read.js';
import { runs } from '../../helpers/runs.js';
import { isProfile } from './cbor-reference.js';
import { anyChange, anyValue, changed } from './cbor-values.js';

const SEED = 20261122;
const LARGE = { bytes: 1 << 20, depth: 8, items: 1024 };
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

/** The code for these bytes; undefined when they are accepted. */
function code(bytes: Uint8Array, caps = MESSAGE_CAPS): CborCode | undefined {
  const decoded = decodeCbor(bytes, caps);
  return decoded.ok ? undefined : decoded.code;
}

describe('any value of the profile', () => {
  test('comes back from its bytes, which stand for nothing else', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encodeCbor(value);
        const decoded = decodeCbor(bytes, LARGE);
        expect(decoded).toEqual({ ok: true, value });
        expect(isProfile(bytes, LARGE)).toBe(true);
        expect(encodeCbor(decoded.ok ? decoded.value : null)).toEqual(bytes);
      }),
      { numRuns: runs(1500), seed: SEED },
    );
  });

  test('has the same bytes whatever the order of its keys was', () => {
    const keys = fc.uniqueArray(
      fc.oneof(
        fc.maxSafeInteger(),
        fc.integer({ min: -30, max: 30 }),
        fc.string({ maxLength: 40 }),
      ),
      { maxLength: 12, selector: (key) => `${typeof key} ${key}` },
    );
    fc.assert(
      fc.property(keys, (names) => {
        const pairs = names.map((name) => [Object.is(name, -0) ? 0 : name, null] as const);
        const bytes = encodeCbor(new Map(pairs));
        expect(encodeCbor(new Map([...pairs].reverse()))).toEqual(bytes);
        expect(code(bytes)).toBeUndefined();
      }),
      { numRuns: runs(500), seed: SEED },
    );
  });
});

describe('bytes that were changed', () => {
  test('are accepted exactly when the definition accepts them, and then give the same bytes back', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        anyValue,
        fc.array(anyChange, { minLength: 1, maxLength: 3 }),
        (value, changes) => {
          const bytes = changed(encodeCbor(value), changes);
          const decoded = decodeCbor(bytes);
          if (decoded.ok !== isProfile(bytes, MESSAGE_CAPS)) {
            throw new Error(`${Buffer.from(bytes).toString('hex')} ${JSON.stringify(decoded)}`);
          }
          if (!decoded.ok) return;
          accepted += 1;
          const again = encodeCbor(decoded.value);
          expect(Buffer.compare(again, bytes)).toBe(0);
        },
      ),
      { numRuns: runs(7000), seed: SEED },
    );
    // A run in which nothing was accepted would show less than it says.
    expect(accepted).toBeGreaterThan(500);
  });

  test('at random are never more than refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(code(bytes) === undefined).toBe(isProfile(bytes, MESSAGE_CAPS));
      }),
      { numRuns: runs(3000), seed: SEED },
    );
  });
});

describe('of the attacks on CBOR (offline.md §4)', () => {
  test('B1: a key that comes twice', () => {
    expect(code(hex('a2 01 00 01 00'))).toBe('cbor_key_order');
    expect(code(hex('a2 61 61 00 61 61 01'))).toBe('cbor_key_order');
    expect(code(hex('a2 20 00 20 00'))).toBe('cbor_key_order');
  });

  test('B2: the number 1 and the text 1 stay two keys', () => {
    const bytes = hex('a2 01 00 61 31 01');
    const decoded = decodeCbor(bytes);
    expect(decoded).toEqual({
      ok: true,
      value: new Map<number | string, number>([
        [1, 0],
        ['1', 1],
      ]),
    });
  });

  test('B3: keys out of order', () => {
    for (const digits of [
      'a2 02 00 01 00',
      'a2 20 00 01 00',
      'a2 61 61 00 01 00',
      'a2 62 61 61 00 61 62 00',
      'a2 18 18 00 17 00',
      'a2 61 62 00 61 61 00',
    ]) {
      expect(code(hex(digits)), digits).toBe('cbor_key_order');
    }
  });

  test('B4: an integer or a length in more bytes than it needs', () => {
    for (const major of [0, 1, 2, 3, 4, 5]) {
      const head = (info: number) => (major << 5) | info;
      for (const [info, argument] of [
        [24, [0]],
        [24, [23]],
        [25, [0, 24]],
        [25, [0, 255]],
        [26, [0, 0, 1, 0]],
        [26, [0, 0, 255, 255]],
        [27, [0, 0, 0, 0, 0, 1, 0, 0]],
        [27, [0, 0, 0, 0, 255, 255, 255, 255]],
      ] as const) {
        expect(code(Uint8Array.of(head(info), ...argument))).toBe('cbor_not_minimal');
      }
    }
    expect(code(hex('d8 02 00'))).toBe('cbor_forbidden_type');
  });

  test('B5: arrays, maps and strings without a length, and the three reserved heads', () => {
    for (const digits of [
      '9f ff',
      'bf ff',
      '5f ff',
      '7f ff',
      '9f 01 ff',
      '5f 41 00 ff',
      '1f',
      '3f',
    ]) {
      expect(code(hex(digits)), digits).toBe('cbor_indefinite');
    }
    for (const info of [28, 29, 30]) {
      for (let major = 0; major < 6; major++) {
        expect(code(Uint8Array.of((major << 5) | info))).toBe('cbor_indefinite');
      }
    }
    expect(code(hex('ff'))).toBe('cbor_forbidden_type');
  });

  test('B6: a byte after the end', () => {
    expect(code(hex('00 00'))).toBe('cbor_trailing');
    expect(code(hex('80 f6'))).toBe('cbor_trailing');
    expect(code(hex('a1 01 02 00'))).toBe('cbor_trailing');
  });

  test('B7: an end at every place before the last', () => {
    const value = new Map<number | string, CborValue>([
      [1, [1, 300, 70_000, 2 ** 40, -5]],
      [2, new Uint8Array(30)],
      ['text', ['schön', true, null, new Map([[1, 'x']])]],
    ]);
    const bytes = encodeCbor(value);
    expect(code(bytes)).toBeUndefined();
    for (let length = 0; length < bytes.length; length++) {
      expect(code(bytes.subarray(0, length)), `${length}`).toBe('cbor_truncated');
    }
  });

  test('B8: nesting of 9, of 5,000 and of 200,000', () => {
    const nested = (head: number, depth: number) => new Uint8Array(depth).fill(head);
    expect(code(Uint8Array.of(...nested(0x81, 7), 0))).toBeUndefined();
    expect(code(Uint8Array.of(...nested(0x81, 8), 0))).toBe('cbor_too_deep');
    for (const depth of [5_000, 200_000]) {
      expect(code(nested(0x81, depth), LARGE)).toBe('cbor_too_deep');
      expect(code(nested(0xa1, depth), LARGE)).toBe('cbor_key_type');
    }
    const maps = Buffer.from('a101'.repeat(5_000), 'hex');
    expect(code(Uint8Array.from(maps), LARGE)).toBe('cbor_too_deep');
  });

  test('B9: arrays, maps and strings that claim 2^32 - 1 and 2^64 - 1', () => {
    for (const major of [2, 3, 4, 5]) {
      const head = (info: number) => (major << 5) | info;
      const ff = (count: number) => new Uint8Array(count).fill(0xff);
      expect(code(Uint8Array.of(head(26), ...ff(4)))).toBe('cbor_truncated');
      expect(code(Uint8Array.of(head(27), ...ff(8)))).toBe('cbor_integer_range');
      // The largest length that is a safe integer, and one that no array can have.
      expect(code(Uint8Array.of(head(27), 0, 0x1f, ...ff(6)))).toBe('cbor_truncated');
      expect(code(Uint8Array.of(head(26), 0x7f, ...ff(3), 0, 0))).toBe('cbor_truncated');
    }
  });

  test('B10: text that is no UTF-8', () => {
    for (const digits of [
      '61 ff',
      '61 80',
      '62 c0 80',
      '62 c1 bf',
      '61 c3',
      '62 c3 28',
      '63 e0 80 80',
      '63 e0 9f bf',
      '63 ed a0 80',
      '63 ed bf bf',
      '64 f0 80 80 80',
      '64 f0 8f bf bf',
      '64 f4 90 80 80',
      '64 f5 80 80 80',
      '66 ed a0 bd ed b8 80',
      'a1 61 ff 00',
    ]) {
      expect(code(hex(digits)), digits).toBe('cbor_bad_text');
    }
    expect(() => encodeCbor('\ud800')).toThrow(TypeError);
    expect(() => encodeCbor(new Map([['\udc00', 1]]))).toThrow(TypeError);
  });

  test('B11: floats as values and as keys', () => {
    for (const digits of ['f9 3c00', 'fa 3f800000', 'fb 3ff0000000000000', 'f9 7e00', 'f9 8000']) {
      expect(code(hex(digits)), digits).toBe('cbor_forbidden_type');
      expect(code(hex(`81 ${digits}`)), digits).toBe('cbor_forbidden_type');
      expect(code(hex(`a1 ${digits} 00`)), digits).toBe('cbor_key_type');
    }
    expect(() => encodeCbor(-0)).toThrow(TypeError);
    for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)]) {
      expect(() => encodeCbor(value)).toThrow(TypeError);
      expect(() => encodeCbor(new Map([[value, 1]]))).toThrow(TypeError);
    }
  });

  test('B12: a number of 100,000 bytes, without ever being read', () => {
    const number = Uint8Array.of(0xc2, 0x5a, 0, 1, 0x86, 0xa0, ...new Uint8Array(100_000).fill(7));
    expect(code(number, LARGE)).toBe('cbor_forbidden_type');
    expect(readCbor(number, LARGE)).toEqual({ code: 'cbor_forbidden_type', at: 0 });
  });

  test('B13, B14: tags that build live objects, records, packed and shared values', () => {
    for (const tag of [
      'c0',
      'c1',
      'd2',
      'd81b',
      'd81c',
      'd81d',
      'd833',
      'd869',
      'd90102',
      'd90103',
      'd9dfff',
    ]) {
      expect(code(hex(`${tag} 82 66 526567457870 66 28612b292b24`)), tag).toBe(
        'cbor_forbidden_type',
      );
      expect(code(hex(`81 ${tag} 00`)), tag).toBe('cbor_forbidden_type');
      expect(code(hex(`a1 ${tag} 00 00`)), tag).toBe('cbor_key_type');
    }
  });

  test('B15: keys with names from Object stay plain keys', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const bytes = encodeCbor(new Map(names.map((name) => [name, 1])));
    const decoded = decodeCbor(bytes);
    if (!decoded.ok || !(decoded.value instanceof Map)) throw new Error('not accepted');
    expect([...decoded.value.keys()].sort()).toEqual([...names].sort());
    expect(Object.getPrototypeOf(decoded.value)).toBe(Map.prototype);
    expect({}).not.toHaveProperty('1');
  });

  test('B16: undefined and every simple value but true, false and null', () => {
    for (let info = 0; info < 32; info++) {
      const wanted = info >= 20 && info <= 22 ? undefined : 'cbor_forbidden_type';
      expect(code(Uint8Array.of(0xe0 | info)), `${info}`).toBe(wanted);
    }
    for (let value = 0; value < 256; value++) {
      expect(code(Uint8Array.of(0xf8, value))).toBe('cbor_forbidden_type');
    }
    expect(() => encodeCbor(undefined as never)).toThrow(TypeError);
  });

  test('B17: integers from 2^53 on, in both directions', () => {
    expect(decodeCbor(hex('1b 001fffffffffffff'))).toEqual({ ok: true, value: 2 ** 53 - 1 });
    expect(decodeCbor(hex('3b 001ffffffffffffe'))).toEqual({ ok: true, value: -(2 ** 53) + 1 });
    for (const digits of [
      '1b 0020000000000000',
      '1b 0020000000000001',
      '1b ffffffffffffffff',
      '3b 001fffffffffffff',
      '3b 0020000000000000',
      '3b ffffffffffffffff',
    ]) {
      expect(code(hex(digits)), digits).toBe('cbor_integer_range');
    }
  });

  test('B18: what was read has memory of its own, and so has what was written', () => {
    const input = Buffer.from('8243010203a14161'.replace('4161', '616143040506'), 'hex');
    const decoded = decodeCbor(input);
    expect(Object.keys(input)).toEqual([...input.keys()].map(String));
    input.fill(0);
    expect(decoded).toEqual({
      ok: true,
      value: [Uint8Array.of(1, 2, 3), new Map([['a', Uint8Array.of(4, 5, 6)]])],
    });
    const [first] = (decoded.ok ? decoded.value : []) as readonly Uint8Array[];
    expect(first!.buffer.byteLength).toBe(3);
    const written = encodeCbor('secret');
    expect(written.buffer.byteLength).toBe(written.length);
    const other = written.slice();
    encodeCbor('public');
    expect(written).toEqual(other);
    // Bytes that bring properties along are read all the same.
    const tricked = hex('19 0100');
    Object.assign(tricked, { dataView: new DataView(hex('19 ffff').buffer) });
    expect(decodeCbor(tricked)).toEqual({ ok: true, value: 256 });
  });
});

describe('the caps', () => {
  test('hold for bytes, items and depth, exactly', () => {
    const string = (length: number) =>
      Uint8Array.of(0x59, length >> 8, length & 255, ...new Uint8Array(length));
    expect(code(string(2045))).toBeUndefined();
    expect(code(string(2046))).toBe('cbor_too_long');
    const items = (count: number) =>
      Uint8Array.of(0x99, count >> 8, count & 255, ...new Uint8Array(count));
    expect(code(items(1023))).toBeUndefined();
    expect(code(items(1024))).toBe('cbor_too_many');
    // Keys and values count each.
    const caps = { bytes: 100, depth: 2, items: 5 };
    expect(code(hex('a2 00 00 01 00'), caps)).toBeUndefined();
    expect(code(hex('a2 00 00 01 00'), { ...caps, items: 4 })).toBe('cbor_too_many');
    expect(code(hex('81 81 00'), { ...caps, depth: 3 })).toBeUndefined();
    expect(code(hex('81 81 00'), caps)).toBe('cbor_too_deep');
  });

  test('leave room for every item alone', () => {
    expect(code(new Uint8Array(0))).toBe('cbor_truncated');
    for (let initial = 0; initial < 24; initial++)
      expect(code(Uint8Array.of(initial))).toBeUndefined();
  });
});

describe('what only the caller can do wrong', () => {
  test.each<[string, unknown]>([
    ['a bigint', 1n],
    ['a date', new Date(0)],
    ['an object', { a: 1 }],
    ['a set', new Set([1])],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['undefined in an array', [undefined]],
    ['a hole in an array', Array(1)],
    ['another typed array', new Uint16Array(1)],
    ['a buffer of memory', new ArrayBuffer(1)],
    ['null as a key', new Map([[null, 1]])],
    ['bytes as a key', new Map([[new Uint8Array(1), 1]])],
    ['true as a key', new Map([[true, 1]])],
    ['an array as a key', new Map([[[1], 1]])],
  ])('throws for %s', (_what, value) => {
    expect(() => encodeCbor(value as never)).toThrow(TypeError);
    expect(() => encodeCbor([value] as never)).toThrow(TypeError);
  });
});

test('a text with a byte order mark in front is none, as some hosts swallow it', () => {
  const mark = [0xef, 0xbb, 0xbf];
  const tail = new Array(100).fill(0x61);
  for (const bytes of [
    [0x63, ...mark],
    [0x64, ...mark, 0x61],
    [0x78, 103, ...mark, ...tail],
  ]) {
    expect(code(Uint8Array.from(bytes))).toBe('cbor_bad_text');
    expect(code(Uint8Array.of(0xa1, ...bytes, 0))).toBe('cbor_bad_text');
  }
  for (const text of ['\ufeff', '\ufeffa', `\ufeff${'a'.repeat(100)}`]) {
    expect(() => encodeCbor(text)).toThrow(TypeError);
    expect(() => encodeCbor(new Map([[text, 1]]))).toThrow(TypeError);
    expect(decodeCbor(encodeCbor(`x${text}`))).toEqual({ ok: true, value: `x${text}` });
  }
});

test('settings that others make in cbor-x do not reach us', () => {
  addExtension({ Class: Date, tag: 4_321, encode: () => 1, decode: () => 'taken over' } as never);
  setSizeLimits({ maxArraySize: 1, maxMapSize: 1 });
  try {
    expect(decode(hex('d9 10e1 00'))).toBe('taken over');
    expect(code(hex('d9 10e1 00'))).toBe('cbor_forbidden_type');
    expect(decodeCbor(hex('83 01 02 03'))).toEqual({ ok: true, value: [1, 2, 3] });
  } finally {
    setSizeLimits({ maxArraySize: 112_810_000, maxMapSize: 16_810_000 });
  }
});
