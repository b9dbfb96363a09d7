/** The key of a feed: a secret in a file that only its owner reads, and a public half that fits in a line. */
import { randomBytes } from 'node:crypto';
import type { Crypto, PublicKey } from '../../protocol/crypto/crypto.js';
import { type InstantSigner, memorySigner } from '../../protocol/crypto/steps.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { InputError, UsageError } from './failure.js';
import { fileName, readText } from './files.js';
import { writePrivateFile } from './key-bytes.js';

const FORMAT = 'doorwright feed key, version 1';

/** Writes a new key to a file that is not there yet. @returns its public half, `ed25519:` and 64 hex digits. */
export async function createFeedKey(file: string, crypto: Crypto): Promise<string> {
  const secret = Uint8Array.from(randomBytes(32));
  await writePrivateFile(file, `${FORMAT}\n${toHex(secret)}\n`);
  return publicText(crypto.ed25519Public(secret));
}

/** Reads a key. @throws InputError that never says what the file holds. */
export async function readFeedKey(file: string, crypto: Crypto): Promise<InstantSigner> {
  const [format, hex, ...rest] = (await readText(file)).trimEnd().split('\n');
  const secret = hex === undefined ? undefined : fromHex(hex);
  if (format !== FORMAT || secret?.length !== 32 || rest.length > 0) {
    throw new InputError(
      `${fileName(file)} is no key of a feed; \`doorwright feed key\` makes one`,
    );
  }
  return memorySigner(crypto, 'ed25519', secret);
}

/** The text of a public key. */
export function publicText(key: PublicKey): string {
  return `${key.kind}:${toHex(key.x)}`;
}

/** A public key from its text. @throws UsageError for what is none, or a key that is weak. */
export function readPublicKey(text: string, crypto: Crypto): PublicKey {
  const [, hex = ''] = /^ed25519:([0-9a-f]{64})$/u.exec(text) ?? [];
  const x = fromHex(hex);
  const key = x?.length === 32 ? ({ kind: 'ed25519', x } as const) : undefined;
  if (key === undefined || !crypto.admitsKey(key)) {
    throw new UsageError(`not a key of a feed, \`ed25519:\` and 64 hex digits: \`${text}\``);
  }
  return key;
}
