/** Receipts, as the phone that was given one takes them (offline.md §3.8). */
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import type { BundleDoor } from '../objects/bundle.js';
import { openEnvelope, parseEnvelope } from '../objects/envelope.js';
import { receiptClaims } from '../objects/receipt.js';
import type { LockHello } from '../session/messages.js';
import { STATUS_NUMBERS } from '../status.js';
import { sameBytes } from '../wire/bytes.js';

/**
 * Whether a receipt is this lock's, of this session and about this answer. One that is not is no use to
 * the server and may be a sign of somebody between; the session's own keys already told who answered.
 * @param status - the number in the answer that brought it.
 * @param grantHash - SHA-256 of the grant that was offered.
 */
export function* isReceiptOf(
  receipt: Uint8Array,
  door: BundleDoor,
  hello: LockHello,
  status: number,
  grantHash: Uint8Array,
  crypto: Crypto,
): Checking<boolean> {
  const envelope = parseEnvelope(receipt, 'receipt');
  if (!envelope.ok) return false;
  const claims = receiptClaims.parse(envelope.value.payload as Uint8Array);
  if (!claims.ok) return false;
  const { lockId, counter, sequence, policyVersion, grantHash: judged } = claims.value;
  const holds =
    sameBytes(lockId, door.lockId) &&
    sameBytes(counter, hello.counter) &&
    sequence > hello.receiptSequence &&
    policyVersion >= hello.policyVersion &&
    isAnswer(status, claims.value.status) &&
    (judged === undefined || sameBytes(judged, grantHash.subarray(0, 8)));
  if (!holds) return false;
  const key = { kind: 'ed25519', x: door.identityKey } as const;
  return (yield* openEnvelope(envelope.value, [key], crypto)) !== undefined;
}

/**
 * Whether a receipt of status `signed` may come with the answer `told`. Before a valid proof a lock says
 * `denied` on the air and why only in what it signs; and instead of a refusal it signs a standing alarm,
 * which the server must hear of. An opening is always called one.
 */
function isAnswer(told: number, signed: number): boolean {
  if (told === signed) return true;
  const { denied, permitted, clock_alarm: clock, fork } = STATUS_NUMBERS;
  return told === denied || (told !== permitted && (signed === clock || signed === fork));
}
