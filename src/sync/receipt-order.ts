/** Receipts against each other: a lock counts up in everything, so a step back betrays a restored memory. */
import type { ReceiptFacts } from './event.js';
import { RECEIPTS_KEPT_MAX } from './limits.js';
import type { LockRecord, ReceiptMark } from './state.js';

/** How a receipt stands to those seen before. */
export type ReceiptPlace = 'seen' | 'forgotten' | 'contradiction' | 'late' | 'newest';

/**
 * Where a receipt belongs: `seen` before, numbered so low that it is `forgotten`, in `contradiction` to
 * another (the same number with other bytes, or counters that do not lie between its neighbours'), `late`, or
 * the `newest`. Only the newest says what the lock holds now.
 */
export function placeOf(lock: LockRecord, receipt: ReceiptFacts): ReceiptPlace {
  const { receipts } = lock;
  const after = receipts.findIndex(({ seq }) => seq >= receipt.seq);
  const above = after < 0 ? undefined : receipts[after];
  if (above?.seq === receipt.seq) {
    return above.sha256 === receipt.sha256 ? 'seen' : 'contradiction';
  }
  if (receipt.seq < lock.receiptsFrom) return 'forgotten';
  const below = receipts[(after < 0 ? receipts.length : after) - 1];
  const mark = markOf(receipt);
  const isOrdered =
    (below === undefined || follows(below, mark, lock.clockResetPv)) &&
    (above === undefined || follows(mark, above, lock.clockResetPv));
  if (!isOrdered) return 'contradiction';
  return above === undefined ? 'newest' : 'late';
}

/** The receipts to remember once this one was seen, and the lowest number still remembered. */
export function receiptsWith(
  lock: LockRecord,
  receipt: ReceiptFacts,
): Pick<LockRecord, 'receipts' | 'receiptsFrom'> {
  const after = lock.receipts.findIndex(({ seq }) => seq > receipt.seq);
  const at = after < 0 ? lock.receipts.length : after;
  const all = [...lock.receipts.slice(0, at), markOf(receipt), ...lock.receipts.slice(at)];
  const receipts = all.slice(-RECEIPTS_KEPT_MAX);
  const isFull = all.length > RECEIPTS_KEPT_MAX;
  return { receipts, receiptsFrom: isFull ? (receipts[0]?.seq ?? 0) : lock.receiptsFrom };
}

function markOf({ seq, sha256, trustEpoch, pv, ctr, committedLo }: ReceiptFacts): ReceiptMark {
  return { seq, sha256, trustEpoch, pv, ctr, lo: committedLo };
}

/** Whether `late` may come from the same memory after `early`. A clock set by hand may go back; nothing else may. */
function follows(early: ReceiptMark, late: ReceiptMark, clockResetPv: number | undefined): boolean {
  const isAcrossReset =
    clockResetPv !== undefined && early.pv < clockResetPv && late.pv >= clockResetPv;
  return (
    late.trustEpoch >= early.trustEpoch &&
    late.pv >= early.pv &&
    late.ctr >= early.ctr &&
    (isAcrossReset || late.lo >= early.lo)
  );
}
