// @ts-check
// A phone's way to its desk: each call carries a proof of possession in the shape of DPoP (RFC 9449).
import { base64url } from 'jose';

/**
 * @typedef {import('doorwright/protocol').Signer} Signer
 * @typedef {import('./setup.mjs').Enrolment} Enrolment
 * @typedef {import('./setup.mjs').BundleAnswer} BundleAnswer
 */

/** A desk that said no, or said nothing that can be used. */
export class DeskRefusal extends Error {
  /** @override */
  name = 'DeskRefusal';
  /** @param {number} status - of HTTP. @param {string} code - the desk's, or `unreadable`. @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The calls of one phone. Each rejects with `DeskRefusal` for an answer that is not a good one, and with whatever `fetch` rejects with
 * when there was none.
 * @param {object} parts
 * @param {string} parts.address - absolute, with a slash at its end: `…/api/`.
 * @param {(url: string, init: { method: string, headers: Record<string, string>, body: string }) => Promise<Response>} parts.fetch
 * @param {Signer} parts.signer - the phone's key. The same key signs proofs for locks and acknowledgements; what is signed there begins
 *   as a CBOR array and what is signed here is ASCII, so none can be taken for the other.
 * @param {() => number} parts.now - Unix seconds.
 * @param {(size: number) => Uint8Array} parts.random
 */
export function deskClient(parts) {
  /** @param {string} call @param {unknown} content */
  const post = async (call, content) => {
    const url = new URL(call, parts.address).href;
    const body = JSON.stringify(content);
    const order = { method: 'POST', url, body, now: parts.now(), id: parts.random(16) };
    const headers = {
      'content-type': 'application/json',
      DPoP: await makeProof(parts.signer, order),
    };
    return answerOf(await parts.fetch(url, { method: 'POST', headers, body }));
  };
  return {
    /** @param {string} code @returns {Promise<Enrolment>} */
    enrol: (code) => post('enrol', { code }),
    /** @returns {Promise<BundleAnswer>} */
    bundle: () => post('bundle', {}),
    /** A time token for a lock that asked with this nonce. @param {Uint8Array} nonce @returns {Promise<Uint8Array>} */
    async time(nonce) {
      const { token } = await post('time', { nonce: base64url.encode(nonce) });
      return base64url.decode(token);
    },
    /** What the desk has for good, by id. @param {readonly import('doorwright/phone').OutboxItem[]} items @returns {Promise<string[]>} */
    async carry(items) {
      const sent = items.map(({ id, kind, bytes }) => ({
        id,
        kind,
        bytes: base64url.encode(bytes),
      }));
      const { kept } = await post('carry', { items: sent });
      return kept;
    },
  };
}

/**
 * The value of the header `DPoP` for one call.
 * @param {Signer} signer
 * @param {{ method: string, url: string, body: string, now: number, id: Uint8Array }} call - `url` without query; `id` 16 fresh random bytes.
 * @returns {Promise<string>}
 */
export async function makeProof(signer, { method, url, body, now, id }) {
  const { publicKey } = signer;
  const x = base64url.encode(publicKey.x);
  const jwk =
    publicKey.kind === 'ed25519'
      ? { kty: 'OKP', crv: 'Ed25519', x }
      : { kty: 'EC', crv: 'P-256', x, y: base64url.encode(publicKey.y) };
  const alg = publicKey.kind === 'ed25519' ? 'EdDSA' : 'ES256';
  const claims = {
    htm: method,
    htu: url,
    iat: now,
    jti: base64url.encode(id),
    digest: await digestOf(new TextEncoder().encode(body)),
  };
  const part = (/** @type {unknown} */ json) => base64url.encode(JSON.stringify(json));
  const signed = `${part({ typ: 'dpop+jwt', alg, jwk })}.${part(claims)}`;
  const signature = await signer.sign(new TextEncoder().encode(signed));
  return `${signed}.${base64url.encode(signature)}`;
}

/** SHA-256 in base64url. @param {Uint8Array<ArrayBuffer>} bytes */
export async function digestOf(bytes) {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** @param {Response} response @returns {Promise<any>} */
async function answerOf(response) {
  const json = await response.json().catch(() => undefined);
  if (response.ok && typeof json === 'object' && json !== null) return json;
  const { code = 'unreadable', message = `the desk answered ${response.status}` } =
    json?.error ?? {};
  throw new DeskRefusal(response.status, String(code), String(message));
}
