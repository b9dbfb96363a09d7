/** `doorwright events verify`: the chain of a log, read and checked from a trusted start to its end. */
import { type ChainHead, chainStart } from '../../admin/events/chain.js';
import type { EventLog } from '../../admin/events/event.js';
import {
  type ChainCheck,
  endChainCheck,
  startChainCheck,
  verifyChain,
} from '../../admin/events/verify-chain.js';
import type { Site } from './site.js';

/** How a log is verified. */
export interface VerifyOptions {
  /** A head that was kept and is trusted: only what follows is read. Default: the start of the log. */
  readonly from?: ChainHead;
  /** Heads that were kept: the log must pass through each. Without one, a cut end cannot be noticed. */
  readonly kept?: readonly ChainHead[];
  /** Ends the check: it throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told after each page how many events hold so far. */
  readonly progress?: (checked: number) => void;
}

const PAGE = 1000;

/**
 * Checks one log of a site. The answer's `head` is worth keeping elsewhere: with it, the next check notices what
 * was cut off.
 */
export async function verifyEvents(
  site: Pick<Site, 'organization' | 'store' | 'host'>,
  log: EventLog,
  options: VerifyOptions = {},
): Promise<ChainCheck> {
  const { organization, store, host } = site;
  const start = options.from ?? chainStart(organization, log, host.sha256);
  let check = startChainCheck(start, options.kept);
  for (;;) {
    options.signal?.throwIfAborted();
    if (check.broken !== undefined) return check;
    const after = check.head.seq;
    const page = await store.events(log, { order: 'oldest', after, limit: PAGE });
    check = verifyChain(check, page, host.sha256);
    options.progress?.(check.checked);
    if (page.length < PAGE) return endChainCheck(check);
  }
}
