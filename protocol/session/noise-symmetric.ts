/** The symmetric half of a Noise handshake: chaining key, hash and cipher (Noise rev 34 §5.2). */
import type { Crypto } from '../crypto/crypto.js';
import { copyBytes, joinBytes } from '../wire/bytes.js';
import { textBytes } from '../wire/text.js';
import { type CipherState, openWith, sealWith } from './noise-cipher.js';

/** What both sides have mixed so far. */
export interface Symmetric {
  readonly chainingKey: Uint8Array;
  readonly hash: Uint8Array;
  /** Absent until the first key was mixed in: until then payloads go in the clear. */
  readonly cipher?: CipherState;
}

/** InitializeSymmetric. */
export function startSymmetric(crypto: Crypto, protocolName: string): Symmetric {
  const name = textBytes(protocolName);
  const padded = new Uint8Array(32);
  if (name.length <= 32) padded.set(name);
  const hash = name.length <= 32 ? padded : crypto.sha256(name);
  return { hash, chainingKey: hash };
}

/** MixHash. */
export function mixHash(crypto: Crypto, symmetric: Symmetric, data: Uint8Array): Symmetric {
  return { ...symmetric, hash: crypto.sha256(joinBytes(symmetric.hash, data)) };
}

/** MixKey. */
export function mixKey(crypto: Crypto, symmetric: Symmetric, material: Uint8Array): Symmetric {
  const [chainingKey, key] = derive(crypto, symmetric.chainingKey, material);
  return { ...symmetric, chainingKey, cipher: { key, nonce: 0 } };
}

/** MixKeyAndHash, for a pre-shared key: the one use of the third output. */
export function mixKeyAndHash(
  crypto: Crypto,
  symmetric: Symmetric,
  material: Uint8Array,
): Symmetric {
  const [chainingKey, hashed, third] = derive(crypto, symmetric.chainingKey, material);
  const key = third();
  return { ...mixHash(crypto, { ...symmetric, chainingKey }, hashed), cipher: { key, nonce: 0 } };
}

/** EncryptAndHash. */
export function encryptAndHash(
  crypto: Crypto,
  symmetric: Symmetric,
  plain: Uint8Array,
): { readonly symmetric: Symmetric; readonly sealed: Uint8Array } {
  if (symmetric.cipher === undefined) {
    return { symmetric: mixHash(crypto, symmetric, plain), sealed: copyBytes(plain) };
  }
  const { cipher, sealed } = sealWith(crypto, symmetric.cipher, symmetric.hash, plain);
  return { symmetric: mixHash(crypto, { ...symmetric, cipher }, sealed), sealed };
}

/** DecryptAndHash; undefined when the tag is wrong. */
export function decryptAndHash(
  crypto: Crypto,
  symmetric: Symmetric,
  sealed: Uint8Array,
): { readonly symmetric: Symmetric; readonly plain: Uint8Array } | undefined {
  if (symmetric.cipher === undefined) {
    return { symmetric: mixHash(crypto, symmetric, sealed), plain: copyBytes(sealed) };
  }
  const opened = openWith(crypto, symmetric.cipher, symmetric.hash, sealed);
  if (opened === undefined) return undefined;
  const { cipher, plain } = opened;
  return { symmetric: mixHash(crypto, { ...symmetric, cipher }, sealed), plain };
}

/** Split: the keys from initiator to responder and back. */
export function split(crypto: Crypto, symmetric: Symmetric): readonly [CipherState, CipherState] {
  const [there, back] = derive(crypto, symmetric.chainingKey, NOTHING);
  return [
    { key: there, nonce: 0 },
    { key: back, nonce: 0 },
  ];
}

/** HKDF of Noise §4.3, the third output when asked for: RFC 5869 with the chaining key as salt and no info. */
function derive(
  crypto: Crypto,
  chainingKey: Uint8Array,
  material: Uint8Array,
): readonly [Uint8Array, Uint8Array, () => Uint8Array] {
  const key = crypto.hmacSha256(chainingKey, material);
  const first = crypto.hmacSha256(key, ONE);
  const second = crypto.hmacSha256(key, joinBytes(first, TWO));
  const third = () => crypto.hmacSha256(key, joinBytes(second, THREE));
  return [first, second, third];
}

const NOTHING = new Uint8Array(0);
const ONE = Uint8Array.of(1);
const TWO = Uint8Array.of(2);
const THREE = Uint8Array.of(3);
