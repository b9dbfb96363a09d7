/** How the logs write instants. */
import { INSTANT_END, INSTANT_MIN } from '../../values/instant.js';

/**
 * RFC 3339 text in UTC, always with milliseconds: `2026-03-29T01:00:00.000Z`. Texts of this form sort as the
 * instants do.
 * @throws RangeError outside the years 0001 to 9999.
 */
export function eventTime(ms: number): string {
  if (!(ms >= INSTANT_MIN && ms < INSTANT_END))
    throw new RangeError(`instant out of range \`${ms}\``);
  return new Date(ms).toISOString();
}
