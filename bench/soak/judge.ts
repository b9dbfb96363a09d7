/** Whether memory stays flat and nothing failed: judged from the figures of a run alone. */

/** Growth of live memory that counts as flat: of its size in a minute, and of bytes over all that is judged. */
export const SHARE_A_MINUTE_MAX = 0.01;
export const GROWTH_BYTES_MAX = 5_000_000;
/** A shorter run is not judged: what begins to be cached, and noise, would be taken for a leak. */
export const MINUTES_MIN = 5;

/** Least live memory of a window. */
export interface Trough {
  /** Since the load began. */
  readonly minute: number;
  readonly bytes: number;
}

/** What became of one process' memory. */
export interface HeapVerdict {
  readonly kind: 'flat' | 'grows' | 'too_short';
  readonly bytesPerMinute: number;
  /** By the slope, from the first window that is judged to the last. */
  readonly growthBytes: number;
  /** Of the size, in a minute. */
  readonly shareAMinute: number;
}

/**
 * The slope of troughs: the median of the slopes between any two. One window that was measured while a policy was being
 * compiled does not move it, a leak does.
 * @returns bytes a minute; 0 for fewer than two troughs.
 */
export function slopeOf(troughs: readonly Trough[]): number {
  const slopes = troughs.flatMap((one, index) =>
    troughs
      .slice(index + 1)
      .map((other) => (other.bytes - one.bytes) / (other.minute - one.minute)),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

/** Judges the last two thirds of the troughs, in their order: before, caches fill and code is compiled. */
export function judgeHeap(troughs: readonly Trough[]): HeapVerdict {
  const judged = troughs.slice(Math.floor(troughs.length / 3));
  const [first, last] = [judged[0], judged.at(-1)];
  const bytesPerMinute = slopeOf(judged);
  const minutes = first === undefined || last === undefined ? 0 : last.minute - first.minute;
  const growthBytes = bytesPerMinute * minutes;
  const size = judged.length === 0 ? 1 : median(judged.map(({ bytes }) => bytes));
  const shareAMinute = bytesPerMinute / size;
  const isFlat = shareAMinute < SHARE_A_MINUTE_MAX && growthBytes < GROWTH_BYTES_MAX;
  const isShort = (troughs.at(-1)?.minute ?? 0) < MINUTES_MIN || judged.length < 3;
  const kind = isShort ? 'too_short' : isFlat ? 'flat' : 'grows';
  return { kind, bytesPerMinute, growthBytes, shareAMinute };
}

/** Answers of refusal and failure by status, and how many of each. */
export type Statuses = ReadonlyMap<number, number>;

/**
 * Statuses of 400 and above that the server gave more or less often than they were provoked, in words.
 * @param before - what it had given before the load began: a probe says 503 until there is a policy.
 */
export function strangeAnswers(given: Statuses, provoked: Statuses, before: Statuses): string[] {
  const statuses = [...new Set([...given.keys(), ...provoked.keys()])].filter(
    (status) => status >= 400,
  );
  return statuses
    .sort((one, other) => one - other)
    .flatMap((status) => {
      const was = (given.get(status) ?? 0) - (before.get(status) ?? 0);
      const due = provoked.get(status) ?? 0;
      return was === due ? [] : [`${was} answers of ${status}, ${due} were provoked`];
    });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
