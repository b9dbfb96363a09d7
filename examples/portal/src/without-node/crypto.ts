/**
 * `node:crypto` as far as a site in memory asks for it. The library's own functions run in the page as they are; Vite puts this
 * file in the place of Node's module.
 */
import { sha256 } from '@noble/hashes/sha2.js';

/** A hash that is fed piece by piece. */
export interface Hash {
  update(piece: string | Uint8Array): Hash;
  digest(): Uint8Array;
  digest(encoding: 'hex'): string;
}

/** SHA-256, the one hash that is asked for. @throws TypeError for another. */
export function createHash(algorithm: string): Hash {
  if (algorithm !== 'sha256') throw new TypeError(`no hash \`${algorithm}\` in a page`);
  const state = sha256.create();
  function digest(): Uint8Array;
  function digest(encoding: 'hex'): string;
  function digest(encoding?: 'hex'): Uint8Array | string {
    const bytes = state.digest();
    return encoding === undefined ? bytes : hex(bytes);
  }
  const hash: Hash = {
    update(piece) {
      state.update(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      return hash;
    },
    digest,
  };
  return hash;
}

/** So many random bytes. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A UUID of version 4. Browsers have one of their own only on pages that came over https or from this machine. */
export function randomUUID(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}

/** What databases and webhooks ask for: no site in a page has them, and their code stays out of it. */
export { absent as createHmac, absent as hash, absent as randomFillSync };

function absent(): never {
  throw new TypeError('this needs Node');
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
