/** Checking a log page by page: the first event at which its chain is broken, and how. */
import {
  type ChainHead,
  commitmentOf,
  contentHashOf,
  linkHashOf,
  NO_COMMITMENT,
  type Sha256,
} from './chain.js';
import type { StoredEvent } from './event.js';

/**
 * How a chain is broken. `gap`: an event is missing, at the end too if a later head was kept. `order`: an event
 * stands twice, too early, or in a log that is not its own. `content`, `personal`: what it tells is not what
 * was sealed. `link`: anything else of it, or of an event before it, is not what was sealed.
 */
export type ChainFault = 'gap' | 'order' | 'content' | 'personal' | 'link';

/** What is known of a chain after some of its pages. */
export interface ChainCheck {
  /** The last event that holds, with all before it. */
  readonly head: ChainHead;
  /** Events that hold. */
  readonly checked: number;
  /** Of those, how many were emptied since they were written. Compare them with the erasures on record. */
  readonly erased: { readonly contents: number; readonly personal: number };
  /** Heads kept elsewhere that the chain must still pass through, ascending. */
  readonly kept: readonly ChainHead[];
  /** The first fault; once there is one, nothing after it is looked at. */
  readonly broken?: { readonly seq: number; readonly fault: ChainFault; readonly detail: string };
}

/**
 * The start of a check: at `chainStart`, or at a head that was kept and is trusted.
 * @param kept - heads that were kept: the chain must pass through each. Without one, taking away the newest
 * events cannot be noticed. Those before `start` say nothing.
 * @throws RangeError for a kept head of another log.
 */
export function startChainCheck(start: ChainHead, kept: readonly ChainHead[] = []): ChainCheck {
  const foreign = kept.find(({ log }) => log !== start.log);
  if (foreign !== undefined) throw new RangeError(`a head of another log \`${foreign.log}\``);
  const later = kept.filter(({ seq }) => seq > start.seq).sort((a, b) => a.seq - b.seq);
  const check = { head: start, checked: 0, erased: { contents: 0, personal: 0 }, kept: later };
  if (passes(kept, start.seq, start.hash)) return check;
  return brokenAt(check, start.seq, 'link', 'the start is not the one that was kept');
}

/** The check after the next page of the log, oldest first. */
export function verifyChain(
  check: ChainCheck,
  events: readonly StoredEvent[],
  sha256: Sha256,
): ChainCheck {
  if (check.broken !== undefined) return check;
  let { head, checked } = check;
  let { contents, personal } = check.erased;
  let broken: ChainCheck['broken'];
  for (const event of events) {
    broken = faultOf(head, event, sha256) ?? lostHead(check.kept, event);
    if (broken !== undefined) break;
    head = { log: head.log, seq: event.seq, hash: event.hash };
    checked++;
    if (event.content === null) contents++;
    if (event.personal === null && event.commitment !== NO_COMMITMENT) personal++;
  }
  const kept = check.kept.filter(({ seq }) => seq > head.seq);
  const next = { head, checked, erased: { contents, personal }, kept };
  return broken === undefined ? next : { ...next, broken };
}

/** The check after the last page: a kept head that was never reached is a gap. */
export function endChainCheck(check: ChainCheck): ChainCheck {
  const missed = check.kept[0];
  if (check.broken !== undefined || missed === undefined) return check;
  const detail = `the log ends here; it once reached event ${missed.seq}`;
  return brokenAt(check, check.head.seq + 1, 'gap', detail);
}

function faultOf(head: ChainHead, event: StoredEvent, sha256: Sha256): ChainCheck['broken'] {
  const seq = head.seq + 1;
  if (event.log !== head.log) return { seq, fault: 'order', detail: 'an event of another log' };
  if (!Number.isSafeInteger(event.seq) || event.seq < seq)
    return { seq, fault: 'order', detail: `event ${event.seq} stands here` };
  if (event.seq > seq) return { seq, fault: 'gap', detail: `the next event there is ${event.seq}` };
  const { content, contentHash } = event;
  if (content !== null && !agrees(() => contentHashOf(content, sha256), contentHash))
    return { seq, fault: 'content', detail: 'its content is not the one that was sealed' };
  if (!holdsPersonal(event, sha256))
    return { seq, fault: 'personal', detail: 'its personal part is not the one that was sealed' };
  if (!agrees(() => linkHashOf(head.hash, event, sha256), event.hash))
    return { seq, fault: 'link', detail: 'its hash does not follow from the event before it' };
  return undefined;
}

/** Whether the personal part is the sealed one, or was erased whole: a salt left behind lets it be guessed. */
function holdsPersonal({ salt, personal, commitment }: StoredEvent, sha256: Sha256): boolean {
  if (salt === null || personal === null) return salt === null && personal === null;
  return agrees(() => commitmentOf(salt, personal, sha256), commitment);
}

/** Whether a hash is the expected one. What cannot be hashed, such as a lone surrogate, was never sealed. */
function agrees(hash: () => string, expected: string): boolean {
  try {
    return hash() === expected;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function lostHead(kept: readonly ChainHead[], { seq, hash }: StoredEvent): ChainCheck['broken'] {
  if (passes(kept, seq, hash)) return undefined;
  return { seq, fault: 'link', detail: 'its hash is not the one that was kept' };
}

function passes(kept: readonly ChainHead[], seq: number, hash: string): boolean {
  return kept.every((head) => head.seq !== seq || head.hash === hash);
}

function brokenAt(check: ChainCheck, seq: number, fault: ChainFault, detail: string): ChainCheck {
  return { ...check, broken: { seq, fault, detail } };
}
