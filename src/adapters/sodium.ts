/**
 * Cryptography by libsodium, through the optional package sodium-native. What it lacks there,
 * HMAC-SHA-256 and P-256, is node:crypto's.
 */
import type { Crypto } from '../../protocol/crypto/crypto.js';
import { type Primitives, strictCrypto } from '../../protocol/crypto/strict.js';
import { nodePrimitives } from './node-crypto.js';

/** The backend of libsodium; undefined where sodium-native is not installed or has no build for this host. */
export async function loadSodium(): Promise<Crypto | undefined> {
  const sodium = await loadLibrary();
  return sodium && strictCrypto(sodiumPrimitives(sodium, nodePrimitives()));
}

/** The calls of sodium-native that are made here. */
interface Sodium {
  crypto_hash_sha256(output: Uint8Array, input: Uint8Array): void;
  crypto_scalarmult(output: Uint8Array, secret: Uint8Array, point: Uint8Array): void;
  crypto_scalarmult_base(output: Uint8Array, secret: Uint8Array): void;
  crypto_aead_chacha20poly1305_ietf_encrypt(
    output: Uint8Array,
    plain: Uint8Array,
    ad: Uint8Array,
    secretNonce: null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void;
  crypto_aead_chacha20poly1305_ietf_decrypt(
    output: Uint8Array,
    secretNonce: null,
    sealed: Uint8Array,
    ad: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void;
  crypto_sign_seed_keypair(publicKey: Uint8Array, secret: Uint8Array, seed: Uint8Array): void;
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secret: Uint8Array): void;
  crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean;
  crypto_core_ed25519_is_valid_point(point: Uint8Array): boolean;
}

async function loadLibrary(): Promise<Sodium | undefined> {
  try {
    // @ts-expect-error: the package brings no types.
    const loaded: { readonly default: Sodium } = await import('sodium-native');
    return loaded.default;
  } catch {
    return undefined;
  }
}

function sodiumPrimitives(sodium: Sodium, lender: Primitives): Primitives {
  return {
    ...lender,
    name: 'sodium',
    sha256: (message) => {
      const digest = new Uint8Array(32);
      sodium.crypto_hash_sha256(digest, message);
      return digest;
    },
    ...agreement(sodium),
    ...sealing(sodium),
    ...signing(sodium, lender),
  };
}

function agreement(sodium: Sodium): Pick<Primitives, 'x25519Public' | 'x25519'> {
  return {
    x25519Public: (secret) => {
      const key = new Uint8Array(32);
      sodium.crypto_scalarmult_base(key, secret);
      return key;
    },
    x25519: (secret, point) => {
      const shared = new Uint8Array(32);
      try {
        sodium.crypto_scalarmult(shared, secret, point);
      } catch {
        // libsodium refuses points of small order; lengths were checked before.
        return undefined;
      }
      return shared;
    },
  };
}

function sealing(sodium: Sodium): Pick<Primitives, 'encrypt' | 'decrypt'> {
  return {
    encrypt: (key, nonce, ad, plain) => {
      const sealed = new Uint8Array(plain.length + TAG_LENGTH);
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(sealed, plain, ad, null, nonce, key);
      return sealed;
    },
    decrypt: (key, nonce, ad, sealed) => {
      const plain = new Uint8Array(sealed.length - TAG_LENGTH);
      try {
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plain, null, sealed, ad, nonce, key);
      } catch {
        // A wrong tag; lengths were checked before.
        return undefined;
      }
      return plain;
    },
  };
}

const TAG_LENGTH = 16;

function signing(
  sodium: Sodium,
  lender: Primitives,
): Pick<Primitives, 'ed25519Public' | 'ed25519Sign' | 'verifies' | 'isPrimeOrder'> {
  const pair = (seed: Uint8Array) => {
    const x = new Uint8Array(32);
    const secret = new Uint8Array(64);
    sodium.crypto_sign_seed_keypair(x, secret, seed);
    return { x, secret };
  };
  return {
    ed25519Public: (seed) => {
      const { x, secret } = pair(seed);
      secret.fill(0);
      return { kind: 'ed25519', x };
    },
    ed25519Sign: (seed, message) => {
      const { secret } = pair(seed);
      const signature = new Uint8Array(64);
      sodium.crypto_sign_detached(signature, message, secret);
      secret.fill(0);
      return signature;
    },
    verifies: (key, message, signature) =>
      key.kind === 'ed25519'
        ? sodium.crypto_sign_verify_detached(signature, message, key.x)
        : lender.verifies(key, message, signature),
    isPrimeOrder: (point) => sodium.crypto_core_ed25519_is_valid_point(point),
  };
}
