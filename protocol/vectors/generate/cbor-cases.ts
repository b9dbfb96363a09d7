/** Text of `cbor.json`: what is one item of the CBOR profile, and what is not (lines B). */
import { fileText, type Writable } from './notation.js';

/** A vector of bytes given in parts, for those that repeat: `[hex, how often]`. */
type Parts = readonly (readonly [hex: string, times: number])[];

const ACCEPTED: readonly string[] = [
  ...['00', '01', '17', '1818', '18ff', '190100', '19ffff', '1a00010000', '1affffffff'],
  ...['1b0000000100000000', '1b001fffffffffffff', '20', '37', '3818', '3b001ffffffffffffe'],
  ...[
    '40',
    '4100',
    '60',
    '6161',
    '62c3bc',
    '63e282ac',
    '64f09f9880',
    '80',
    '83010203',
    'a0',
    'a10102',
  ],
  ...['a201022003', 'a2012060a0', 'a2012061310a', 'f4', 'f5', 'f6', '8181818181818100'],
];

/** Keys that a careless reader takes for parts of an object (B15). */
const ACCEPTED_KEYS: readonly string[] = [
  'a1695f5f70726f746f5f5f00',
  'a16b636f6e7374727563746f7200',
  'a168746f537472696e6700',
];

const REFUSED: readonly (readonly [line: string, id: string, code: string, bytes: string])[] = [
  ['B1', 'duplicate-key', 'cbor_key_order', 'a201000100'],
  ['B1', 'duplicate-text-key', 'cbor_key_order', 'a2616100616100'],
  ['B2', 'text-before-number', 'cbor_key_order', 'a26131000100'],
  ['B3', 'unsorted', 'cbor_key_order', 'a202000100'],
  ['B3', 'negative-before-unsigned', 'cbor_key_order', 'a220000100'],
  ['B3', 'longer-before-shorter', 'cbor_key_order', 'a262616100616200'],
  ['B4', '0-in-two-bytes', 'cbor_not_minimal', '1800'],
  ['B4', '23-in-two-bytes', 'cbor_not_minimal', '1817'],
  ['B4', '255-in-three-bytes', 'cbor_not_minimal', '1900ff'],
  ['B4', '65535-in-five-bytes', 'cbor_not_minimal', '1a0000ffff'],
  ['B4', '2^32-1-in-nine-bytes', 'cbor_not_minimal', '1b00000000ffffffff'],
  ['B4', 'negative', 'cbor_not_minimal', '3800'],
  ['B4', 'length-of-bytes', 'cbor_not_minimal', '580100'],
  ['B4', 'length-of-text', 'cbor_not_minimal', '780161'],
  ['B4', 'length-of-array', 'cbor_not_minimal', '980100'],
  ['B4', 'length-of-map', 'cbor_not_minimal', 'b8010000'],
  ['B4', 'tag', 'cbor_forbidden_type', 'd80100'],
  ['B5', 'array', 'cbor_indefinite', '9f00ff'],
  ['B5', 'map', 'cbor_indefinite', 'bf0000ff'],
  ['B5', 'bytes', 'cbor_indefinite', '5f4100ff'],
  ['B5', 'text', 'cbor_indefinite', '7f6161ff'],
  ['B5', 'break-alone', 'cbor_forbidden_type', 'ff'],
  ['B5', 'reserved-28', 'cbor_indefinite', '1c'],
  ['B6', 'trailing-byte', 'cbor_trailing', '0000'],
  ['B6', 'trailing-item', 'cbor_trailing', '80a0'],
  ['B7', 'nothing', 'cbor_truncated', ''],
  ['B7', 'head', 'cbor_truncated', '19'],
  ['B7', 'argument', 'cbor_truncated', '1901'],
  ['B7', 'bytes', 'cbor_truncated', '4200'],
  ['B7', 'array', 'cbor_truncated', '8200'],
  ['B7', 'map-value', 'cbor_truncated', 'a2010002'],
  ['B8', 'depth-9', 'cbor_too_deep', '818181818181818100'],
  ['B9', 'array-of-2^32-1', 'cbor_truncated', '9affffffff'],
  ['B9', 'map-of-2^32-1', 'cbor_truncated', 'baffffffff'],
  ['B9', 'bytes-of-2^32-1', 'cbor_truncated', '5affffffff'],
  ['B9', 'text-of-2^32-1', 'cbor_truncated', '7affffffff'],
  ['B9', 'array-of-2^64-1', 'cbor_integer_range', '9bffffffffffffffff'],
  ['B9', 'map-of-2^64-1', 'cbor_integer_range', 'bbffffffffffffffff'],
  ['B9', 'bytes-of-2^64-1', 'cbor_integer_range', '5bffffffffffffffff'],
  ['B9', 'bytes-of-2^53-1', 'cbor_truncated', '5b001fffffffffffff'],
  ['B10', 'invalid-byte', 'cbor_bad_text', '61ff'],
  ['B10', 'lone-surrogate', 'cbor_bad_text', '63eda080'],
  ['B10', 'overlong', 'cbor_bad_text', '62c080'],
  ['B10', 'overlong-three', 'cbor_bad_text', '63e08080'],
  ['B10', 'above-unicode', 'cbor_bad_text', '64f4908080'],
  ['B10', 'cut-sequence', 'cbor_bad_text', '61c3'],
  ['B10', 'bad-text-key', 'cbor_bad_text', 'a161ff00'],
  ['B11', '1.0-as-value', 'cbor_forbidden_type', 'f93c00'],
  ['B11', '1.0-as-key', 'cbor_key_type', 'a1f93c0000'],
  ['B11', 'nan', 'cbor_forbidden_type', 'f97e00'],
  ['B11', 'minus-zero', 'cbor_forbidden_type', 'f98000'],
  ['B11', 'single', 'cbor_forbidden_type', 'fa47c35000'],
  ['B11', 'double', 'cbor_forbidden_type', 'fb7ff0000000000000'],
  ['B12', 'bignum', 'cbor_forbidden_type', 'c249010000000000000000'],
  ['B12', 'negative-bignum', 'cbor_forbidden_type', 'c349010000000000000000'],
  ['B13', 'regexp', 'cbor_forbidden_type', 'd81b82665265674578706628612b292b24'],
  ['B13', 'error', 'cbor_forbidden_type', 'd81b82654572726f7260'],
  ['B14', 'cycle', 'cbor_forbidden_type', 'd81c81d81d00'],
  ['B14', 'packed', 'cbor_forbidden_type', 'd833828080'],
  ['B14', 'record', 'cbor_forbidden_type', 'd9dfff828080'],
  ['B14', 'record-105', 'cbor_forbidden_type', 'd869828080'],
  ['B14', 'set', 'cbor_forbidden_type', 'd9010280'],
  ['B14', 'map-259', 'cbor_forbidden_type', 'd90103a0'],
  ['B14', 'self-described', 'cbor_forbidden_type', 'd9d9f700'],
  ['B14', 'date', 'cbor_forbidden_type', 'c100'],
  ['B16', 'undefined', 'cbor_forbidden_type', 'f7'],
  ['B16', 'simple-16', 'cbor_forbidden_type', 'f0'],
  ['B16', 'simple-0-in-two-bytes', 'cbor_forbidden_type', 'f800'],
  ['B16', 'simple-31-in-two-bytes', 'cbor_forbidden_type', 'f81f'],
  ['B16', 'true-in-two-bytes', 'cbor_forbidden_type', 'f815'],
  ['B16', 'simple-255', 'cbor_forbidden_type', 'f8ff'],
  ['B17', '2^53', 'cbor_integer_range', '1b0020000000000000'],
  ['B17', '2^64-1', 'cbor_integer_range', '1bffffffffffffffff'],
  ['B17', '-2^53', 'cbor_integer_range', '3b001fffffffffffff'],
  ['B17', '-2^64', 'cbor_integer_range', '3bffffffffffffffff'],
  ['B3', 'bytes-as-key', 'cbor_key_type', 'a1410000'],
  ['B3', 'array-as-key', 'cbor_key_type', 'a18000'],
  ['B3', 'true-as-key', 'cbor_key_type', 'a1f500'],
];

