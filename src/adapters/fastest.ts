/** The fastest cryptography this host has, taken into use only if it agrees with plain JavaScript. */
import type { Crypto } from '../../protocol/crypto/crypto.js';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { sameBytes } from '../../protocol/wire/bytes.js';

/**
 * libsodium where it is installed, else node:crypto, else noble. Not for pages: their bundlers find no
 * node:crypto, and `nobleCrypto` with `webCryptoVerify` is what they want.
 *
 * A backend that throws or answers one fixed question differently from noble is passed over: a host may
 * lack or limit algorithms.
 */
export async function fastestCrypto(): Promise<Crypto> {
  const noble = nobleCrypto();
  for (const load of [loadSodium, loadNode]) {
    const found = await load();
    if (found !== undefined && agrees(found, noble)) return found;
  }
  return noble;
}

/** Whether both give the same answers to one question of each kind. */
export function agrees(crypto: Crypto, judge: Crypto): boolean {
  try {
    const [some, others] = [answers(crypto), answers(judge)];
    return (
      some.every((answer, index) => sameBytes(answer, others[index] as Uint8Array)) &&
      verifiesOther(crypto, judge) &&
      verifiesOther(judge, crypto)
    );
  } catch {
    return false;
  }
}

/** Where there is no node:crypto, neither adapter can be loaded. */
async function loadSodium(): Promise<Crypto | undefined> {
  return import('./sodium.js').then(
    (adapter) => adapter.loadSodium(),
    () => undefined,
  );
}

async function loadNode(): Promise<Crypto | undefined> {
  return import('./node-crypto.js').then(
    (adapter) => adapter.nodeCrypto(),
    () => undefined,
  );
}

const SECRET = new Uint8Array(32).fill(7);
const NONCE = new Uint8Array(12).fill(1);
const TEXT = new Uint8Array(70).fill(9);
const NOTHING = new Uint8Array(0);

/** Everything that has one right answer. */
function answers(crypto: Crypto): Uint8Array[] {
  const point = crypto.x25519Public(SECRET);
  const sealed = crypto.encrypt(SECRET, NONCE, NOTHING, TEXT);
  const es256 = crypto.es256Public(SECRET);
  return [
    crypto.sha256(TEXT),
    crypto.hmacSha256(SECRET, TEXT),
    point,
    crypto.x25519(SECRET, point) ?? NOTHING,
    crypto.x25519(SECRET, new Uint8Array(32)) ?? NOTHING,
    sealed,
    crypto.decrypt(SECRET, NONCE, NOTHING, sealed) ?? NOTHING,
    crypto.decrypt(SECRET, NONCE, TEXT, sealed) ?? NOTHING,
    crypto.ed25519Public(SECRET).x,
    crypto.ed25519Sign(SECRET, TEXT),
    es256.x,
    es256.y,
  ];
}

/** Whether the one takes the other's signatures over this text, and over no other. */
function verifiesOther(crypto: Crypto, signer: Crypto): boolean {
  const pairs = [
    [signer.ed25519Public(SECRET), signer.ed25519Sign(SECRET, TEXT)],
    [signer.es256Public(SECRET), signer.es256Sign(SECRET, TEXT)],
  ] as const;
  return pairs.every(
    ([key, signature]) =>
      crypto.verify(key, TEXT, signature) && !crypto.verify(key, NONCE, signature),
  );
}
