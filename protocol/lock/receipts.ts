/** Receipts: what the lock says of itself, signed, numbered, and true in its memory before it is said. */
import { memorySigner, signNow } from '../crypto/steps.js';
import { sealEnvelope } from '../objects/envelope.js';
import { receiptClaims } from '../objects/receipt.js';
import { STATUS_NUMBERS, type Status } from '../status.js';
import { commit } from './saving.js';
import type { Session, Turn } from './state.js';
import { keepingOf, selfOf } from './turn.js';

/** The largest number of a receipt: a lock that gave so many gives no more, and opens for nobody. */
export const RECEIPTS_MAX = 0xffff_ffff;

/** Whether another receipt can be numbered. */
export function hasReceiptLeft(turn: Turn): boolean {
  return keepingOf(turn).journal.receiptSequence < RECEIPTS_MAX;
}

/**
 * A signed receipt, or null when no number is left. The number and the clock are committed first.
 * @param grantHash - SHA-256 of the grant, after its proof held; null when no grant was judged.
 */
export function makeReceipt(
  turn: Turn,
  session: Pick<Session, 'counter'>,
  status: Status,
  grantHash: Uint8Array | null,
): Uint8Array | null {
  if (!hasReceiptLeft(turn)) return null;
  const sequence = keepingOf(turn).journal.receiptSequence + 1;
  commit(turn, { receiptSequence: sequence });
  const { journal, policy, log } = keepingOf(turn);
  const { owner, secrets, rekeying } = selfOf(turn);
  const { identity, static: staticSecret } = secrets.reveal();
  // An opening is always called one; anything else makes room for an alarm.
  const told = status === 'permitted' ? status : (journal.alarm?.status ?? status);
  const payload = receiptClaims.encode({
    version: 1,
    lockId: turn.state.setup.lockId,
    iat: journal.committed.lo,
    sequence,
    policyVersion: policy.policyVersion,
    post: policy.post,
    trustEpoch: owner?.trust.trustEpoch ?? 0,
    committed: journal.committed,
    counter: session.counter,
    status: STATUS_NUMBERS[told],
    ...(grantHash !== null && { grantHash: grantHash.slice(0, 8) }),
    logHead: log.link,
    firmware: turn.state.setup.firmware,
    battery: batteryOf(turn),
    boots: turn.state.boots,
    ...(rekeying !== null && { newStaticKey: turn.crypto.x25519Public(staticSecret) }),
  });
  const signer = memorySigner(turn.crypto, 'ed25519', identity);
  return signNow(sealEnvelope('receipt', signer, payload, turn.crypto));
}

function batteryOf({ moment }: Turn): number {
  const { battery } = moment;
  return Number.isFinite(battery) ? Math.min(100, Math.max(0, Math.round(battery))) : 0;
}
