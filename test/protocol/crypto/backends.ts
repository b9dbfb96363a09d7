/** Every backend there is, for the suites that each of them must pass. */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { nobleCrypto } from '../../../protocol/crypto/noble.js';
import { nodeCrypto } from '../../../src/adapters/node-crypto.js';
import { loadSodium } from '../../../src/adapters/sodium.js';

const sodium = await loadSodium();
// A suite that silently runs with two of three backends would prove less than it says.
if (sodium === undefined) throw new Error('sodium-native is not installed');

/** Plain JavaScript, against which the others are measured. */
export const noble: Crypto = nobleCrypto();

/** All backends that answer at once. */
export const BACKENDS: readonly Crypto[] = [noble, nodeCrypto(), sodium];
