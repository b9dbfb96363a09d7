/**
 * Raw keys as the key objects that node:crypto wants. Public keys for signatures are remembered, as
 * they come again and again. Secrets never are: an ephemeral one must be gone after use.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { KEYS_REMEMBERED_MAX, keyName } from '../../protocol/crypto/key-name.js';
import { recent } from '../../protocol/crypto/recent.js';

/** The two curves whose keys are plain 32 bytes. */
export type PlainCurve = 'X25519' | 'Ed25519';

/** Imports of raw keys. */
export interface NodeKeys {
  /** A secret of 32 bytes. */
  secret(curve: PlainCurve, secret: Uint8Array): KeyObject;
  /** A P-256 secret with its public key. */
  p256Secret(secret: Uint8Array, key: PublicKey & { readonly kind: 'es256' }): KeyObject;
  /** A public key of 32 bytes. */
  point(curve: PlainCurve, x: Uint8Array): KeyObject;
  /** A public key for signatures, remembered. */
  signer(key: PublicKey): KeyObject;
}

/**
 * Imports with a memory of their own.
 * @param byJwk - whether secrets are imported the fast way; by default where this Node can be trusted with it.
 */
export function nodeKeys(byJwk: boolean = derivesPublicKeys()): NodeKeys {
  const signers = recent<KeyObject>(KEYS_REMEMBERED_MAX);
  const secret = byJwk ? secretByJwk : secretByDer;
  return {
    secret,
    p256Secret: (d, { x, y }) =>
      createPrivateKey({
        key: { kty: 'EC', crv: 'P-256', x: base64(x), y: base64(y), d: base64(d) },
        format: 'jwk',
      }),
    point: pointByJwk,
    signer: (key) => signers.take(keyName(key), () => importSigner(key)) as KeyObject,
  };
}

/** The public key of an imported secret, 32 bytes. */
export function publicX(secret: KeyObject): Uint8Array {
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x as string, 'base64url'));
}

function importSigner(key: PublicKey): KeyObject {
  if (key.kind === 'ed25519') return pointByJwk('Ed25519', key.x);
  return createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: base64(key.x), y: base64(key.y) },
    format: 'jwk',
  });
}

function pointByJwk(curve: PlainCurve, x: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64(x) }, format: 'jwk' });
}

/**
 * A JWK must name the public key, which is not known here. Node derives it from the secret and does not
 * read `x`; `derivesPublicKeys` makes sure of that, as signing under a wrong one would give the seed away.
 */
function secretByJwk(curve: PlainCurve, secret: Uint8Array): KeyObject {
  const key = { kty: 'OKP', crv: curve, x: UNREAD, d: base64(secret) };
  return createPrivateKey({ key, format: 'jwk' });
}

/** The way by the book, through the slow decoders of OpenSSL 3 (RFC 8410 §7). */
function secretByDer(curve: PlainCurve, secret: Uint8Array): KeyObject {
  const key = Buffer.concat([DER_HEADS[curve], secret]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

const DER_HEADS: Readonly<Record<PlainCurve, Buffer>> = {
  X25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  Ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
};

/** 32 zero bytes: no secret has this public key. */
const UNREAD = base64(new Uint8Array(32));

/** Whether this Node takes the public key from the secret, and not from what a JWK says. */
function derivesPublicKeys(): boolean {
  const probe = new Uint8Array(32).fill(1);
  const curves: readonly PlainCurve[] = ['X25519', 'Ed25519'];
  try {
    return curves.every((curve) =>
      Buffer.from(publicX(secretByJwk(curve, probe))).equals(publicX(secretByDer(curve, probe))),
    );
  } catch {
    // A Node that refuses the JWK altogether.
    return false;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
