/**
 * Cryptography in plain JavaScript (`doorwright/noble`): the backend for phones, browsers and engines that bring none.
 * Node has a faster one in `doorwright/node`.
 */
export type { Crypto, PublicKey } from './crypto/crypto.js';
export { nobleCrypto } from './crypto/noble.js';
