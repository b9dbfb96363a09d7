/** Everything in this package that says whether a signature holds. */
import { webcrypto } from 'node:crypto';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import type { SignatureCheck } from '../../protocol/crypto/steps.js';
import type { LaterVerify } from '../../src/adapters/later.js';
import { webCryptoVerify } from '../../src/adapters/web-crypto.js';
import { BACKENDS } from '../protocol/crypto/backends.js';

/** The backends that answer at once, and WebCrypto. */
export const VERIFIERS: readonly (readonly [name: string, verify: LaterVerify])[] = [
  ...BACKENDS.map(
    (crypto) =>
      [
        crypto.name,
        ({ key, message, signature }: SignatureCheck) => crypto.verify(key, message, signature),
      ] as const,
  ),
  ['web-crypto', webCryptoVerify(webcrypto.subtle)],
];

/** The answer to a signature of any length: the envelope has room for 64 bytes and refuses every other. */
export async function holds(
  verify: LaterVerify,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return signature.length === 64 && (await verify({ key, message, signature }));
}
