/** Time tokens and log acknowledgements: short signed notes to a lock (offline.md §3.3, §3.6). */
import type { Crypto } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import { STAMP_MARGIN } from '../limits.js';
import { logAckClaims } from '../objects/acknowledgements.js';
import { sealEnvelope } from '../objects/envelope.js';
import { timeTokenClaims } from '../objects/time-token.js';
import { stampAt } from './stamp.js';

/** What a time token is made from. */
export interface TimeOrder {
  /** Unix seconds. */
  readonly now: number;
  /** How far `now` may be off either way, in seconds, its rounding included: 1 to 86 395. */
  readonly errorSeconds: number;
  /** The 16 bytes that a lock asked with in this session; without it the token is a lower bound alone. */
  readonly nonce?: Uint8Array;
}

/**
 * Signs a time token. The stamp lies five seconds back, so the radius holds these too: `stamp + radius` is
 * never before the true time.
 * @throws RangeError for an error out of range.
 */
export function* sealTimeToken<S extends Signer>(
  { now, errorSeconds, nonce }: TimeOrder,
  time: S,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  if (!(errorSeconds >= 1)) throw new RangeError('a clock in whole seconds is off by 1 at least');
  const claims = { iat: stampAt(now), radius: errorSeconds + STAMP_MARGIN };
  const payload = timeTokenClaims.encode(nonce === undefined ? claims : { ...claims, nonce });
  return yield* sealEnvelope('time-token', time, payload, crypto);
}

/**
 * Signs that a lock's log is safe with the server up to a record: the lock may overwrite it. To be signed
 * once the records are stored, and not before.
 */
export function* sealLogAck<S extends Signer>(
  ack: { readonly lockId: Uint8Array; readonly sequence: number; readonly now: number },
  policy: S,
  crypto: Crypto,
): Signing<Uint8Array, S> {
  const { lockId, sequence, now } = ack;
  const payload = logAckClaims.encode({ version: 1, lockId, sequence, iat: stampAt(now) });
  return yield* sealEnvelope('log-ack', policy, payload, crypto);
}
