/** Objects that the runs carry. */
import { policyUpdateClaims } from '../../objects/policy-update.js';
import { timeTokenClaims } from '../../objects/time-token.js';
import { encodeSetupMessage } from '../../session/setup-message.js';
import { sealed } from './actors.js';
import { crypto, fixedBytes, NOW, SITE_ID } from './fixed.js';
import { policyUpdateOf, TRUST } from './samples.js';

/** A time token, with this session's nonce when wanted. */
export function timeToken(iat: number, nonce?: Uint8Array): Uint8Array {
  const claims = { iat, radius: 10, ...(nonce && { nonce }) };
  return sealed('time-token', 'time', timeTokenClaims.encode(claims));
}

/** The message that gives a lock its owner. */
export function setupMessage(): Uint8Array {
  return encodeSetupMessage({
    trust: TRUST,
    siteId: SITE_ID,
    readerId: fixedBytes('reader').slice(0, 4),
    logKey: crypto.x25519Public(fixedBytes('log key')),
    advertKey: fixedBytes('advert key'),
    time: NOW - 60,
  });
}

/** The first policy: a snapshot of version 4. */
export function policyObject(change: Parameters<typeof policyUpdateOf>[0] = {}): Uint8Array {
  return sealed(
    'policy-update',
    'policy',
    policyUpdateClaims.encode(policyUpdateOf({ policyVersion: 4, ...change })),
  );
}
