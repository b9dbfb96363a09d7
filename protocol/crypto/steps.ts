/**
 * Work that needs signatures made or checked, written once for backends that answer at once and for
 * those that answer later (WebCrypto, an HSM, a KMS). A step hands out what it wants done and goes on
 * with the answer, so that nothing below floor 5 is asynchronous.
 */
import { copyBytes } from '../wire/bytes.js';
import type { Crypto, PublicKey } from './crypto.js';

/** One signature somebody must check. */
export interface SignatureCheck {
  readonly key: PublicKey;
  readonly message: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Work that ends with a `T` and asks on its way whether signatures hold. */
export type Checking<T> = Generator<SignatureCheck, T, boolean>;

/** Does the work with a backend that answers at once. */
export function checkNow<T>(work: Checking<T>, crypto: Crypto): T {
  let step = work.next();
  while (step.done !== true) {
    const { key, message, signature } = step.value;
    step = work.next(crypto.verify(key, message, signature));
  }
  return step.value;
}

/** Somebody who can sign: a key in memory, an HSM, a KMS. `sign` may answer later. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** The 64 bytes of the signature over `message`. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A signer that answers at once. */
export interface InstantSigner extends Signer {
  sign(message: Uint8Array): Uint8Array;
}

/** One signature somebody must make. */
export interface SignatureWish<S extends Signer = Signer> {
  readonly signer: S;
  readonly message: Uint8Array;
}

/** Work that ends with a `T` and asks on its way for signatures. */
export type Signing<T, S extends Signer = Signer> = Generator<SignatureWish<S>, T, Uint8Array>;

/** Does the work with signers that answer at once. */
export function signNow<T>(work: Signing<T, InstantSigner>): T {
  let step = work.next();
  while (step.done !== true) step = work.next(step.value.signer.sign(step.value.message));
  return step.value;
}

/** A signer from a secret of 32 bytes in memory. */
export function memorySigner(
  crypto: Crypto,
  kind: PublicKey['kind'],
  secret: Uint8Array,
): InstantSigner {
  const own = copyBytes(secret);
  if (kind === 'ed25519') {
    const publicKey = crypto.ed25519Public(own);
    return { publicKey, sign: (message) => crypto.ed25519Sign(own, message) };
  }
  const publicKey = crypto.es256Public(own);
  return { publicKey, sign: (message) => crypto.es256Sign(own, message) };
}
