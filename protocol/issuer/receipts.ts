/** What comes back from locks: receipts, opened into plain facts and settled in the lock's row (offline.md §3.8). */
import type { ReceiptFacts } from '../../src/sync/event.js';
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import type { ClaimsCode } from '../objects/claims.js';
import { type EnvelopeCode, openEnvelope, parseEnvelope } from '../objects/envelope.js';
import { type Receipt, receiptClaims } from '../objects/receipt.js';
import { statusOf } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import { toHex } from '../wire/hex.js';
import type { IssuerLock, ProvedState } from './issuer-lock.js';

/** Why bytes are no receipt of this lock. */
export type ReceiptCode =
  | EnvelopeCode
  | ClaimsCode
  | 'receipt_signature'
  | 'receipt_other_lock'
  | 'receipt_stamp';

/** A receipt that its lock signed. */
export interface OpenedReceipt {
  readonly claims: Receipt;
  /** The same as `src/sync` takes it; an unknown number of status is named `unknown`. */
  readonly facts: ReceiptFacts;
}

/** A lock by its id and the identity key of its last commissioning. */
export interface KnownLock {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Uint8Array;
}

/** Opens a receipt, from whichever phone it came: only the lock's own key signs one. */
export function* openReceipt(
  bytes: Uint8Array,
  lock: KnownLock,
  crypto: Crypto,
): Checking<Outcome<OpenedReceipt, ReceiptCode>> {
  const envelope = parseEnvelope(bytes, 'receipt');
  if (!envelope.ok) return envelope;
  const key = { kind: 'ed25519', x: lock.identityKey } as const;
  if ((yield* openEnvelope(envelope.value, [key], crypto)) === undefined) {
    return refused('receipt_signature', 'not signed by this lock');
  }
  const parsed = receiptClaims.parse(envelope.value.payload as Uint8Array);
  if (!parsed.ok) return parsed;
  const claims = parsed.value;
  if (!sameBytes(claims.lockId, lock.lockId)) {
    return refused('receipt_other_lock', 'names another lock than the one that signed');
  }
  if (claims.iat !== claims.committed.lo) {
    return refused('receipt_stamp', 'its stamp is not the lower bound it names');
  }
  return { ok: true, value: { claims, facts: factsOf(claims, bytes, crypto) } };
}

/**
 * The lock's row after a receipt that proves what it holds.
 * @returns code `receipt_old` for one that is not newer than the newest, and `receipt_unknown_state` for a
 *   state that was never issued: an alarm, and `recoverFrom` is the way on.
 */
export function settleReceipt(
  lock: IssuerLock,
  receipt: ReceiptFacts,
): Outcome<IssuerLock, 'receipt_old' | 'receipt_unknown_state' | 'receipt_other_lock'> {
  if (receipt.lockId !== lock.lockId) return refused('receipt_other_lock', 'of another lock');
  if (receipt.seq <= (lock.proved?.receiptSequence ?? 0)) {
    return refused('receipt_old', 'a newer one was settled before');
  }
  const { trustEpoch, pv, post } = receipt;
  const isIssued = lock.issued.some(
    (state) => state.policyVersion === pv && state.trustEpoch === trustEpoch && state.post === post,
  );
  if (!isIssued) return refused('receipt_unknown_state', 'a state that was never issued');
  const proved = provedBy(receipt);
  const issued = lock.issued.filter(
    (state) => state.policyVersion >= pv && state.trustEpoch >= trustEpoch,
  );
  // Nothing but the reset takes a clock back: it was applied, and must not be told again.
  const isReset = lock.clockReset !== null && receipt.committedLo < lock.clockReset.clock.from;
  const clockReset = isReset ? null : lock.clockReset;
  return { ok: true, value: { ...lock, proved, issued, clockReset } };
}

/** What a receipt proves. */
export function provedBy({ seq, trustEpoch, pv, committedLo }: ReceiptFacts): ProvedState {
  return { receiptSequence: seq, trustEpoch, policyVersion: pv, committedLo };
}

function factsOf(claims: Receipt, bytes: Uint8Array, crypto: Crypto): ReceiptFacts {
  const { committed, grantHash } = claims;
  return {
    lockId: toHex(claims.lockId),
    seq: claims.sequence,
    trustEpoch: claims.trustEpoch,
    pv: claims.policyVersion,
    post: toHex(claims.post),
    committedLo: committed.lo,
    hi: committed.hi,
    ctr: toHex(claims.counter),
    status: statusOf(claims.status) ?? 'unknown',
    grantHash: grantHash === undefined ? null : toHex(grantHash),
    sha256: toHex(crypto.sha256(bytes)),
  };
}

function refused<Code extends string>(code: Code, detail: string): Outcome<never, Code> {
  return { ok: false, code, detail };
}
