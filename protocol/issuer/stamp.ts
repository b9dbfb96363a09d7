/** The time issuers write into what they sign. */
import { STAMP_MARGIN } from '../limits.js';

/**
 * The stamp `iat` of an object signed at `now`: five seconds earlier, so that a lock whose clock is a
 * little behind does not take it for one from the future (offline.md §3.6).
 * @param now - Unix seconds.
 * @throws RangeError when `now` is no time that can be stamped.
 */
export function stampAt(now: number): number {
  if (!Number.isSafeInteger(now) || now < STAMP_MARGIN) {
    throw new RangeError(`no Unix time in whole seconds: \`${now}\``);
  }
  return now - STAMP_MARGIN;
}

/**
 * From when to lower a policy for grants issued at `now`: five minutes earlier. The lower bound of a lock's
 * clock lies behind true time by the radius of its last time token, and by what it may have drifted since
 * (100 ppm in 30 days are 259 s). A grant that began only now would be uncertain to it at first.
 */
export function lowerFrom(now: number): number {
  return stampAt(now) - LEAD_SECONDS;
}

const LEAD_SECONDS = 295;
