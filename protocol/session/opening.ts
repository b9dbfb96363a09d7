/** How sessions begin: what both sides must have seen alike, and the code before M1 (offline.md §3.4, §3.9). */
import { type Crypto, hkdfSha256 } from '../crypto/crypto.js';
import { copyBytes, joinBytes, sameSecret } from '../wire/bytes.js';
import { encodeCbor } from '../wire/cbor.js';
import { textBytes } from '../wire/text.js';

/** Bytes of the code before M1. */
export const OPENING_CODE_BYTES = 8;

/** Bytes of M1: the code, the phone's ephemeral key and a tag over an empty payload. */
export const M1_BYTES: number = OPENING_CODE_BYTES + 32 + 16;

/** The prologue of a session at a door, over the capabilities as read: an altered one ends in a wrong tag. */
export function sessionPrologue(lockId: Uint8Array, capabilities: Uint8Array): Uint8Array {
  return encodeCbor(['DKP/1', lockId, capabilities]);
}

/** The prologue of a commissioning. */
export function setupPrologue(lockId: Uint8Array, capabilities: Uint8Array): Uint8Array {
  return encodeCbor(['DKP/1 setup', lockId, capabilities]);
}

/**
 * M1 as it goes over the air. The lock checks the code before it computes any X25519, so that only who
 * holds the advert key, and has seen the present advert, can make it work.
 * @param noiseMessage - message 1 of Noise NK with an empty payload: 48 bytes.
 */
export function sealM1(
  crypto: Crypto,
  advertKey: Uint8Array,
  salt: Uint8Array,
  noiseMessage: Uint8Array,
): Uint8Array {
  return joinBytes(codeOf(crypto, advertKey, salt, noiseMessage), noiseMessage);
}

/** The Noise message in an M1 whose code is right; undefined for anything else. */
export function openM1(
  crypto: Crypto,
  advertKey: Uint8Array,
  salt: Uint8Array,
  m1: Uint8Array,
): Uint8Array | undefined {
  if (m1.length !== M1_BYTES) return undefined;
  const noiseMessage = copyBytes(m1, OPENING_CODE_BYTES);
  const code = codeOf(crypto, advertKey, salt, noiseMessage);
  return sameSecret(code, m1.subarray(0, OPENING_CODE_BYTES)) ? noiseMessage : undefined;
}

/** The pre-shared key of a commissioning from the 16 secret bytes on the lock's label. */
export function labelPsk(crypto: Crypto, lockId: Uint8Array, labelSecret: Uint8Array): Uint8Array {
  if (labelSecret.length !== 16) throw new TypeError('a label has a secret of 16 bytes');
  return hkdfSha256(crypto, labelSecret, lockId, textBytes('DKP/1 setup psk'), 32);
}

/** Over the salt and the phone's ephemeral key, the first 32 bytes of the Noise message. */
function codeOf(
  crypto: Crypto,
  advertKey: Uint8Array,
  salt: Uint8Array,
  noiseMessage: Uint8Array,
): Uint8Array {
  const over = joinBytes(salt, noiseMessage.subarray(0, 32));
  return crypto.hmacSha256(advertKey, over).slice(0, OPENING_CODE_BYTES);
}
