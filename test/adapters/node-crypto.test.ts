import { expect, test } from 'vitest';
import { strictCrypto } from '../../protocol/crypto/strict.js';
import { agrees } from '../../src/adapters/fastest.js';
import { nodePrimitives } from '../../src/adapters/node-crypto.js';
import { noble } from '../protocol/crypto/backends.js';

test.each([true, false])(
  'node:crypto agrees with noble, its own cipher at hand: %s',
  (ownCipher) => {
    expect(agrees(strictCrypto(nodePrimitives(ownCipher)), noble)).toBe(true);
  },
);

test('this Node has the cipher, and noble is not asked', () => {
  expect(nodePrimitives().encrypt).toBe(nodePrimitives(true).encrypt);
  expect(nodePrimitives().encrypt).not.toBe(nodePrimitives(false).encrypt);
});
