/** Who signs and opens in the vectors. Every secret is SHA-256 of a public sentence: never use one. */
import type { PublicKey } from '../../crypto/crypto.js';
import { type InstantSigner, memorySigner, signNow } from '../../crypto/steps.js';
import { keyId } from '../../objects/cose-key.js';
import { type ObjectKind, sealEnvelope } from '../../objects/envelope.js';
import { crypto, fixedBytes } from './fixed.js';

/** Names of all signing keys; a name ending in `es256` is a P-256 key, every other Ed25519. */
export const SIGNER_NAMES = [
  'root',
  'next root',
  'root after next',
  'grant',
  'policy',
  'time',
  'bundle',
  'admin',
  'lock identity',
  'device',
  'other device',
  'device es256',
  'stranger',
] as const;

/** The name of a signing key. */
export type SignerName = (typeof SIGNER_NAMES)[number];

const signers = new Map<SignerName, InstantSigner>(
  SIGNER_NAMES.map((name) => {
    const kind = name.endsWith('es256') ? 'es256' : 'ed25519';
    return [name, memorySigner(crypto, kind, fixedBytes(name))];
  }),
);

/** The signer of this name. */
export function signer(name: SignerName): InstantSigner {
  return signers.get(name) as InstantSigner;
}

/** The public key of this name. */
export function publicKey(name: SignerName): PublicKey {
  return signer(name).publicKey;
}

/** The key id of this name. */
export function idOf(name: SignerName): Uint8Array {
  return keyId(crypto, publicKey(name));
}

/** An envelope of one kind by one of the signers. */
export function sealed(kind: ObjectKind, name: SignerName, payload: Uint8Array): Uint8Array {
  return signNow(sealEnvelope(kind, signer(name), payload, crypto));
}
