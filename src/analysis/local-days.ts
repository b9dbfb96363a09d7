/**
 * Spans of time laid on the days of a wall clock. A day may be known in part (it lies at the edge of what was looked at, or
 * its clock skipped an hour), and some of its hours may have been shown twice.
 */
import { mergeSpans } from '../checks/time/spans-source.js';
import type { Zone } from '../checks/time/zone.js';
import type { Span } from '../values/instant.js';
import { DAY_MS } from '../values/instant.js';
import type { DaySpan } from './week-words.js';

/** One local date. */
export interface LocalDay {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Which wall times of the date were looked at; in order, not touching. */
  readonly known: readonly DaySpan[];
  /** When it holds; in order, not touching. What is not known between two of them is taken in. */
  readonly open: readonly DaySpan[];
  /** All of the date was looked at, hours apart that its clock never showed. */
  readonly whole: boolean;
}

/**
 * The dates a span of time touches, in order, with what holds on each; undefined where the wall clock cannot say it, because
 * a time it shows twice holds only once.
 * @param held - in order, not touching, inside `lookedAt`.
 */
export function localDays(
  held: readonly Span[],
  lookedAt: Span,
  zone: Zone,
): readonly LocalDay[] | undefined {
  const pieces = new Map<number, Piece[]>();
  let next = 0;
  for (const { day, from, until, offsetMs } of stretchesOfDays(lookedAt, zone)) {
    const midnight = day * DAY_MS - offsetMs;
    const open: DaySpan[] = [];
    while (next < held.length && (held[next] as Span).until <= from) next += 1;
    for (let index = next; index < held.length; index++) {
      const span = held[index] as Span;
      if (span.from >= until) break;
      open.push([Math.max(span.from, from) - midnight, Math.min(span.until, until) - midnight]);
    }
    const known: DaySpan = [from - midnight, until - midnight];
    const ofDay = pieces.get(day);
    if (ofDay === undefined) pieces.set(day, [{ known, open }]);
    else ofDay.push({ known, open });
  }
  const days: LocalDay[] = [];
  for (const [day, ofDay] of [...pieces].sort((a, b) => a[0] - b[0])) {
    const laid = laidTogether(day, ofDay);
    if (laid === undefined) return undefined;
    days.push(laid);
  }
  // Only the first and the last date can have been cut: what another one lacks its clock never showed.
  return days.map((day, index) =>
    day.whole || index === 0 || index === days.length - 1 ? day : { ...day, whole: true },
  );
}

/** Whether spans are what holds on a date, as far as the date was looked at. */
export function saysOf(spans: readonly DaySpan[], { known, open }: LocalDay): boolean {
  return same(common(spans, known), common(open, known));
}

/** A stretch of a date without a change of offset. */
interface Piece {
  readonly known: DaySpan;
  readonly open: readonly DaySpan[];
}

/** Time cut where a local date begins and where the offset may change. */
function* stretchesOfDays(lookedAt: Span, zone: Zone) {
  for (let at = lookedAt.from; at < lookedAt.until; ) {
    const { until: end, offsetMs } = zone.segmentAt(at);
    const day = Math.floor((at + offsetMs) / DAY_MS);
    const until = Math.min(end, lookedAt.until, (day + 1) * DAY_MS - offsetMs);
    yield { day, from: at, until, offsetMs };
    at = until;
  }
}

/** A date from its stretches; undefined if two of them disagree about a time both show. */
function laidTogether(day: number, pieces: readonly Piece[]): LocalDay | undefined {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) {
    const whole = only.known[0] === 0 && only.known[1] === DAY_MS;
    return { day, known: [only.known], open: only.open, whole };
  }
  for (const [index, piece] of pieces.entries()) {
    for (const other of pieces.slice(0, index)) {
      const own = common(piece.open, [other.known]);
      if (!same(own, common(other.open, [piece.known]))) return undefined;
    }
  }
  const known = mergeSpans(pieces.map((piece) => piece.known));
  const open = mergeSpans(pieces.flatMap((piece) => piece.open));
  return { day, known, open: gapsTakenIn(open, known), whole: same(known, [[0, DAY_MS]]) };
}

/** What lies in both; both in order, neither touching itself. */
function common(a: readonly DaySpan[], b: readonly DaySpan[]): DaySpan[] {
  const found: DaySpan[] = [];
  for (const [from, until] of a) {
    for (const [start, end] of b) {
      const first = Math.max(from, start);
      const last = Math.min(until, end);
      if (first < last) found.push([first, last]);
    }
  }
  return found;
}

function same(a: readonly DaySpan[], b: readonly DaySpan[]): boolean {
  return (
    a.length === b.length &&
    a.every(([from, until], index) => from === b[index]?.[0] && until === b[index]?.[1])
  );
}

/** Joined across what the clock never showed: one span is said in fewer words than two. */
function gapsTakenIn(open: readonly DaySpan[], known: readonly DaySpan[]): DaySpan[] {
  const found: [number, number][] = [];
  for (const [from, until] of open) {
    const last = found.at(-1);
    const between = last === undefined ? [] : common([[last[1], from]], known);
    if (last !== undefined && between.length === 0) last[1] = until;
    else found.push([from, until]);
  }
  return found;
}
