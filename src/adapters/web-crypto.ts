/**
 * Signatures by WebCrypto, in browsers and workers: keys that no script can read, and answers that come
 * later. What a browser lacks (some still have no Ed25519) noble does for checks; keys need the browser.
 */
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { requireLength } from '../../protocol/crypto/lengths.js';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import {
  hasPrimeOrderR,
  isPlainSignature,
  mixedOrderCheck,
} from '../../protocol/crypto/signatures.js';
import type { SignatureCheck, Signer } from '../../protocol/crypto/steps.js';
import type { LaterVerify } from './later.js';

/** A key that WebCrypto keeps. It can be stored in IndexedDB without being readable. */
export interface WebCryptoKey {
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
}

/** Both keys of one device. */
export interface WebCryptoKeys {
  readonly privateKey: WebCryptoKey;
  readonly publicKey: WebCryptoKey;
}

/** What is used of `crypto.subtle`, in a form that the types of browsers and of Node both have. */
export type WebCryptoSubtle = Readonly<
  Record<
    'generateKey' | 'importKey' | 'exportKey' | 'sign' | 'verify',
    (...parts: never[]) => Promise<unknown>
  >
>;

/**
 * A check for signatures by WebCrypto, as strict as every backend: `checkLater(work, webCryptoVerify())`.
 * @param subtle - by default the host's own.
 */
export function webCryptoVerify(subtle: WebCryptoSubtle = hostSubtle()): LaterVerify {
  const noble = nobleCrypto();
  let lax: Promise<boolean> | undefined;
  return async (check) => {
    requireLength('signature', check.signature, 64);
    if (!noble.admitsKey(check.key) || !isPlainSignature(check)) return false;
    const taken = await ask(subtle, check);
    if (taken === undefined) return noble.verify(check.key, check.message, check.signature);
    if (!taken || check.key.kind === 'es256') return taken;
    // Whether this browser multiplies by the cofactor is measured once.
    lax ??= ask(subtle, mixedOrderCheck()).then((answer) => answer !== false);
    return !(await lax) || hasPrimeOrderR(check.signature);
  };
}

/**
 * New keys that WebCrypto keeps; the private one cannot be extracted.
 * @throws the host's error where it has no such keys.
 */
export async function makeWebCryptoKeys(
  kind: PublicKey['kind'],
  subtle: WebCryptoSubtle = hostSubtle(),
): Promise<WebCryptoKeys> {
  return (await call(subtle, 'generateKey', KEYS[kind], false, [
    'sign',
    'verify',
  ])) as WebCryptoKeys;
}

/**
 * A signer with such keys.
 * @throws TypeError when they are of another kind, or the private key could be read by any script.
 */
export async function webCryptoSigner(
  keys: WebCryptoKeys,
  subtle: WebCryptoSubtle = hostSubtle(),
): Promise<Signer> {
  const { privateKey, publicKey } = keys;
  if (privateKey.extractable) throw new TypeError('a private key that can be extracted');
  const kind = KINDS[privateKey.algorithm.name];
  if (kind === undefined || KINDS[publicKey.algorithm.name] !== kind) {
    throw new TypeError(`no key for signatures here: \`${privateKey.algorithm.name}\``);
  }
  const raw = new Uint8Array((await call(subtle, 'exportKey', 'raw', publicKey)) as ArrayBuffer);
  return {
    publicKey: asPublicKey(kind, raw),
    sign: async (message) =>
      new Uint8Array(
        (await call(subtle, 'sign', SIGNATURES[kind], privateKey, message)) as ArrayBuffer,
      ),
  };
}

const KEYS = {
  ed25519: { name: 'Ed25519' },
  es256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const;

const SIGNATURES = {
  ed25519: { name: 'Ed25519' },
  es256: { name: 'ECDSA', hash: 'SHA-256' },
} as const;

const KINDS: Readonly<Record<string, PublicKey['kind']>> = { Ed25519: 'ed25519', ECDSA: 'es256' };

function hostSubtle(): WebCryptoSubtle {
  return globalThis.crypto.subtle;
}

function call(
  subtle: WebCryptoSubtle,
  method: keyof WebCryptoSubtle,
  ...parts: readonly unknown[]
): Promise<unknown> {
  return subtle[method](...(parts as never[]));
}

/** WebCrypto's own answer; undefined where it cannot tell, as it lacks the algorithm. */
async function ask(
  subtle: WebCryptoSubtle,
  { key, message, signature }: SignatureCheck,
): Promise<boolean | undefined> {
  try {
    const raw = key.kind === 'ed25519' ? key.x : Uint8Array.of(4, ...key.x, ...key.y);
    const imported = await call(subtle, 'importKey', 'raw', raw, KEYS[key.kind], false, ['verify']);
    return (
      (await call(subtle, 'verify', SIGNATURES[key.kind], imported, signature, message)) === true
    );
  } catch {
    return undefined;
  }
}

/** The public key in raw form: 32 bytes, or the uncompressed point (SEC 1 §2.3.3). */
function asPublicKey(kind: PublicKey['kind'], raw: Uint8Array): PublicKey {
  const isPoint = kind === 'es256' && raw.length === 65 && raw[0] === 4;
  if (isPoint) return { kind: 'es256', x: raw.slice(1, 33), y: raw.slice(33) };
  if (kind === 'ed25519' && raw.length === 32) return { kind, x: raw };
  throw new TypeError('a public key that is no point of Ed25519 or P-256');
}
