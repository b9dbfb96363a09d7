/** When a right of the policy counts, as a span to compare. */
import type { Assignment } from '../../policy/document.js';
import { parseInstant, type Span } from '../../values/instant.js';

/** From when until when a right counts; infinite where it says no bound. Its hours are another matter. */
export function spanOfRight({ validity }: Assignment): Span {
  const { from, until } = validity ?? {};
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : parseInstant(from),
    until: until === undefined ? Number.POSITIVE_INFINITY : parseInstant(until),
  };
}

/** Whether two spans are the same from an instant on. */
export function sameSpan(a: Span, b: Span, time: number): boolean {
  return a.until === b.until && Math.max(a.from, time) === Math.max(b.from, time);
}

/** Whether the later span leaves out something of the earlier one that is still to come. */
export function takesAway(before: Span, after: Span, time: number): boolean {
  if (before.until <= time) return false;
  return after.until < before.until || Math.max(after.from, time) > Math.max(before.from, time);
}
