/**
 * Ciphers of a Noise session and the transport they make once the handshake is done (Noise rev 34 §5.1,
 * §5.3). All of it is plain data: each use gives a new cipher, and the old one must not be used again.
 */
import type { Crypto } from '../crypto/crypto.js';

/** A key and how often it was used. */
export interface CipherState {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** The nonce of the next message. */
  readonly nonce: number;
}

/** Both directions of a session after its handshake. */
export interface NoiseTransport {
  readonly send: CipherState;
  readonly receive: CipherState;
  /** The handshake hash: it names this session and no other (Noise §11.2). */
  readonly hash: Uint8Array;
}

/** Longest Noise message, in bytes (Noise §3). */
export const NOISE_MESSAGE_MAX = 65_535;

/** Uses of one key: Noise allows 2^64 - 1, a session of DKP/1 has 64, and a small lock counts in 32 bits. */
export const NONCE_MAX = 0xffff_ffff;

/** The tag at the end of each ciphertext. */
export const TAG_BYTES = 16;

/**
 * Seals one message to the other side.
 * @throws RangeError when it is too long, or the key was used too often: the session must end before.
 */
export function sealTransport(
  crypto: Crypto,
  transport: NoiseTransport,
  plain: Uint8Array,
  ad: Uint8Array = EMPTY,
): { readonly transport: NoiseTransport; readonly message: Uint8Array } {
  if (plain.length + TAG_BYTES > NOISE_MESSAGE_MAX) {
    throw new RangeError(`a Noise message has at most ${NOISE_MESSAGE_MAX} bytes`);
  }
  const { cipher, sealed } = sealWith(crypto, transport.send, ad, plain);
  return { transport: { ...transport, send: cipher }, message: sealed };
}

/**
 * Opens one message of the other side. Undefined when it is not the next one, was altered, is too short
 * or too long, or the key was used too often: then the session is over.
 */
export function openTransport(
  crypto: Crypto,
  transport: NoiseTransport,
  message: Uint8Array,
  ad: Uint8Array = EMPTY,
): { readonly transport: NoiseTransport; readonly plain: Uint8Array } | undefined {
  if (message.length > NOISE_MESSAGE_MAX) return undefined;
  const opened = openWith(crypto, transport.receive, ad, message);
  if (opened === undefined) return undefined;
  return { transport: { ...transport, receive: opened.cipher }, plain: opened.plain };
}

/** Seals with a cipher and its next nonce. @throws RangeError when the key was used too often. */
export function sealWith(
  crypto: Crypto,
  { key, nonce }: CipherState,
  ad: Uint8Array,
  plain: Uint8Array,
): { readonly cipher: CipherState; readonly sealed: Uint8Array } {
  if (!isNonce(nonce)) throw new RangeError('no nonce is left under this key');
  const sealed = crypto.encrypt(key, nonceBytes(nonce), ad, plain);
  return { cipher: { key, nonce: nonce + 1 }, sealed };
}

/** Opens with a cipher and its next nonce; undefined when the tag is wrong or no nonce is left. */
export function openWith(
  crypto: Crypto,
  { key, nonce }: CipherState,
  ad: Uint8Array,
  sealed: Uint8Array,
): { readonly cipher: CipherState; readonly plain: Uint8Array } | undefined {
  if (!isNonce(nonce)) return undefined;
  const plain = crypto.decrypt(key, nonceBytes(nonce), ad, sealed);
  return plain === undefined ? undefined : { cipher: { key, nonce: nonce + 1 }, plain };
}

const EMPTY = new Uint8Array(0);

function isNonce(nonce: number): boolean {
  return Number.isInteger(nonce) && nonce >= 0 && nonce < NONCE_MAX;
}

/** Four zero bytes, then 64 bits little-endian, of which the upper half is zero here (Noise §12.3). */
function nonceBytes(nonce: number): Uint8Array {
  const bytes = new Uint8Array(12);
  bytes[4] = nonce & 255;
  bytes[5] = (nonce >>> 8) & 255;
  bytes[6] = (nonce >>> 16) & 255;
  bytes[7] = nonce >>> 24;
  return bytes;
}
