/** Bytes changed a little, at random: what an attacker or a bad link would try. */
import type { Random } from '../../bench/random.js';
import { type CborValue, decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';

type Mutation = (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array;

/** Heads and bytes at the edges of CBOR: other major types, reserved and indefinite lengths, extremes. */
const EDGES = [
  0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x20, 0x3a, 0x3b, 0x40, 0x58, 0x5f, 0x60, 0x78, 0x7f,
  0x80, 0x82, 0x84, 0x98, 0x9f, 0xa0, 0xa1, 0xb8, 0xbf, 0xc2, 0xd8, 0xf4, 0xf6, 0xf7, 0xf9, 0xff,
];

const MUTATIONS: readonly Mutation[] = [
  (bytes, _, random) => {
    const changed = bytes.slice();
    const at = random.below(bytes.length);
    changed[at] = changed[at]! ^ (1 << random.below(8));
    return changed;
  },
  (bytes, _, random) => {
    const changed = bytes.slice();
    changed[random.below(bytes.length)] = random.below(256);
    return changed;
  },
  (bytes, _, random) => {
    const changed = bytes.slice();
    changed[random.below(bytes.length)] = random.pick(EDGES);
    return changed;
  },
  (bytes, _, random) => bytes.slice(0, random.below(bytes.length)),
  (bytes, _, random) => bytes.slice(random.below(bytes.length)),
  (bytes, _, random) => {
    const at = random.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), [random.pick(EDGES)], bytes.subarray(at));
  },
  (bytes, _, random) => {
    const [from, until] = range(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(until));
  },
  (bytes, _, random) => {
    const [from, until] = range(bytes, random);
    return joined(bytes.subarray(0, until), bytes.subarray(from));
  },
  (bytes, other, random) => {
    const [from, until] = range(other, random);
    const at = random.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), other.subarray(from, until), bytes.subarray(at));
  },
  (bytes, other, random) => {
    const [from, until] = range(other, random);
    const changed = bytes.slice();
    const at = random.below(bytes.length);
    changed.set(other.subarray(from, Math.min(until, from + bytes.length - at)), at);
    return changed;
  },
  // A length that claims far more than is there.
  (bytes, _, random) => {
    const at = random.below(bytes.length);
    const head = (bytes[at]! & 0xe0) | 0x1b;
    const size = random.pick([
      [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]);
    return joined(bytes.subarray(0, at), [head, ...size], bytes.subarray(at + 1));
  },
  (_, __, random) => Uint8Array.from({ length: random.below(64) }, () => random.below(256)),
];

/** `bytes` after one to four mutations; `other` lends pieces. Never empty input, perhaps empty output. */
export function mutated(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let changed = bytes;
  for (let left = 1 + random.below(4); left > 0; left--) {
    if (changed.length === 0) return changed;
    changed = random.pick(MUTATIONS)(changed, other, random);
  }
  return changed;
}

/**
 * CBOR in which one value was changed and all the rest still is as it should be, so that what is tried
 * gets past the first check. Byte strings that hold CBOR themselves are opened. Bytes that are no CBOR
 * come back mutated as bytes.
 */
export function mutatedValue(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const decoded = decodeCbor(bytes, CAPS);
  if (!decoded.ok) return mutated(bytes, other, random);
  try {
    return encodeCbor(changed(decoded.value, other, random));
  } catch (error) {
    // A key or a number outside the profile: as good as any other rubbish.
    if (error instanceof TypeError) return mutated(bytes, other, random);
    throw error;
  }
}

const CAPS = { bytes: 1 << 20, depth: 16, items: 1 << 16 };

/** Numbers at which something begins or ends: of CBOR, of bytes, of seconds. */
const NUMBERS = [
  0,
  1,
  2,
  7,
  8,
  15,
  16,
  23,
  24,
  31,
  32,
  255,
  256,
  65_535,
  65_536,
  2_592_000,
  2_592_001,
  1_800_000_000,
  4_294_967_295,
  4_294_967_296,
  Number.MAX_SAFE_INTEGER,
  -1,
  -7,
  -8,
];

function changed(value: CborValue, other: Uint8Array, random: Random): CborValue {
  if (Array.isArray(value) && value.length > 0 && random.below(8) > 0) {
    const at = random.below(value.length);
    return value.map((member, index) => (index === at ? changed(member, other, random) : member));
  }
  if (value instanceof Map && value.size > 0 && random.below(8) > 0) {
    const at = random.below(value.size);
    return new Map(
      [...value].map(([key, member], index) => [
        key,
        index === at ? changed(member, other, random) : member,
      ]),
    );
  }
  if (value instanceof Uint8Array && value.length > 1 && random.below(8) > 0) {
    const inner = decodeCbor(value, CAPS);
    if (inner.ok && value.length > 8) return mutatedValue(value, other, random);
    return mutated(value, other, random);
  }
  return replaced(value, random);
}

function replaced(value: CborValue, random: Random): CborValue {
  if (typeof value === 'number' && random.below(2) === 0) return value + random.below(5) - 2;
  switch (random.below(9)) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 0;
    case 2:
      return 'text';
    case 3:
      return new Uint8Array(random.pick([0, 1, 7, 8, 9, 16, 32, 64, 65]));
    case 4:
      return [value];
    case 5:
      return new Map([[random.pick(NUMBERS), value]]);
    case 6:
      return Array.isArray(value) ? [...value, ...value.slice(-1)] : [];
    case 7:
      return value instanceof Map ? new Map([...value, [random.pick(NUMBERS), 1]]) : new Map();
    default:
      return random.pick(NUMBERS);
  }
}

function range(bytes: Uint8Array, random: Random): readonly [from: number, until: number] {
  const from = random.below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random.below(40))];
}

function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
