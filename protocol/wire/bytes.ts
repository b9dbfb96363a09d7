/** Byte strings: joining, comparing, and numbers in them. */

/**
 * Up to here bytes are copied one by one: a view of a short array makes V8 move that array out of its own heap first,
 * and keys, hashes and numbers are all short.
 */
const FEW = 64;

/** All `parts`, one after another, in new memory. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    putBytes(joined, at, part);
    at += part.length;
  }
  return joined;
}

/** Writes `bytes` into `target` from `at` on, where they must fit. */
export function putBytes(target: Uint8Array, at: number, bytes: Uint8Array): void {
  const { length } = bytes;
  if (length > FEW) target.set(bytes, at);
  else for (let index = 0; index < length; index++) target[at + index] = bytes[index] as number;
}

/**
 * The bytes in `[from, until)` in memory of their own. Not `slice`: that of a Node Buffer is a view, through
 * which the sender of a message could change it after it was read.
 */
export function copyBytes(bytes: Uint8Array, from = 0, until = bytes.length): Uint8Array {
  const end = Math.min(until, bytes.length);
  if (end - from > FEW) return new Uint8Array(bytes.subarray(from, end));
  const copy = new Uint8Array(Math.max(0, end - from));
  for (let at = 0; at < copy.length; at++) copy[at] = bytes[from + at] as number;
  return copy;
}

/** Whether both hold the same bytes. For public values: it stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

/** Whether both hold the same bytes, in a time that depends on their lengths alone. */
export function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    difference |= (a[index] as number) ^ (b[index] as number);
  }
  return difference === 0;
}

/** Negative, zero or positive as `a` stands before, at or after `b` in bytewise order (RFC 8949 §4.2.1). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The `size` bytes of `value`, most significant first. @throws RangeError when it does not fit. */
export function numberBytes(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = value;
  for (let index = size - 1; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  if (!Number.isSafeInteger(value) || value < 0 || rest !== 0) {
    throw new RangeError(`no unsigned integer of ${size} bytes: \`${value}\``);
  }
  return bytes;
}

/** The unsigned number in all of `bytes` (at most 6 of them), most significant first. */
export function bytesNumber(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
