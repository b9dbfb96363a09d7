/** How long an access link lasts (Kisi: an hour, a day, a month, or until it is revoked). */
import { DAY_MS, formatInstant, HOUR_MS, INSTANT_END, parseInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';

/** Until an instant of one's own, or for one of the usual spans: 60 minutes, 24 hours, 30 times 24 hours, or no end. */
export type LinkLifetime =
  | 'hour'
  | 'day'
  | 'month'
  | 'until_revoked'
  | { /** RFC 3339. */ readonly until: string };

/** The validity of a link, both ends in RFC 3339. */
export interface LinkValidity {
  readonly from?: string;
  readonly until?: string;
}

/**
 * The validity of a link made at `time`. Spans are real time, so a day over a change of clocks is still 24 hours.
 * @param from - RFC 3339; absent: at once.
 * @returns code `lifetime` for an end that is no instant, has passed, or comes before the beginning.
 */
export function linkValidity(
  lifetime: LinkLifetime,
  time: number,
  from?: string,
): Outcome<LinkValidity, 'lifetime'> {
  const start = from === undefined ? time : parseInstant(from);
  const end = endOf(lifetime, start);
  if (!(start < INSTANT_END) || !(end > start) || !(end > time)) {
    const text = JSON.stringify(lifetime);
    return { ok: false, code: 'lifetime', detail: `ends before it begins or never: ${text}` };
  }
  const until = end < INSTANT_END ? { until: formatInstant(end) } : {};
  return { ok: true, value: { ...(from === undefined ? {} : { from }), ...until } };
}

function endOf(lifetime: LinkLifetime, start: number): number {
  switch (lifetime) {
    case 'hour':
      return start + HOUR_MS;
    case 'day':
      return start + DAY_MS;
    case 'month':
      return start + 30 * DAY_MS;
    case 'until_revoked':
      return Number.POSITIVE_INFINITY;
    default:
      return parseInstant(lifetime.until);
  }
}
