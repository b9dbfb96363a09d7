/** What a phone reads in the same bytes at every visit: read once, as long as the bytes are there and unchanged. */
import { copyBytes, sameBytes } from '../wire/bytes.js';

/**
 * The same reader, which goes through the same bytes once. They are compared with what they were, because some come
 * from a host that may use its memory again; what it answers must follow from them alone and never be changed.
 */
export function remembered<T>(read: (bytes: Uint8Array) => T): (bytes: Uint8Array) => T {
  const known = new WeakMap<Uint8Array, { readonly bytes: Uint8Array; readonly value: T }>();
  return (bytes) => {
    const before = known.get(bytes);
    if (before !== undefined && sameBytes(before.bytes, bytes)) return before.value;
    const value = read(bytes);
    known.set(bytes, { bytes: copyBytes(bytes), value });
    return value;
  };
}