const REPEATED: readonly { line: string; id: string; code: string; parts: Parts }[] = [
  {
    line: 'B8',
    id: 'depth-2000',
    code: 'cbor_too_deep',
    parts: [
      ['81', 2000],
      ['00', 1],
    ],
  },
  {
    line: 'B8',
    id: 'depth-200000',
    code: 'cbor_too_long',
    parts: [
      ['81', 200_000],
      ['00', 1],
    ],
  },
  {
    line: 'B9',
    id: '1025-items',
    code: 'cbor_too_many',
    parts: [
      ['990400', 1],
      ['00', 1024],
    ],
  },
  {
    line: 'B12',
    id: 'bignum-of-100-kB',
    code: 'cbor_too_long',
    parts: [
      ['c25a00019000', 1],
      ['ff', 102_400],
    ],
  },
  {
    line: 'B9',
    id: '2049-bytes',
    code: 'cbor_too_long',
    parts: [
      ['5907fe', 1],
      ['00', 2046],
    ],
  },
];

/** Text of `cbor.json`. */
export function cborFile(): string {
  const refused: Writable[] = REFUSED.map(([line, id, code, bytes]) => ({
    id: `${line}-${id}`,
    line,
    bytes,
    code,
  }));
  const repeated: Writable[] = REPEATED.map(({ line, id, code, parts }) => ({
    id: `${line}-${id}`,
    line,
    parts,
    code,
  }));
  return fileText(
    'Bytes that are exactly one item of the CBOR profile within the caps of a message, and bytes that are not. `parts` is a list of [hex, times].',
    {
      accepted: [
        ...ACCEPTED.map((bytes) => ({ bytes })),
        ...ACCEPTED_KEYS.map((bytes) => ({ line: 'B15', bytes })),
      ],
      refused: [...refused, ...repeated],
    },
  );
}
