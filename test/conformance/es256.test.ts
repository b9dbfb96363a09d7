import { describe, expect, test } from 'vitest';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { hex, readVectors, tally } from './vectors.js';
import { holds, VERIFIERS } from './verifiers.js';

interface Wycheproof {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey: { readonly uncompressed: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

const raw = readVectors<Wycheproof>('wycheproof/ecdsa_secp256r1_sha256_p1363_test.json');
const der = readVectors<Wycheproof>('wycheproof/ecdsa_secp256r1_sha256_test.json');

const NO_RAW_FORM = 'left out: no strict DER of two numbers below 2^256, and COSE has no DER';

function key(uncompressed: string): PublicKey {
  const point = hex(uncompressed);
  expect(point).toHaveLength(65);
  return { kind: 'es256', x: point.slice(1, 33), y: point.slice(33) };
}

/** The numbers of a strict DER signature as r‖s; undefined when it is no such thing. */
function fromDer(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2 || bytes.length > 0x80) return undefined;
  const out = new Uint8Array(64);
  let at = 2;
  for (const half of [0, 32]) {
    const length = bytes[at + 1];
    if (bytes[at] !== 0x02 || length === undefined || length === 0) return undefined;
    const number = bytes.slice(at + 2, at + 2 + length);
    if (number.length !== length || number[0]! >= 0x80) return undefined;
    const padded = number[0] === 0;
    if (padded && length > 1 && number[1]! < 0x80) return undefined;
    const plain = padded ? number.slice(1) : number;
    if (plain.length > 32) return undefined;
    out.set(plain, half + 32 - plain.length);
    at += 2 + length;
  }
  return at === bytes.length ? out : undefined;
}

describe.each(VERIFIERS)('%s', (name, verify) => {
  test('agrees with all 262 cases of Wycheproof with raw signatures', async () => {
    const counts = tally(`Wycheproof ECDSA P-256 raw, ${name}`);
    for (const { publicKey, tests } of raw.testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        const answer = await holds(verify, key(publicKey.uncompressed), hex(msg), hex(sig));
        expect(answer, `${tcId} ${comment}`).toBe(result === 'valid');
        counts.count(answer ? 'accepted' : 'refused');
      }
    }
    expect(counts.total()).toEqual({ accepted: 173, refused: 89 });
    expect(raw.numberOfTests).toBe(262);
  });

  test('agrees with the 484 cases in DER, as far as they have a raw form', async () => {
    const counts = tally(`Wycheproof ECDSA P-256 DER, ${name}`);
    for (const { publicKey, tests } of der.testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        const signature = fromDer(hex(sig));
        if (signature === undefined) {
          // Nothing valid may be lost on the way.
          expect(result, `${tcId} ${comment}`).toBe('invalid');
          counts.count(NO_RAW_FORM);
          continue;
        }
        const answer = await holds(verify, key(publicKey.uncompressed), hex(msg), signature);
        expect(answer, `${tcId} ${comment}`).toBe(result === 'valid');
        counts.count(answer ? 'accepted' : 'refused');
      }
    }
    expect(counts.total()).toEqual({ accepted: 174, refused: 75, [NO_RAW_FORM]: 235 });
    expect(der.numberOfTests).toBe(484);
  });
});
