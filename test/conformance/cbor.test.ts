import { expect, test } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';
import { hex, readVectors, tally } from './vectors.js';

interface Example {
  readonly hex: string;
  readonly decoded?: unknown;
  readonly diagnostic?: string;
}

const examples = readVectors<readonly Example[]>('cbor-appendix-a/appendix_a.json');

test('of the 82 examples of RFC 8949 appendix A the profile has 35, and gives their bytes back', () => {
  const counts = tally('RFC 8949 appendix A');
  for (const example of examples) {
    const bytes = hex(example.hex);
    const decoded = decodeCbor(bytes);
    if (!decoded.ok) {
      counts.count(`refused: ${decoded.code}`);
      expect(decoded.code, example.hex).toBe(refusal(example));
      continue;
    }
    expect(refusal(example), example.hex).toBeUndefined();
    expect(encodeCbor(decoded.value), example.hex).toEqual(bytes);
    expect(asJson(decoded.value), example.hex).toEqual(
      'decoded' in example ? example.decoded : example.diagnostic,
    );
    counts.count('accepted');
  }
  expect(counts.total()).toEqual({
    accepted: 35,
    'refused: cbor_forbidden_type': 34,
    'refused: cbor_indefinite': 11,
    'refused: cbor_integer_range': 2,
  });
  expect(examples).toHaveLength(82);
});

/** Why the profile has no such item: by the head of the example, or a break (ff) inside an array. */
function refusal({ hex: digits }: Example): string | undefined {
  if (/^[13]bffffffffffffffff$/u.test(digits)) return 'cbor_integer_range';
  if (/^[579b]f/u.test(digits) || /^8.*[9b]f.*ff/u.test(digits)) return 'cbor_indefinite';
  if (/^[cdef]/u.test(digits) && !/^f[456]$/u.test(digits)) return 'cbor_forbidden_type';
  return undefined;
}

/** The value as the examples write it: bytes in diagnostic notation, keys as text. */
function asJson(value: CborValue): unknown {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return value.map(asJson);
  if (value instanceof Map) {
    const entries = [...value].map(([key, member]) => [String(key), asJson(member)]);
    return [...value.keys()].some((key) => typeof key === 'number')
      ? `{${entries.map(([key, member]) => `${key}: ${member}`).join(', ')}}`
      : Object.fromEntries(entries);
  }
  return value;
}
