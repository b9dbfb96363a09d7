import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import {
  type Checking,
  checkNow,
  memorySigner,
  type SignatureCheck,
  type Signer,
  type Signing,
  signNow,
} from '../../protocol/crypto/steps.js';
import { checkLater, signLater } from '../../src/adapters/later.js';

const crypto = nobleCrypto();
const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(1));
const message = (fill: number) => new Uint8Array(3).fill(fill);

/** Asks about one right and one wrong signature, and tells the answers. */
function* asking(): Checking<boolean[]> {
  const right = { key: signer.publicKey, message: message(1), signature: signer.sign(message(1)) };
  const wrong: SignatureCheck = { ...right, message: message(2) };
  return [yield right, yield wrong];
}

function* signing<S extends Signer>(by: S): Signing<Uint8Array[], S> {
  return [yield { signer: by, message: message(1) }, yield { signer: by, message: message(2) }];
}

const later: Signer = {
  publicKey: signer.publicKey,
  sign: (text) => Promise.resolve().then(() => signer.sign(text)),
};

describe('work with an answer that comes later', () => {
  test('ends as the same work done at once', async () => {
    const verify = async ({ key, message: text, signature }: SignatureCheck) =>
      crypto.verify(key, text, signature);
    expect(await checkLater(asking(), verify)).toEqual([true, false]);
    expect(checkNow(asking(), crypto)).toEqual([true, false]);
    expect(await signLater(signing(later))).toEqual(signNow(signing(signer)));
  });

  test('takes nothing but true for a yes', async () => {
    for (const answer of ['true', 1, {}, undefined, null, [true]]) {
      expect(await checkLater(asking(), () => answer as never)).toEqual([false, false]);
    }
  });

  test('fails when an answer fails, and asks nothing more', async () => {
    let asked = 0;
    const failing = () => {
      asked += 1;
      return Promise.reject(new Error('no answer'));
    };
    await expect(checkLater(asking(), failing)).rejects.toThrow('no answer');
    await expect(
      signLater(signing({ publicKey: signer.publicKey, sign: failing })),
    ).rejects.toThrow('no answer');
    expect(asked).toBe(2);
  });

  test.each([
    [new Uint8Array(63)],
    [new Uint8Array(65)],
    ['00'],
    [undefined],
    [new ArrayBuffer(64)],
  ])('takes no %o for a signature', async (answer) => {
    const wrong: Signer = { publicKey: signer.publicKey, sign: () => answer as never };
    await expect(signLater(signing(wrong))).rejects.toThrow(TypeError);
  });
});
