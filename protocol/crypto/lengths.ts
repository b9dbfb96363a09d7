/** What every call asks of its bytes before it looks at them. Apart from the backends: sessions ask it too, and load none. */

/** @throws TypeError when it is no Uint8Array. */
export function requireBytes(what: string, bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`a ${what} is a Uint8Array`);
  return bytes;
}

/** @throws TypeError when `bytes` are not `length` bytes. */
export function requireLength(what: string, bytes: Uint8Array, length: number): void {
  requireBytes(what, bytes);
  if (bytes.length !== length) {
    throw new TypeError(`a ${what} has ${length} bytes, not \`${bytes.length}\``);
  }
}
