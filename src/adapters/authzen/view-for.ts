/** The state to decide by: at once where no consistency level is asked for. */
import type { ViewResult } from '../pdp/pdp.js';
import type { Later } from './answers.js';
import type { Asked } from './asked.js';
import type { Exchange } from './exchange.js';
import type { Setup } from './setup.js';

/** The view of what was asked for; waited for until the limit, or until the caller is gone. */
export function viewFor(
  { pdp, limits }: Setup,
  { consistency }: Asked,
  exchange: Exchange,
): Later<ViewResult> {
  if (consistency === undefined || consistency.kind === 'local') return pdp.local();
  // Not before it is needed: servers make the signal when it is read, which costs more than a decision.
  const { signal } = exchange;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, limits.waitMilliseconds);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  return pdp.at(consistency, controller.signal).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}
