/**
 * The profile by its definition, slowly: read any well-formed CBOR leniently into a tree, write the tree
 * in core deterministic encoding, and accept when that gives the same bytes and holds nothing foreign.
 */

/** A tree of CBOR; `foreign` for what the profile does not have at all. */
type Tree =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'plain'; readonly byte: number }
  | { readonly kind: 'number'; readonly major: 0 | 1; readonly argument: bigint }
  | { readonly kind: 'string'; readonly major: 2 | 3; readonly bytes: Buffer }
  | { readonly kind: 'array'; readonly items: readonly Tree[] }
  | { readonly kind: 'map'; readonly pairs: readonly (readonly [Tree, Tree])[] };

/** Whether these are the bytes of exactly one item of the profile. */
export function isProfile(
  bytes: Uint8Array,
  caps: { readonly bytes: number; readonly depth: number; readonly items: number },
): boolean {
  if (bytes.length > caps.bytes) return false;
  const reading = { bytes: Buffer.from(bytes), at: 0 };
  let tree: Tree;
  try {
    tree = read(reading, 0);
  } catch {
    return false;
  }
  if (reading.at !== bytes.length || depthOf(tree) > caps.depth) return false;
  if (itemsOf(tree) > caps.items || !isOurs(tree)) return false;
  return write(tree).equals(reading.bytes);
}

interface Reading {
  readonly bytes: Buffer;
  at: number;
}

const FOREIGN: Tree = { kind: 'foreign' };
const BREAK = 0xff;

function read(reading: Reading, depth: number): Tree {
  if (depth > 64) throw new Error('deeper than any cap here');
  const initial = byte(reading);
  const [major, info] = [initial >> 5, initial & 31];
  if (major === 7) return readSimple(reading, initial, info);
  if (info === 31) return readIndefinite(reading, major, depth);
  const argument = readArgument(reading, info);
  switch (major) {
    case 0:
    case 1:
      return { kind: 'number', major, argument };
    case 2:
    case 3:
      return { kind: 'string', major, bytes: take(reading, argument) };
    case 4:
      return { kind: 'array', items: times(argument, () => read(reading, depth + 1)) };
    case 5: {
      const pair = () => [read(reading, depth + 1), read(reading, depth + 1)] as const;
      return { kind: 'map', pairs: times(argument, pair) };
    }
    default:
      read(reading, depth + 1);
      return FOREIGN;
  }
}

function readSimple(reading: Reading, initial: number, info: number): Tree {
  if (info === 24) byte(reading);
  else if (info > 24 && info < 28) take(reading, BigInt(1 << (info - 24)));
  else if (info > 27) throw new Error('reserved, or a break out of place');
  return info >= 20 && info <= 22 ? { kind: 'plain', byte: initial } : FOREIGN;
}

/** Nothing indefinite is in the profile, but it must be read to its end to see that it is well formed. */
function readIndefinite(reading: Reading, major: number, depth: number): Tree {
  if (major < 2 || major === 6) throw new Error('no such item');
  while (reading.bytes[reading.at] !== BREAK) read(reading, depth + 1);
  reading.at += 1;
  return FOREIGN;
}

function readArgument(reading: Reading, info: number): bigint {
  if (info < 24) return BigInt(info);
  if (info > 27) throw new Error('reserved');
  const digits = take(reading, BigInt(1 << (info - 24))).toString('hex');
  return BigInt(`0x${digits}`);
}

function byte(reading: Reading): number {
  return take(reading, 1n)[0]!;
}

function take(reading: Reading, length: bigint): Buffer {
  if (length > BigInt(reading.bytes.length - reading.at)) throw new Error('truncated');
  const from = reading.at;
  reading.at += Number(length);
  return reading.bytes.subarray(from, reading.at);
}

function times<T>(count: bigint, make: () => T): T[] {
  const made: T[] = [];
  for (let index = 0n; index < count; index++) made.push(make());
  return made;
}

function children(tree: Tree): readonly Tree[] {
  if (tree.kind === 'array') return tree.items;
  return tree.kind === 'map' ? tree.pairs.flat() : [];
}

function depthOf(tree: Tree): number {
  return 1 + Math.max(0, ...children(tree).map(depthOf));
}

function itemsOf(tree: Tree): number {
  return children(tree).reduce((sum, child) => sum + itemsOf(child), 1);
}

function isOurs(tree: Tree): boolean {
  switch (tree.kind) {
    case 'foreign':
      return false;
    case 'number':
      return tree.argument + BigInt(tree.major) < 2n ** 53n;
    case 'string':
      return tree.major === 2 || isOurText(tree.bytes);
    case 'map': {
      const isKey = (key: Tree) =>
        key.kind === 'number' || (key.kind === 'string' && key.major === 3);
      if (!tree.pairs.every(([key]) => isKey(key))) return false;
      const names = new Set(tree.pairs.map(([key]) => write(key).toString('hex')));
      return names.size === tree.pairs.length && children(tree).every(isOurs);
    }
    default:
      return children(tree).every(isOurs);
  }
}

/** Node replaces what is no UTF-8, so the bytes come back only if all was well; no mark may stand in front. */
function isOurText(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && !text.startsWith('\ufeff');
}

/** RFC 8949 §4.2.1. */
function write(tree: Tree): Buffer {
  switch (tree.kind) {
    case 'foreign':
      throw new Error('nothing to write');
    case 'plain':
      return Buffer.of(tree.byte);
    case 'number':
      return head(tree.major, tree.argument);
    case 'string':
      return Buffer.concat([head(tree.major, BigInt(tree.bytes.length)), tree.bytes]);
    case 'array':
      return Buffer.concat([head(4, BigInt(tree.items.length)), ...tree.items.map(write)]);
    case 'map': {
      const pairs = tree.pairs.map(([key, value]) => [write(key), write(value)] as const);
      pairs.sort(([a], [b]) => Buffer.compare(a, b));
      return Buffer.concat([head(5, BigInt(pairs.length)), ...pairs.flat()]);
    }
  }
}

function head(major: number, argument: bigint): Buffer {
  const size = [24n, 2n ** 8n, 2n ** 16n, 2n ** 32n].filter((bound) => argument >= bound).length;
  if (size === 0) return Buffer.of((major << 5) | Number(argument));
  const digits = argument.toString(16).padStart(2 << (size - 1), '0');
  return Buffer.concat([Buffer.of((major << 5) | (23 + size)), Buffer.from(digits, 'hex')]);
}
