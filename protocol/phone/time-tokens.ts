/** Which time tokens a phone passes on to locks (offline.md §3.6). */
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { openEnvelope, parseEnvelope } from '../objects/envelope.js';
import type { OpenedBundle } from './bundle-check.js';
import { certificatesFor } from './certificate-check.js';
import { timeTokenOf } from './unchecked.js';

/** Whether a key of the site that may sign time signed this token. Nothing else goes to a lock as time. */
export function* isTimeToken(
  token: Uint8Array,
  carried: OpenedBundle,
  now: number,
  crypto: Crypto,
): Checking<boolean> {
  const envelope = parseEnvelope(token, 'time-token');
  const stamp = timeTokenOf(token);
  if (!envelope.ok || stamp === undefined) return false;
  const signers = certificatesFor(carried.certificates, 'time', stamp.iat)
    .filter(({ certificate }) => now < certificate.exp)
    .map(({ certificate }) => certificate.key);
  return (yield* openEnvelope(envelope.value, signers, crypto)) !== undefined;
}

/** The later of two time tokens without nonce. */
export function newerToken(
  present: Uint8Array | null,
  other: Uint8Array | undefined,
): Uint8Array | null {
  const stamp = other === undefined ? undefined : timeTokenOf(other);
  if (other === undefined || stamp === undefined || stamp.nonce !== undefined) return present;
  const before = present === null ? undefined : timeTokenOf(present);
  return before !== undefined && before.iat >= stamp.iat ? present : other.slice();
}
