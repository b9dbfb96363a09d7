/** Envelopes signed by the device's own key, which lives outside the machine and answers later. */
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import type { InstantSigner } from '../crypto/steps.js';
import { type ObjectKind, sealEnvelope } from '../objects/envelope.js';

/** The bytes that the device's key must sign to seal this payload. */
export function messageToSign(
  deviceKey: PublicKey,
  kind: ObjectKind,
  payload: Uint8Array,
  crypto: Crypto,
): Uint8Array {
  const step = sealEnvelope(kind, absentSigner(deviceKey), payload, crypto).next();
  if (step.done === true) throw new TypeError('an envelope was sealed without a signature');
  return step.value.message;
}

/** The sealed payload; undefined when the device's key did not make this signature over it. */
export function sealWithSignature(
  deviceKey: PublicKey,
  kind: ObjectKind,
  payload: Uint8Array,
  signature: Uint8Array,
  crypto: Crypto,
): Uint8Array | undefined {
  const work = sealEnvelope(kind, absentSigner(deviceKey), payload, crypto);
  const wish = work.next();
  if (wish.done === true || signature.length !== 64) return undefined;
  if (!crypto.verify(deviceKey, wish.value.message, signature)) return undefined;
  const step = work.next(signature);
  return step.done === true ? step.value : undefined;
}

/** The key signs outside: here it only says which one it is. */
function absentSigner(publicKey: PublicKey): InstantSigner {
  return {
    publicKey,
    sign: () => {
      throw new TypeError('the device’s key signs outside this machine');
    },
  };
}
