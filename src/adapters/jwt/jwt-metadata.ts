/** Metadata of a decision point signed as a JWT. @see AuthZEN 1.0, "Signature Parameter" */
import { type CryptoKey, SignJWT } from 'jose';
import type { MetadataSigner } from '../authzen/options.js';

/** What signs. */
export interface JwtSigning {
  readonly key: CryptoKey | Uint8Array;
  readonly algorithm: string;
  /** By which readers find the public key. */
  readonly keyId?: string;
}

/** A `metadataSigner`. */
export function jwtMetadataSigner({ key, algorithm, keyId }: JwtSigning): MetadataSigner {
  const header = { alg: algorithm, ...(keyId === undefined ? {} : { kid: keyId }) };
  return (claims) => new SignJWT({ ...claims }).setProtectedHeader(header).sign(key);
}
