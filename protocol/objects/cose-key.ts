/** Public keys as COSE_Key maps (RFC 9053 §7), and the key id that names them. */
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import { KEYS_REMEMBERED_MAX, keyName } from '../crypto/key-name.js';
import { recent } from '../crypto/recent.js';
import { copyBytes, sameBytes } from '../wire/bytes.js';
import { type CborMap, encodeCbor } from '../wire/cbor.js';
import type { Form } from './claims.js';

/** COSE_Key labels and values (RFC 9053 tables 18 to 21). */
const KTY = 1;
const CRV = -1;
const X = -2;
const Y = -3;
const OKP = 1;
const EC2 = 2;
const P256 = 1;
const ED25519 = 6;

/** A key with exactly the members its kind has; whether it may be used is `Crypto.admitsKey`. */
export const coseKey: Form<PublicKey> = {
  read: (value) => {
    if (!(value instanceof Map)) return undefined;
    const map = value as CborMap;
    const [x, y] = [map.get(X), map.get(Y)];
    if (!(x instanceof Uint8Array) || x.length !== 32) return undefined;
    if (map.get(KTY) === OKP && map.get(CRV) === ED25519 && map.size === 3) {
      return { kind: 'ed25519', x };
    }
    const isEc2 = map.get(KTY) === EC2 && map.get(CRV) === P256 && map.size === 4;
    if (!isEc2 || !(y instanceof Uint8Array) || y.length !== 32) return undefined;
    return { kind: 'es256', x, y };
  },
  write: (key) =>
    key.kind === 'ed25519'
      ? new Map([
          [KTY, OKP],
          [CRV, ED25519],
          [X, key.x],
        ] as [number, number | Uint8Array][])
      : new Map([
          [KTY, EC2],
          [CRV, P256],
          [X, key.x],
          [Y, key.y],
        ] as [number, number | Uint8Array][]),
};

/** `{1: COSE_Key}`: the key of a `cnf` claim (RFC 8747 §3.1). */
export const confirmationKey: Form<PublicKey> = {
  read: (value) => {
    if (!(value instanceof Map) || value.size !== 1) return undefined;
    const key = (value as CborMap).get(1);
    return key === undefined ? undefined : coseKey.read(key);
  },
  write: (key) => new Map([[1, coseKey.write(key)]]),
};

/** Eight bytes that name a key: the start of SHA-256 over its deterministic COSE_Key. A look-up, never trust. */
export function keyId(crypto: Crypto, key: PublicKey): Uint8Array {
  const hash = () => copyBytes(crypto.sha256(encodeCbor(coseKey.write(key))), 0, 8);
  // Coordinates of other lengths could share a name.
  const isWhole = key.x.length === 32 && (key.kind === 'ed25519' || key.y.length === 32);
  return isWhole ? copyBytes(idsBy(crypto).take(keyName(key), hash) as Uint8Array) : hash();
}

/** Every key in use is asked for its id at each of its signatures. Each backend is believed about its own hashes alone. */
const KEY_IDS = new WeakMap<Crypto, Ids>();
type Ids = ReturnType<typeof recent<Uint8Array>>;

function idsBy(crypto: Crypto): Ids {
  let ids = KEY_IDS.get(crypto);
  if (ids === undefined) {
    ids = recent<Uint8Array>(KEYS_REMEMBERED_MAX);
    KEY_IDS.set(crypto, ids);
  }
  return ids;
}

/** Whether both are the same point of the same curve. */
export function isSameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.kind === 'ed25519') return b.kind === 'ed25519' && sameBytes(a.x, b.x);
  return b.kind === 'es256' && sameBytes(a.x, b.x) && sameBytes(a.y, b.y);
}

/** The COSE algorithm that a key fixes: -8 (EdDSA) or -7 (ES256). */
export function algorithmOf(key: PublicKey): number {
  return key.kind === 'ed25519' ? -8 : -7;
}
