/**
 * The backend that runs everywhere: plain JavaScript without any host, also in QuickJS and Hermes.
 * Other backends borrow from it what they lack, and it is the judge of points for all of them.
 */
import type { Crypto } from './crypto.js';
import { nobleDecrypt, nobleEncrypt } from './noble-ciphers.js';
import { nobleCurves } from './noble-curves.js';
import { nobleHmacSha256, nobleSha256 } from './noble-hashes.js';
import { type Primitives, strictCrypto } from './strict.js';

/** What noble does by itself; a backend that lacks an operation takes it from here. */
export const noblePrimitives: Primitives = {
  name: 'noble',
  sha256: nobleSha256,
  hmacSha256: nobleHmacSha256,
  encrypt: nobleEncrypt,
  decrypt: nobleDecrypt,
  ...nobleCurves,
};

/** The backend in plain JavaScript, as strict as the profile. */
export function nobleCrypto(): Crypto {
  return strictCrypto(noblePrimitives);
}
