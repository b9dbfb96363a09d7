/**
 * Time-zone rules from the host's Intl by way of luxon: the default {@link TimeZoneSource}, and the only
 * file that knows luxon. Nothing here touches Intl before it is asked, so a runtime without Intl can load
 * the library and use a table instead.
 */
import { IANAZone } from 'luxon';
import { DAY_MS } from '../../values/instant.js';
import type { OffsetChange, TimeZoneSource } from '../../values/time-zone.js';

/**
 * Distance between two looks at a zone. A stretch shorter than this could hide between them, so it must be
 * below the shortest stretch between two changes that any zone has: 3.99 days (Freetown, September
 * 1939; next 6.96 days), over all 418 zones of tzdata 2025b from the first local mean time to 2087.
 */
const STRIDE_MS = 3 * DAY_MS;

/** Offsets change at whole seconds. */
const SECOND_MS = 1000;

/**
 * The shape of an IANA name: words that begin with a capital, joined by `_` or `-`, in up to three
 * parts. Refuses `+02:00`, `local`, `utc+2` and most names in the wrong case, which Intl would take.
 */
const NAME_SHAPE = /^[A-Z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*(?:\/[A-Z][A-Za-z0-9+]*(?:[_-][A-Za-z0-9]+)*){0,2}$/u;

/** A word of five or more capitals is shouted: IANA writes no such word. */
const SHOUTED = /[A-Z]{5,}/u;

/** The rules of the host's time zones. Answers depend on its tz data alone, never on its zone or clock. */
export const luxonTimeZones: TimeZoneSource = { has, offsets };

function has(name: string): boolean {
  if (name.length > 64 || !NAME_SHAPE.test(name) || SHOUTED.test(name)) return false;
  if (!IANAZone.isValidZone(name)) return false;
  // Intl compares without case; where it says how it writes the name, the writing must agree.
  const written = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  return written === name || written.toLowerCase() !== name.toLowerCase();
}

function offsets(name: string, from: number, until: number): readonly OffsetChange[] {
  if (!has(name)) throw new RangeError(`unknown time zone \`${name}\``);
  const zone = IANAZone.create(name);
  let offsetSeconds = offsetAt(zone, from);
  const changes: OffsetChange[] = [{ at: from, offsetSeconds }];
  let known = from;
  // Looks lie on one grid for every question, so that overlapping questions find the same changes.
  for (let look = nextLook(from); known < until - 1; look += STRIDE_MS) {
    const at = Math.min(look, until - 1);
    const there = offsetAt(zone, at);
    if (there !== offsetSeconds) {
      const change = firstWith(zone, there, known, at);
      changes.push({ at: change, offsetSeconds: there });
      offsetSeconds = there;
    }
    known = at;
  }
  return changes;
}

function nextLook(from: number): number {
  return (Math.floor(from / STRIDE_MS) + 1) * STRIDE_MS;
}

/** The first whole second after `before` at which `offsetSeconds` holds, when it does at `after`. */
function firstWith(zone: IANAZone, offsetSeconds: number, before: number, after: number): number {
  let low = Math.floor(before / SECOND_MS);
  let high = Math.floor(after / SECOND_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * SECOND_MS) === offsetSeconds) high = middle;
    else low = middle;
  }
  return high * SECOND_MS;
}

/** Seconds east of UTC. luxon gives minutes, with a fraction where local mean time had seconds. */
function offsetAt(zone: IANAZone, at: number): number {
  return Math.round(zone.offset(at) * 60);
}
