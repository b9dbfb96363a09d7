/**
 * Any library made as strict as DKP/1 asks: lengths are checked before it is called, and keys and
 * signatures before and after. A backend is therefore its library's plain calls and nothing else.
 */
import type { Crypto, PublicKey } from './crypto.js';
import { requireBytes, requireLength } from './lengths.js';
import { isP256Secret } from './noble-curves.js';
import { hasPrimeOrderR, isPlainSignature, keyJudge, mixedOrderCheck } from './signatures.js';
import type { SignatureCheck } from './steps.js';

/**
 * The operations as a library has them. Arguments have the right lengths when they come here, and a
 * P-256 secret is a valid one; results must be new memory.
 */
export interface Primitives extends Omit<Crypto, 'admitsKey' | 'verify'> {
  /** The library's own answer, for an admitted key and a signature in plain form. */
  verifies(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean;
  /** Whether 32 bytes are the canonical encoding of a point of prime order; noble judges when left out. */
  readonly isPrimeOrder?: (point: Uint8Array) => boolean;
}

/** The backend of a library: as strict as the profile, and of one mind with all other backends. */
export function strictCrypto(library: Primitives): Crypto {
  const admits = keyJudge(library.isPrimeOrder);
  const admitsKey = (key: PublicKey): boolean => {
    requireKey(key);
    return admits(key);
  };
  let lax: boolean | undefined;
  const isLax = (): boolean => {
    // Measured once, not declared: whether the library multiplies by the cofactor.
    lax ??= takes(library, mixedOrderCheck());
    return lax;
  };
  const accepts = (check: SignatureCheck): boolean =>
    admitsKey(check.key) &&
    isPlainSignature(check) &&
    takes(library, check) &&
    (check.key.kind === 'es256' ||
      !isLax() ||
      hasPrimeOrderR(check.signature, library.isPrimeOrder));
  return {
    ...measured(library),
    name: library.name,
    admitsKey,
    verify: (key, message, signature) => {
      requireLength('signature', signature, 64);
      return accepts({ key, message: requireBytes('message', message), signature });
    },
  };
}

/** @throws TypeError when a coordinate of the key has not 32 bytes. */
function requireKey(key: PublicKey): void {
  requireLength('public key', key.x, 32);
  if (key.kind === 'es256') requireLength('public key', key.y, 32);
}

function takes(library: Primitives, { key, message, signature }: SignatureCheck): boolean {
  return library.verifies(key, message, signature);
}

type Measured = Omit<Crypto, 'name' | 'admitsKey' | 'verify'>;

/** The operations that only need their lengths checked. */
function measured(library: Primitives): Measured {
  return {
    sha256: (message) => library.sha256(requireBytes('message', message)),
    hmacSha256: (key, message) =>
      library.hmacSha256(requireBytes('key', key), requireBytes('message', message)),
    x25519Public: (secret) => library.x25519Public(requireSecret(secret)),
    x25519: (secret, point) => {
      requireLength('point', point, 32);
      return library.x25519(requireSecret(secret), point);
    },
    encrypt: (key, nonce, ad, plain) => {
      requireSealing(key, nonce, ad);
      return library.encrypt(key, nonce, ad, requireBytes('plaintext', plain));
    },
    decrypt: (key, nonce, ad, sealed) => {
      requireSealing(key, nonce, ad);
      const short = requireBytes('ciphertext', sealed).length < TAG_LENGTH;
      return short ? undefined : library.decrypt(key, nonce, ad, sealed);
    },
    ed25519Public: (seed) => library.ed25519Public(requireSecret(seed)),
    ed25519Sign: (seed, message) =>
      library.ed25519Sign(requireSecret(seed), requireBytes('message', message)),
    es256Public: (secret) => library.es256Public(requireScalar(secret)),
    es256Sign: (secret, message) =>
      library.es256Sign(requireScalar(secret), requireBytes('message', message)),
  };
}

/** The tag of ChaCha20-Poly1305 (RFC 8439 §2.8). */
const TAG_LENGTH = 16;

function requireSecret(secret: Uint8Array): Uint8Array {
  requireLength('secret', secret, 32);
  return secret;
}

function requireScalar(secret: Uint8Array): Uint8Array {
  if (!isP256Secret(requireSecret(secret))) throw new TypeError('a secret of P-256 out of range');
  return secret;
}

function requireSealing(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array): void {
  requireLength('key', key, 32);
  requireLength('nonce', nonce, 12);
  requireBytes('text beside it', ad);
}
