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
 * below the shortest stretch between two changes that any zone has. Measured over all 418 zones of
 * tzdata 2025b, from the first local mean time to 2087: 3.99 days (Freetown, September 1939); since 1944
 * 6.96 days (Recife in October 2000, Gaza in October 2040).
 */
const STRIDE_MS = 6 * DAY_MS;
const EARLY_STRIDE_MS = 3 * DAY_MS;
const EARLY_UNTIL = 0;

/** Offsets change at whole seconds, and nearly always at whole quarters of an hour. */
const SECOND_MS = 1000;
const QUARTER_MS = 900_000;

/**
 * The shape of an IANA name: words that begin with a capital, joined by `_` or `-`, in up to three
 * parts. Refuses `+02:00`, `local`, `utc+2` and most names in the wrong case, which Intl would take.
 */
const NAME_SHAPE =
  /^[A-Z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*(?:\/[A-Z][A-Za-z0-9+]*(?:[_-][A-Za-z0-9]+)*){0,2}$/u;

/** A word of five or more capitals is shouted: IANA writes no such word. */
const SHOUTED = /[A-Z]{5,}/u;

/** The rules of the host's time zones. Answers depend on its tz data alone, never on its zone or clock. */
export const luxonTimeZones: TimeZoneSource = { has, offsets };

/** Names found to be zones, of which there are some six hundred: asking Intl costs as much as a dozen offsets. */
const FOUND = new Set<string>();

function has(name: string): boolean {
  if (name.length > 64 || !NAME_SHAPE.test(name) || SHOUTED.test(name)) return false;
  if (!IANAZone.isValidZone(name)) return false;
  // Intl compares without case; where it says how it writes the name, the writing must agree.
  const written = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  return written === name || written.toLowerCase() !== name.toLowerCase();
}

function offsets(name: string, from: number, until: number): readonly OffsetChange[] {
  if (!FOUND.has(name) && !has(name)) throw new RangeError(`unknown time zone \`${name}\``);
  FOUND.add(name);
  const zone = IANAZone.create(name);
  let offsetSeconds = offsetAt(zone, from);
  const changes: OffsetChange[] = [{ at: from, offsetSeconds }];
  // Looks lie on one grid for every question, so that overlapping questions find the same changes.
  for (let known = from; known < until - 1; ) {
    const at = Math.min(nextLook(known), until - 1);
    const there = offsetAt(zone, at);
    if (there !== offsetSeconds) {
      changes.push({ at: changeBetween(zone, there, known, at), offsetSeconds: there });
      offsetSeconds = there;
    }
    known = at;
  }
  return changes;
}

function nextLook(known: number): number {
  const stride = known < EARLY_UNTIL ? EARLY_STRIDE_MS : STRIDE_MS;
  return (Math.floor(known / stride) + 1) * stride;
}

/** The first second after `before` at which `offsetSeconds` holds, as it does at `after`. */
function changeBetween(
  zone: IANAZone,
  offsetSeconds: number,
  before: number,
  after: number,
): number {
  const quarter = firstWith(zone, offsetSeconds, before, after, QUARTER_MS);
  const second = firstWith(zone, offsetSeconds, quarter - QUARTER_MS, quarter, SECOND_MS);
  return Math.max(second, before);
}

/** The first multiple of `step` in `(before, after]` from which on the offset holds. */
function firstWith(
  zone: IANAZone,
  offsetSeconds: number,
  before: number,
  after: number,
  step: number,
): number {
  let low = Math.floor(before / step);
  let high = Math.ceil(after / step);
  // Most changes are at a whole quarter: then the second before it tells at once.
  if (step === SECOND_MS && offsetAt(zone, (high - 1) * step) !== offsetSeconds) return high * step;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * step) === offsetSeconds) high = middle;
    else low = middle;
  }
  return high * step;
}

/** Seconds east of UTC. luxon gives minutes, with a fraction where local mean time had seconds. */
function offsetAt(zone: IANAZone, at: number): number {
  return Math.round(zone.offset(at) * 60);
}
