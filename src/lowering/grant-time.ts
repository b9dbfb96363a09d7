/** Spans of an open door as a grant says them: seconds at its ends, minutes between. */
import { MINUTE_MS, type Span } from '../values/instant.js';

/** Pairs of windows in one grant: what the smallest lock keeps (protocol/limits.ts). */
export const WINDOWS_MAX = 32;

const SECOND_MS = 1000;
const MINUTE_SECONDS = 60;

/** The time claims of a grant, as `LoweredGrant` has them. */
export interface GrantTime {
  readonly nbf: number;
  readonly exp: number;
  readonly windows?: readonly number[];
}

/** The end of the last life in which spans fit one grant: where the first span too many begins; Infinity if all fit. */
export function endOfFit(spans: readonly Span[]): number {
  return spans[WINDOWS_MAX]?.from ?? Number.POSITIVE_INFINITY;
}

/**
 * The widest grant time that opens at no second outside the spans. The first beginning and the last end are
 * told to the second, by `nbf` and `exp`; what lies between rounds inward to the minute.
 * @param spans - epoch milliseconds, ascending, not touching, at most 32.
 * @returns undefined where nothing is left.
 */
export function grantTime(spans: readonly Span[]): GrantTime | undefined {
  const kept = withoutTinyEnds(spans);
  const first = kept[0];
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const nbf = Math.ceil(first.from / SECOND_MS);
  const exp = Math.floor(last.until / SECOND_MS);
  if (nbf >= exp) return undefined;
  if (first === last) return { nbf, exp };
  const base = Math.floor(nbf / MINUTE_SECONDS);
  const windows: number[] = [];
  for (const span of kept) {
    const start = span === first ? base : Math.ceil(span.from / MINUTE_MS);
    const end =
      span === last ? Math.ceil(exp / MINUTE_SECONDS) : Math.floor(span.until / MINUTE_MS);
    if (start < end) windows.push(start - base, end - base);
  }
  return { nbf, exp, windows };
}

/** Without spans at either end of which rounding leaves no second: `nbf` and `exp` must belong to spans that stay. */
function withoutTinyEnds(spans: readonly Span[]): Span[] {
  const kept = [...spans];
  const startsNever = ({ from, until }: Span) =>
    Math.floor(until / MINUTE_MS) * MINUTE_SECONDS <= Math.ceil(from / SECOND_MS);
  const endsNever = ({ from, until }: Span) =>
    Math.ceil(from / MINUTE_MS) * MINUTE_SECONDS >= Math.floor(until / SECOND_MS);
  while (kept.length > 1 && startsNever(kept[0] as Span)) kept.shift();
  while (kept.length > 1 && endsNever(kept.at(-1) as Span)) kept.pop();
  return kept;
}
