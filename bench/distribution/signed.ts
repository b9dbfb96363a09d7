/** The key that a source of the benchmarks signs with, and messages opened by it. */
import { checkNow, memorySigner } from '../../protocol/crypto/steps.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import type { FeedMessage } from '../../src/distribution/message.js';
import { openMessage } from '../../src/distribution/sealed.js';

export const CRYPTO = nodeCrypto();
export const SIGNER = memorySigner(CRYPTO, 'ed25519', new Uint8Array(32).fill(1));

/** In a folder that holds a snapshot: its head. Every other file is a part, in the order of their names. */
export const HEAD_FILE = 'head';

/** A message whose signature holds. @throws Error for any other. */
export function opened(sealed: Uint8Array): FeedMessage {
  const message = checkNow(openMessage(sealed, [SIGNER.publicKey], CRYPTO), CRYPTO);
  if (!message.ok) throw new Error(message.detail);
  return message.value;
}
