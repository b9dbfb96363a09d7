import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../protocol/crypto/backends.js';
import { hex, readVectors, tally } from './vectors.js';
import { holds, VERIFIERS } from './verifiers.js';

interface Wycheproof {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

const wycheproof = readVectors<Wycheproof>('wycheproof/ed25519_test.json');
const rfc8032 = readVectors<{
  readonly tests: readonly {
    readonly seed: string;
    readonly publicKey: string;
    readonly message: string;
    readonly signature: string;
  }[];
}>('ed25519-rfc8032/sign-input-256.json');
const speccheck = readVectors<
  readonly { readonly message: string; readonly pub_key: string; readonly signature: string }[]
>('ed25519-speccheck/cases.json');
const zip215 = readVectors<
  readonly { readonly vk_bytes: string; readonly sig_bytes: string; valid_zip215: boolean }[]
>('ed25519-zip215/zip215.json');

const key = (digits: string) => ({ kind: 'ed25519', x: hex(digits) }) as const;

describe.each(VERIFIERS)('%s', (name, verify) => {
  test('agrees with all 151 cases of Wycheproof', async () => {
    const counts = tally(`Wycheproof Ed25519, ${name}`);
    for (const { publicKey, tests } of wycheproof.testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        const answer = await holds(verify, key(publicKey.pk), hex(msg), hex(sig));
        expect(answer, `${tcId} ${comment}`).toBe(result === 'valid');
        counts.count(answer ? 'accepted' : 'refused');
      }
    }
    expect(counts.total()).toEqual({ accepted: 88, refused: 63 });
    expect(wycheproof.numberOfTests).toBe(151);
  });

  test('takes the 256 signatures of sign.input, and none of them over another message', async () => {
    const counts = tally(`RFC 8032 sign.input, ${name}`);
    for (const { publicKey, message, signature } of rfc8032.tests) {
      const [x, text, good] = [key(publicKey), hex(message), hex(signature)];
      expect(await holds(verify, x, text, good)).toBe(true);
      expect(await holds(verify, x, Uint8Array.of(...text, 0), good)).toBe(false);
      counts.count('accepted');
    }
    expect(counts.total()).toEqual({ accepted: 256 });
  });

  // Each has a key or an R of small or mixed order, an S too large, or an encoding that is not canonical.
  test('refuses all 12 cases of speccheck', async () => {
    const counts = tally(`ed25519-speccheck, ${name}`);
    for (const { message, pub_key, signature } of speccheck) {
      const answer = await holds(verify, key(pub_key), hex(message), hex(signature));
      counts.count(answer ? 'accepted' : 'refused');
    }
    expect(counts.total()).toEqual({ refused: 12 });
  });

  test('refuses all 196 cases of the ZIP 215 set', async () => {
    const counts = tally(`ZIP 215, ${name}`);
    const message = new TextEncoder().encode('Zcash');
    for (const { vk_bytes, sig_bytes } of zip215) {
      const answer = await holds(verify, key(vk_bytes), message, hex(sig_bytes));
      counts.count(answer ? 'accepted' : 'refused');
    }
    expect(counts.total()).toEqual({ refused: 196 });
  });
});

test('the ZIP 215 cases are real ones, which a lax verifier takes', () => {
  expect(zip215.every(({ valid_zip215 }) => valid_zip215)).toBe(true);
});

describe.each(BACKENDS.map((crypto) => [crypto.name, crypto] as const))('%s', (_, crypto) => {
  test('makes the public keys and signatures of sign.input', () => {
    for (const { seed, publicKey, message, signature } of rfc8032.tests) {
      expect(crypto.ed25519Public(hex(seed)).x).toEqual(hex(publicKey));
      expect(crypto.ed25519Sign(hex(seed), hex(message))).toEqual(hex(signature));
    }
  });
});
