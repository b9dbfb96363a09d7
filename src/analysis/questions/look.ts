/** The span of time a question looks at. */

import { readTime } from '../../engine/ask.js';
import type { Facts } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { DAY_MS, type Span } from '../../values/instant.js';
import { OutOfRangeError } from '../out-of-range.js';

/** Every day of a year, and every day of the week beyond its end: 53 weeks. */
const LOOK_DEFAULT_MS = 53 * 7 * DAY_MS;

/**
 * The span of the options, 53 weeks where they name no end; cut to what the engine's time-zone source knows.
 * @throws RequestError for an instant that is none; RangeError for a span that does not end after it begins.
 */
export function readLook(
  s: Snapshot,
  options: { readonly from: Facts['time']; readonly until?: Facts['time'] },
): Span {
  // Whoever writes no types may leave the options out: the message is then about the time.
  const { from: first, until: last } = Object(options) as typeof options;
  const from = readTime({ time: first }, s.zones);
  const until =
    last === undefined
      ? Math.min(from + LOOK_DEFAULT_MS, s.zones.until)
      : readTime({ time: last }, s.zones);
  if (until <= from) throw new OutOfRangeError('the span looked at does not end after it begins');
  return { from, until };
}
