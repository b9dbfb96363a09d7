/** One press of "Open": the wish to the machine, and in the same click the browser's chooser where it needs one. */
import type { VisitResult } from 'doorwright/phone';
import { fromHex, REQUIREMENT_BITS } from 'doorwright/protocol';
import type { PhoneHost } from './host.js';
import type { WishEnd } from './view.js';
import type { Way } from './way.js';

/**
 * Opens a lock. To be called in a click, without anything awaited before.
 * @param lock - 16 hex digits. @param choose - the chooser; null where the lock is heard without.
 */
export async function openLock(
  host: PhoneHost,
  lock: string,
  choose: Way['choose'],
): Promise<Omit<WishEnd, 'fault' | 'at'>> {
  const lockId = fromHex(lock);
  if (lockId === undefined) throw new TypeError(`no lock: \`${lock}\``);
  // The press is the intent. That the phone has a screen lock and that it is open, a page cannot know, so it does not say so.
  const wish = { lockId, operation: 'unlock', asserted: REQUIREMENT_BITS.intent } as const;
  try {
    // The wish first: the advert that ends the chooser's wait then goes to the machine as well.
    const asked = host.open(wish);
    const choosing = choose?.();
    void choosing?.then(({ ok }) => ok || host.cancel());
    const result = await asked;
    if (choosing === undefined || !ENDS_WITHOUT_LOCK.includes(result.code)) return endOf(result);
    const chosen = await choosing;
    if (!chosen.ok) return { ...endOf(result), chooser: chosen.code };
    // Somebody took longer to choose than the machine looks for a lock.
    return endOf(result.code === 'not_found' ? await host.open(wish) : result);
  } catch {
    return BROKEN;
  }
}

const ENDS_WITHOUT_LOCK: readonly VisitResult['code'][] = ['not_found', 'cancelled'];

/** Whatever the lock was told before the memory failed, it may have done. */
const BROKEN = {
  code: 'memory_failed',
  status: null,
  missing: 0,
  mayHaveActed: true,
  retryable: false,
  chooser: null,
} as const;

function endOf({ code, status, missing, mayHaveActed, retryable }: VisitResult) {
  return { code, status, missing, mayHaveActed, retryable, chooser: null };
}
