// @ts-check
// Whether a call comes from who holds a key: a proof in the shape of DPoP (RFC 9449 §4.3), which also names the body.
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose';
import { digestOf } from './client.mjs';
import { Refusal } from './refusal.mjs';
import { bytesOf } from './setup.mjs';

/**
 * @typedef {object} Proved
 * @property {string} thumbprint - of the key (RFC 7638): by it the desk knows a phone.
 * @property {import('doorwright/protocol').PublicKey} key
 * @property {string} id - the proof's own, `jti`.
 * @property {number} until - Unix seconds: from then on it is too old anyway.
 */

/** How old a proof may be, in seconds: a slow network, and a phone whose clock is behind. */
export const PROOF_SECONDS = 120;

/** How far a phone's clock may run ahead, in seconds. */
const AHEAD_SECONDS = 5;

/** A proof has some 500 characters. */
const PROOF_LENGTH_MAX = 2048;

/**
 * @param {{ header: string | null, method: string, url: string, body: Uint8Array<ArrayBuffer>, now: number }} call - `url` as the phone named it, without
 *   query; `now` in Unix seconds.
 * @returns {Promise<Proved>}
 * @throws Refusal 401 for a proof that is missing, not signed by the key it names, or of another call or time.
 */
export async function checkProof({ header, method, url, body, now }) {
  if (header === null) throw new Refusal(401, 'proof_missing', 'this call needs a proof');
  if (header.length > PROOF_LENGTH_MAX) throw unsound();
  const { payload, protectedHeader } = await opened(header);
  const { iat, jti, htm, htu, digest } = payload;
  if (typeof iat !== 'number' || !Number.isSafeInteger(iat)) throw unsound();
  if (typeof jti !== 'string' || jti.length < 16 || jti.length > 64) throw unsound();
  if (iat + PROOF_SECONDS <= now) throw new Refusal(401, 'proof_old', 'the proof is too old');
  if (iat > now + AHEAD_SECONDS)
    throw new Refusal(401, 'proof_early', 'the proof is of the future');
  if (htm !== method) throw new Refusal(401, 'proof_method', 'the proof is for another method');
  if (htu !== url) throw new Refusal(401, 'proof_address', 'the proof is for another address');
  if (digest !== (await digestOf(body))) {
    throw new Refusal(401, 'proof_body', 'the proof is for another body');
  }
  const jwk = /** @type {import('jose').JWK} */ (protectedHeader.jwk);
  // The key first: what is no text may still have been read as one until here.
  const key = keyOf(jwk);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    key,
    id: jti,
    until: iat + PROOF_SECONDS,
  };
}

/** @param {string} proof */
async function opened(proof) {
  try {
    // Times are judged by the desk's own clock, below. A key that is not plainly public is refused by `EmbeddedJWK`.
    return await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['EdDSA', 'ES256'],
      currentDate: new Date(0),
    });
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw unsound();
    // What WebCrypto says of a point that is none, and of a key that says it is for something else.
    if (error instanceof Error && ['DataError', 'SyntaxError'].includes(error.name))
      throw unsound();
    throw error;
  }
}

/** @param {import('jose').JWK} jwk @returns {import('doorwright/protocol').PublicKey} */
function keyOf({ kty, crv, x, y }) {
  try {
    if (kty === 'OKP' && crv === 'Ed25519') return { kind: 'ed25519', x: bytesOf(x, 32, 'x') };
    if (kty === 'EC' && crv === 'P-256') {
      return { kind: 'es256', x: bytesOf(x, 32, 'x'), y: bytesOf(y, 32, 'y') };
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw unsound();
}

function unsound() {
  return new Refusal(401, 'proof_invalid', 'the proof does not hold');
}
