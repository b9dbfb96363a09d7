/** Drives the protocol's work with backends that answer later: WebCrypto, an HSM, a KMS. */
import type { Checking, SignatureCheck, Signing } from '../../protocol/crypto/steps.js';

/** Somebody who says, now or later, whether a signature holds; as strict as `Crypto.verify`. */
export type LaterVerify = (check: SignatureCheck) => boolean | Promise<boolean>;

/**
 * Does the work, and waits for each signature it asks about.
 * @throws whatever `verify` throws or rejects with: then nothing was decided.
 */
export async function checkLater<T>(work: Checking<T>, verify: LaterVerify): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    // Only true is a yes: an adapter in plain JavaScript may answer with anything.
    step = work.next((await verify(step.value)) === true);
  }
  return step.value;
}

/**
 * Does the work, and waits for each signature it wants.
 * @throws TypeError when a signer answers with anything but 64 bytes; else whatever the signer throws.
 */
export async function signLater<T>(work: Signing<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    const signature = await step.value.signer.sign(step.value.message);
    if (!(signature instanceof Uint8Array) || signature.length !== 64) {
      throw new TypeError('a signer answers with 64 bytes');
    }
    step = work.next(signature);
  }
  return step.value;
}
