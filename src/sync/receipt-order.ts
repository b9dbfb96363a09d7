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
  const { below, above } = neighbours(receipts, receipt);
  if (above?.seq === receipt.seq) {
    return above.sha256 === receipt.sha256 ? 'seen' : 'contradiction';
  }
  if (receipt.seq < lock.receiptsFrom) return 'forgotten';
  const mark = markOf(receipt);
  const pairs = pairsAround(below, mark, above);
  if (!pairs.every(([early, late]) => follows(early, late))) return 'contradiction';
  if (newSteps(lock, receipt) > openResets(lock, pairs)) return 'contradiction';
  return above === undefined ? 'newest' : 'late';
}

/**
 * How many steps back of the lock's clock this receipt shows that were not seen before: each is a clock reset that
 * was applied, if one is open. At most 1 where `placeOf` found no contradiction.
 */
export function newSteps(lock: LockRecord, receipt: ReceiptFacts): number {
  const { below, above } = neighbours(lock.receipts, receipt);
  const isOldStep = below !== undefined && above !== undefined && isStepBack(below, above);
  const steps = pairsAround(below, markOf(receipt), above).filter((pair) => isStepBack(...pair));
  return steps.length - Number(isOldStep);
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

/** Whether `late` may come from the same memory after `early`, but for its clock. */
function follows(early: ReceiptMark, late: ReceiptMark): boolean {
  return late.trustEpoch >= early.trustEpoch && late.pv >= early.pv && late.ctr >= early.ctr;
}

function isStepBack(early: ReceiptMark, late: ReceiptMark): boolean {
  return late.lo < early.lo;
}

/** Clock resets that a step back among these may be: applied once each, at or after the version they came with. */
function openResets(lock: LockRecord, pairs: readonly Pair[]): number {
  const { pv, open } = lock.clockResets ?? { pv: 0, open: 0 };
  return pairs.every((pair) => !isStepBack(...pair) || pair[1].pv >= pv) ? open : 0;
}

type Pair = readonly [early: ReceiptMark, late: ReceiptMark];

function pairsAround(
  below: ReceiptMark | undefined,
  mark: ReceiptMark,
  above: ReceiptMark | undefined,
): Pair[] {
  const pairs: Pair[] = [];
  if (below !== undefined) pairs.push([below, mark]);
  if (above !== undefined) pairs.push([mark, above]);
  return pairs;
}

/** The receipts before and after it, by number; `above` may have its number. */
function neighbours(
  receipts: readonly ReceiptMark[],
  { seq }: ReceiptFacts,
): { readonly below: ReceiptMark | undefined; readonly above: ReceiptMark | undefined } {
  const after = receipts.findIndex((mark) => mark.seq >= seq);
  const at = after < 0 ? receipts.length : after;
  return { below: receipts[at - 1], above: receipts[at] };
}
