/** Values of the profile, and changes to bytes, for tests of the codec. */
import fc from 'fast-check';
import type { CborValue } from '../../../protocol/wire/cbor.js';

/** Texts of any characters: long and short ones are read by different code. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 20, maxLength: 90 }),
  )
  .filter((text) => !text.startsWith('\ufeff'));

/** Any value of the profile, small. */
export const { value: anyValue } = fc.letrec<{ value: CborValue; key: number | string }>((tie) => ({
  key: fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger(), anyText),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 7 },
    fc.integer({ min: -300, max: 300 }),
    fc.maxSafeInteger(),
    fc.constantFrom(true, false, null, 2 ** 32, -(2 ** 32) - 1, 2 ** 32 - 1, 0),
    fc.uint8Array({ maxLength: 40 }),
    anyText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .array(fc.tuple(tie('key') as fc.Arbitrary<number | string>, tie('value')), { maxLength: 5 })
      .map((pairs) => new Map(pairs.map(([key, value]) => [Object.is(key, -0) ? 0 : key, value]))),
  ) as fc.Arbitrary<CborValue>,
}));

/** One change to bytes. */
export const anyChange = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('turn', 'set', 'insert', 'remove', 'copy', 'cut'),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0x5f, 0x7f, 0x9f, 0xbf, 0xff, 0xf9, 0xc1, 0x1b)),
});

/** The bytes after some changes. */
export function changed(
  bytes: Uint8Array,
  changes: readonly { at: number; kind: string; byte: number }[],
) {
  const out = [...bytes];
  for (const { at, kind, byte } of changes) {
    const index = at % (out.length + 1);
    if (kind === 'turn') out[index] = (out[index] ?? 0) ^ (1 << (byte & 7));
    else if (kind === 'set') out[index] = byte;
    else if (kind === 'insert') out.splice(index, 0, byte);
    else if (kind === 'remove') out.splice(index, 1 + (byte & 3));
    else if (kind === 'copy') out.splice(index, 0, ...out.slice(index, index + (byte & 15)));
    else out.length = index;
  }
  return Uint8Array.from(out);
}
