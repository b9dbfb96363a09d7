/**
 * What a schedule is made of: sources of open spans on the wall. Times are wall minutes, minutes since
 * 1970-01-01T00:00 on the clock at the door; spans are half-open.
 */
export interface WallSource {
  /** Calls `add` with every span that shares a minute with `[from, until)`, in any order. */
  collect(from: number, until: number, add: (from: number, until: number) => void): void;
  /** The first start of a span at or after `at`; Infinity when there is none. */
  nextStart(at: number): number;
  /**
   * What the source opens each week, in minutes since Monday's midnight, if it is the same every week;
   * then `steadyUntil` and `steadySince` say for which time.
   */
  readonly weekly?: WeekSpans | undefined;
  /** Whether the source is open without a pause for as long as it is steady. */
  readonly solid: boolean;
  /**
   * A minute up to which the source goes on from `at` as it always does, if that is easily told; else `at`.
   * Lets a search step over years of one long opening; exceptional days are not looked at.
   */
  steadyUntil(at: number): number;
  /** The same backwards: a minute since which the source was steady up to `at`, or `at`. */
  steadySince(at: number): number;
}

/** Spans within a week, in minutes since Monday's midnight, by start; one may run past the Sunday. */
export type WeekSpans = readonly (readonly [number, number])[];

/** How many elements of an ascending list are less than `value`. */
export function countBelow(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
