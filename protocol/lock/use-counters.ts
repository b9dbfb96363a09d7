/** How often the grants of one share were used here (offline.md §3.3, label 8): at most once each. */
import { GRANT_LIFE_MAX, USE_COUNTERS_MAX } from '../limits.js';
import type { Grant } from '../objects/grant.js';
import type { Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';

/** One share's uses. */
export interface UseCounter {
  /** 8 bytes. */
  readonly useId: Uint8Array;
  readonly used: number;
  /** The latest end of a grant that counted here, Unix seconds. */
  readonly exp: number;
}

/** The counters after one use of this grant, or the status that refuses it. */
export type Counting =
  | { readonly kind: 'counted'; readonly counters: readonly UseCounter[] }
  | { readonly kind: 'refused'; readonly status: Status };

/**
 * Counts one use. A grant without `uses` changes nothing.
 * @param committedLo - the lower bound as committed: a counter is dropped 30 days after its last grant ended.
 */
export function countUse(
  counters: readonly UseCounter[],
  grant: Grant,
  committedLo: number,
): Counting {
  const { uses, exp } = grant;
  if (uses === undefined) return { kind: 'counted', counters };
  // A share's grants are issued anew while older ones live, so the last one that counted is not the last
  // one there is: only when a grant issued at its very end must be over too, nothing is left to count.
  const live = counters.filter((counter) => counter.exp + GRANT_LIFE_MAX > committedLo);
  const before = live.find(({ useId }) => sameBytes(useId, uses.useId));
  if (before !== undefined && before.used >= uses.count) {
    return { kind: 'refused', status: 'uses_spent' };
  }
  if (before === undefined && live.length >= USE_COUNTERS_MAX) {
    return { kind: 'refused', status: 'uses_full' };
  }
  const { useId } = uses;
  const used = (before?.used ?? 0) + 1;
  const counter = { useId, used, exp: Math.max(exp, before?.exp ?? 0) };
  return { kind: 'counted', counters: [...live.filter((other) => other !== before), counter] };
}
