import { describe, expect, test } from 'vitest';
import type { Crypto } from '../../protocol/crypto/crypto.js';
import { agrees, fastestCrypto } from '../../src/adapters/fastest.js';
import { BACKENDS, noble } from '../protocol/crypto/backends.js';

test('libsodium is taken where it is installed', async () => {
  expect((await fastestCrypto()).name).toBe('sodium');
});

test.each(BACKENDS.map((crypto) => [crypto.name, crypto] as const))('%s agrees', (_, crypto) => {
  expect(agrees(crypto, noble)).toBe(true);
});

describe('a backend is passed over when it', () => {
  const wrong = new Uint8Array(32).fill(1);
  test.each<[string, Partial<Crypto>]>([
    ['hashes otherwise', { sha256: () => wrong }],
    ['gives another MAC', { hmacSha256: () => wrong }],
    ['gives another X25519 key', { x25519Public: () => wrong }],
    ['has a shared secret of zeroes', { x25519: () => new Uint8Array(32) }],
    ['has no shared secret', { x25519: () => undefined }],
    ['seals otherwise', { encrypt: () => wrong }],
    ['opens nothing', { decrypt: () => undefined }],
    ['opens anything', { decrypt: (_key, _nonce, _ad, sealed) => sealed.subarray(16) }],
    ['makes another Ed25519 key', { ed25519Public: () => ({ kind: 'ed25519', x: wrong }) }],
    ['signs otherwise', { ed25519Sign: () => new Uint8Array(64) }],
    ['makes another P-256 key', { es256Public: () => ({ kind: 'es256', x: wrong, y: wrong }) }],
    ['makes signatures nobody takes', { es256Sign: () => new Uint8Array(64).fill(1) }],
    ['takes any signature', { verify: () => true }],
    ['takes no signature', { verify: () => false }],
    [
      'lacks a cipher',
      {
        encrypt: () => {
          throw new Error('unknown cipher');
        },
      },
    ],
  ])('%s', (_what, changes) => {
    expect(agrees({ ...noble, ...changes }, noble)).toBe(false);
  });
});
