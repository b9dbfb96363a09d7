/** What a bare engine is asked: the same work with noble as under Node. Bytes travel as arrays. */
import { nobleCrypto } from '../../../protocol/crypto/noble.js';
import { startNoise, writeNoise } from '../../../protocol/session/noise.js';
import { decodeCbor, encodeCbor } from '../../../protocol/wire/cbor.js';
import { textBytes } from '../../../protocol/wire/text.js';

/** Answers that depend on nothing but the seed. */
export function bareWork(seed: readonly number[]): Record<string, unknown> {
  const crypto = nobleCrypto();
  const secret = Uint8Array.from(seed);
  const message = textBytes('Schlüssel');
  const ed = crypto.ed25519Sign(secret, message);
  const es = crypto.es256Sign(secret, message);
  const remoteStatic = crypto.x25519Public(secret);
  const noise = startNoise(crypto, {
    pattern: 'NK',
    initiator: true,
    prologue: message,
    remoteStatic,
  });
  const decoded = decodeCbor(encodeCbor(new Map([[1, [message, 'ü', 'ü'.repeat(60), 2 ** 40]]])));
  return {
    ed: [...ed],
    es: [...es],
    edHolds: crypto.verify(crypto.ed25519Public(secret), message, ed),
    esHolds: crypto.verify(crypto.es256Public(secret), message, es),
    otherHolds: crypto.verify(crypto.ed25519Public(secret), secret, ed),
    shared: [...(crypto.x25519(secret, remoteStatic) ?? [])],
    zero: crypto.x25519(secret, new Uint8Array(32)) === undefined,
    first: [...(writeNoise(crypto, noise, secret, message)?.message ?? [])],
    cbor: decoded.ok && [...encodeCbor(decoded.value)],
  };
}

Object.assign(globalThis, { bareWork });
