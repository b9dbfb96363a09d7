/** Cryptography by node:crypto: OpenSSL on Node, and what Bun, Deno and Electron have under that name. */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  diffieHellman,
  sign,
  verify,
} from 'node:crypto';
import type { Crypto, PublicKey } from '../../protocol/crypto/crypto.js';
import { noblePrimitives } from '../../protocol/crypto/noble.js';
import { type Primitives, strictCrypto } from '../../protocol/crypto/strict.js';
import { nodeKeys, publicX } from './node-keys.js';

/** The backend of node:crypto, as strict as the profile. */
export function nodeCrypto(): Crypto {
  return strictCrypto(nodePrimitives());
}

/**
 * What node:crypto does by itself; another backend on Node takes from here what it lacks.
 * @param ownCipher - whether this host has ChaCha20-Poly1305; noble seals and opens where it has not.
 */
export function nodePrimitives(ownCipher: boolean = hasCipher()): Primitives {
  const keys = nodeKeys();
  return {
    name: 'node-crypto',
    sha256: (message) => plain(createHash('sha256').update(message).digest()),
    hmacSha256: (key, message) => plain(createHmac('sha256', key).update(message).digest()),
    x25519Public: (secret) => publicX(keys.secret('X25519', secret)),
    x25519: (secret, point) => {
      try {
        const publicKey = keys.point('X25519', point);
        return plain(diffieHellman({ privateKey: keys.secret('X25519', secret), publicKey }));
      } catch {
        // OpenSSL refuses a shared secret of zeroes; lengths were checked before.
        return undefined;
      }
    },
    ...(ownCipher
      ? { encrypt, decrypt }
      : { encrypt: noblePrimitives.encrypt, decrypt: noblePrimitives.decrypt }),
    ed25519Public: (seed) => ({ kind: 'ed25519', x: publicX(keys.secret('Ed25519', seed)) }),
    ed25519Sign: (seed, message) => plain(sign(null, message, keys.secret('Ed25519', seed))),
    es256Public,
    es256Sign: (secret, message) => {
      const key = keys.p256Secret(secret, es256Public(secret));
      return plain(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
    },
    verifies: (key, message, signature) => {
      const imported = keys.signer(key);
      return key.kind === 'ed25519'
        ? verify(null, message, imported, signature)
        : verify('sha256', message, { key: imported, dsaEncoding: 'ieee-p1363' }, signature);
    },
  };
}

/** Hosts that stand on BoringSSL, as Bun does, have no such cipher under node:crypto. */
function hasCipher(): boolean {
  try {
    createCipheriv(CIPHER, new Uint8Array(32), new Uint8Array(12), TAG);
    return true;
  } catch {
    return false;
  }
}

const CIPHER = 'chacha20-poly1305';
const TAG = { authTagLength: 16 } as const;

function encrypt(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, TAG);
  cipher.setAAD(ad, { plaintextLength: text.length });
  return plain(Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]));
}

function decrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length - TAG.authTagLength;
  const decipher = createDecipheriv(CIPHER, key, nonce, TAG);
  decipher.setAAD(ad, { plaintextLength: length });
  decipher.setAuthTag(sealed.subarray(length));
  const text = decipher.update(sealed.subarray(0, length));
  try {
    return plain(Buffer.concat([text, decipher.final()]));
  } catch {
    // `final` throws for a wrong tag, before which nothing of the text may be used.
    return undefined;
  }
}

function es256Public(secret: Uint8Array): PublicKey & { readonly kind: 'es256' } {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  return { kind: 'es256', x: plain(point.subarray(1, 33)), y: plain(point.subarray(33)) };
}

/** A copy that is no Buffer: those may share a pool, and they compare as another type. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}
