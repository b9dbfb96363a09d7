import { describe, expect, test } from 'vitest';
import { hkdfSha256 } from '../../protocol/crypto/crypto.js';
import { BACKENDS } from '../protocol/crypto/backends.js';
import { hex, readVectors, tally } from './vectors.js';

interface Wycheproof<Group, Case> {
  readonly numberOfTests: number;
  readonly testGroups: readonly (Group & {
    readonly tests: readonly (Case & {
      readonly tcId: number;
      readonly comment: string;
      readonly result: 'valid' | 'invalid' | 'acceptable';
    })[];
  })[];
}

const x25519 = readVectors<
  Wycheproof<object, { readonly public: string; readonly private: string; readonly shared: string }>
>('wycheproof/x25519_test.json');
const hmac = readVectors<
  Wycheproof<
    { readonly tagSize: number },
    { readonly key: string; readonly msg: string; readonly tag: string }
  >
>('wycheproof/hmac_sha256_test.json');
const hkdf = readVectors<
  Wycheproof<
    object,
    {
      readonly ikm: string;
      readonly salt: string;
      readonly info: string;
      readonly size: number;
      readonly okm: string;
    }
  >
>('wycheproof/hkdf_sha256_test.json');
const aead = readVectors<
  Wycheproof<
    { readonly ivSize: number },
    {
      readonly key: string;
      readonly iv: string;
      readonly aad: string;
      readonly msg: string;
      readonly ct: string;
      readonly tag: string;
    }
  >
>('wycheproof/chacha20_poly1305_test.json');

describe.each(BACKENDS.map((crypto) => [crypto.name, crypto] as const))('%s', (name, crypto) => {
  test('agrees with all 518 cases of X25519, and has no shared secret of zeroes', () => {
    const counts = tally(`Wycheproof X25519, ${name}`);
    for (const { tests } of x25519.testGroups) {
      for (const each of tests) {
        const shared = crypto.x25519(hex(each.private), hex(each.public));
        const zero = /^0*$/u.test(each.shared);
        expect(shared, `${each.tcId} ${each.comment}`).toEqual(zero ? undefined : hex(each.shared));
        if (zero) expect(each.result).toBe('acceptable');
        counts.count(zero ? 'refused: the shared secret is zero' : 'agreed');
      }
    }
    expect(counts.total()).toEqual({ agreed: 487, 'refused: the shared secret is zero': 31 });
    expect(x25519.numberOfTests).toBe(518);
  });

  test('agrees with all 174 cases of HMAC-SHA-256', () => {
    const counts = tally(`Wycheproof HMAC-SHA-256, ${name}`);
    for (const { tagSize, tests } of hmac.testGroups) {
      for (const { tcId, comment, key, msg, tag, result } of tests) {
        const made = crypto.hmacSha256(hex(key), hex(msg)).slice(0, tagSize / 8);
        const same = Buffer.from(made).equals(hex(tag));
        expect(same, `${tcId} ${comment}`).toBe(result === 'valid');
        counts.count(same ? 'the same tag' : 'another tag');
      }
    }
    expect(counts.total()).toEqual({ 'the same tag': 66, 'another tag': 108 });
    expect(hmac.numberOfTests).toBe(174);
  });

  test('agrees with all 86 cases of HKDF-SHA-256 of at most 64 bytes', () => {
    const counts = tally(`Wycheproof HKDF-SHA-256, ${name}`);
    for (const { tests } of hkdf.testGroups) {
      for (const { tcId, comment, ikm, salt, info, size, okm, result } of tests) {
        const derive = () => hkdfSha256(crypto, hex(ikm), hex(salt), hex(info), size);
        if (size > 64) {
          expect(derive, `${tcId} ${comment}`).toThrow(RangeError);
          counts.count('refused: over 64 bytes, which DKP/1 never derives');
          continue;
        }
        expect(result).toBe('valid');
        expect(derive(), `${tcId} ${comment}`).toEqual(hex(okm));
        counts.count('agreed');
      }
    }
    expect(counts.total()).toEqual({
      agreed: 75,
      'refused: over 64 bytes, which DKP/1 never derives': 11,
    });
    expect(hkdf.numberOfTests).toBe(86);
  });

  test('agrees with all 325 cases of ChaCha20-Poly1305', () => {
    const counts = tally(`Wycheproof ChaCha20-Poly1305, ${name}`);
    for (const { ivSize, tests } of aead.testGroups) {
      for (const each of tests) {
        const [key, nonce, ad] = [hex(each.key), hex(each.iv), hex(each.aad)];
        const sealed = hex(each.ct + each.tag);
        const what = `${each.tcId} ${each.comment}`;
        if (ivSize !== 96) {
          expect(() => crypto.decrypt(key, nonce, ad, sealed), what).toThrow(TypeError);
          expect(each.result).toBe('invalid');
          counts.count('refused: a nonce that has not 12 bytes');
          continue;
        }
        const valid = each.result === 'valid';
        expect(crypto.decrypt(key, nonce, ad, sealed), what).toEqual(
          valid ? hex(each.msg) : undefined,
        );
        const made = crypto.encrypt(key, nonce, ad, hex(each.msg));
        if (valid) expect(made, what).toEqual(sealed);
        counts.count(valid ? 'sealed and opened alike' : 'refused: a wrong tag');
      }
    }
    expect(counts.total()).toEqual({
      'sealed and opened alike': 256,
      'refused: a wrong tag': 60,
      'refused: a nonce that has not 12 bytes': 9,
    });
    expect(aead.numberOfTests).toBe(325);
  });
});
