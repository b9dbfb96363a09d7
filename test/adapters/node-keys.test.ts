import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodeKeys, publicX } from '../../src/adapters/node-keys.js';
import { noble } from '../protocol/crypto/backends.js';

const secret = new Uint8Array(32).map((_, index) => 7 * index);
const message = Uint8Array.of(1, 2, 3);

describe.each([
  ['the fast way', true],
  ['the way by the book', false],
])('secrets imported %s', (_way, byJwk) => {
  const keys = nodeKeys(byJwk);

  test('have the public keys that belong to them', () => {
    expect(publicX(keys.secret('Ed25519', secret))).toEqual(noble.ed25519Public(secret).x);
    expect(publicX(keys.secret('X25519', secret))).toEqual(noble.x25519Public(secret));
  });

  test('sign under their own public key: under another one a signature gives the seed away', () => {
    const signature = sign(null, message, keys.secret('Ed25519', secret));
    expect(new Uint8Array(signature)).toEqual(noble.ed25519Sign(secret, message));
  });
});

test('a public key is imported once, and a secret each time', () => {
  const keys = nodeKeys();
  const key = noble.ed25519Public(secret);
  expect(keys.signer(key)).toBe(keys.signer({ kind: 'ed25519', x: key.x.slice() }));
  expect(keys.signer(noble.es256Public(secret))).not.toBe(keys.signer(key));
  expect(keys.secret('Ed25519', secret)).not.toBe(keys.secret('Ed25519', secret));
});
