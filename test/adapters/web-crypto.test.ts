import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import type { SignatureCheck } from '../../protocol/crypto/steps.js';
import {
  makeWebCryptoKeys,
  type WebCryptoSubtle,
  webCryptoSigner,
  webCryptoVerify,
} from '../../src/adapters/web-crypto.js';
import { craft, otherS, SMALL_ORDER } from '../protocol/crypto/crafted.js';

const subtle = webcrypto.subtle;
const noble = nobleCrypto();
const KINDS = ['ed25519', 'es256'] as const;
const HONEST = { keyTorsion: 0, rTorsion: 0, excess: 0 };
const message = Uint8Array.of(1, 2, 3);
const seed = new Uint8Array(32).fill(1);

/** A host whose answers can be told, and which counts the signatures it was asked about. */
function host(
  changes: Partial<Record<keyof WebCryptoSubtle, () => Promise<unknown>>>,
): WebCryptoSubtle & { verified: number } {
  const own = (method: keyof WebCryptoSubtle) =>
    (subtle[method] as (...parts: never[]) => Promise<unknown>).bind(subtle);
  const verify = changes.verify ?? own('verify');
  const counted = {
    verified: 0,
    generateKey: own('generateKey'),
    importKey: own('importKey'),
    exportKey: own('exportKey'),
    sign: own('sign'),
    ...changes,
    verify: async (...parts: never[]) => {
      counted.verified += 1;
      return verify(...parts);
    },
  };
  return counted;
}

describe.each(KINDS)('%s', (kind) => {
  test('keys of WebCrypto sign what every backend takes, and cannot be read', async () => {
    const keys = await makeWebCryptoKeys(kind, subtle);
    expect(keys.privateKey.extractable).toBe(false);
    await expect(subtle.exportKey('jwk', keys.privateKey as never)).rejects.toThrow();
    const signer = await webCryptoSigner(keys, subtle);
    const signature = await signer.sign(message);
    expect(signer.publicKey.kind).toBe(kind);
    expect(noble.verify(signer.publicKey, message, signature)).toBe(true);
    const verify = webCryptoVerify(subtle);
    const check = { key: signer.publicKey, message, signature };
    expect(await verify(check)).toBe(true);
    expect(await verify({ ...check, message: Uint8Array.of(1) })).toBe(false);
  });

  test('a key that could be read is no key to sign with', async () => {
    const algorithm =
      kind === 'ed25519' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256' };
    const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
    await expect(webCryptoSigner(keys as never, subtle)).rejects.toThrow(TypeError);
  });

  test('the host is asked, and noble only where the host has no answer', async () => {
    const own = noble[kind === 'ed25519' ? 'ed25519Public' : 'es256Public'](seed);
    const sign = noble[kind === 'ed25519' ? 'ed25519Sign' : 'es256Sign'];
    const good: SignatureCheck = { key: own, message, signature: sign(seed, message) };
    const bad: SignatureCheck = { ...good, message: Uint8Array.of(9) };
    const full = host({});
    expect(await webCryptoVerify(full)(good)).toBe(true);
    expect(full.verified).toBeGreaterThan(0);
    const lacking = host({ importKey: () => Promise.reject(new Error('NotSupportedError')) });
    expect(await webCryptoVerify(lacking)(good)).toBe(true);
    expect(await webCryptoVerify(lacking)(bad)).toBe(false);
    expect(lacking.verified).toBe(0);
    const strange = host({ verify: async () => 'true' });
    expect(await webCryptoVerify(strange)(good)).toBe(false);
  });
});

test('what no backend takes, the host is not even asked about', async () => {
  const gullible = host({ verify: async () => true });
  const verify = webCryptoVerify(gullible);
  const wrong = [
    craft(seed, message, 1n, { ...HONEST, keyTorsion: 1 }),
    craft(seed, message, 1n, { ...HONEST, excess: 1 }),
    craft(seed, message, 0n, HONEST),
    ...SMALL_ORDER.map((x) => ({
      key: { kind: 'ed25519' as const, x },
      message,
      signature: new Uint8Array(64),
    })),
    { key: { kind: 'es256' as const, x: seed, y: seed }, message, signature: new Uint8Array(64) },
  ];
  for (const check of wrong) expect(await verify(check)).toBe(false);
  expect(gullible.verified).toBe(0);
});

test('a host that multiplies by the cofactor is found out, and held to the same answers', async () => {
  const cofactored = host({ verify: async () => true });
  const verify = webCryptoVerify(cofactored);
  expect(await verify(craft(seed, message, 1n, { ...HONEST, rTorsion: 1 }))).toBe(false);
  expect(await verify(craft(seed, message, 1n, HONEST))).toBe(true);
});

test('an argument of the wrong length is the caller’s mistake here too', async () => {
  const verify = webCryptoVerify(subtle);
  const { key, signature } = craft(seed, message, 1n, HONEST);
  for (const wrong of [
    { key, message, signature: signature.subarray(1) },
    { key: { kind: 'ed25519' as const, x: seed.subarray(1) }, message, signature },
  ]) {
    await expect(verify(wrong)).rejects.toThrow(TypeError);
  }
});

test('ES256 with a high s holds', async () => {
  const key = noble.es256Public(seed);
  const signature = noble.es256Sign(seed, message);
  const verify = webCryptoVerify(subtle);
  expect(await verify({ key, message, signature })).toBe(true);
  expect(await verify({ key, message, signature: otherS(signature) })).toBe(true);
});

test('keys for something else are no keys to sign with', async () => {
  const rsa = { extractable: false, algorithm: { name: 'RSA-PSS' } };
  await expect(webCryptoSigner({ privateKey: rsa, publicKey: rsa }, subtle)).rejects.toThrow(
    TypeError,
  );
  const { privateKey } = await makeWebCryptoKeys('ed25519', subtle);
  const { publicKey } = await makeWebCryptoKeys('es256', subtle);
  await expect(webCryptoSigner({ privateKey, publicKey }, subtle)).rejects.toThrow(TypeError);
});
