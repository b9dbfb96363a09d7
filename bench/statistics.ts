/** Order statistics of samples: robust against the rest of the machine, unlike means. */

/** What a column of a table is read from. Same unit as the samples. */
export interface Summary {
  readonly min: number;
  readonly median: number;
  /** Median absolute deviation from the median. */
  readonly spread: number;
  readonly p99: number;
  readonly max: number;
  readonly count: number;
}

/** @throws RangeError without samples. */
export function summarise(samples: readonly number[] | Float64Array): Summary {
  const sorted = Float64Array.from(samples).sort();
  const middle = quantile(sorted, 0.5);
  return {
    min: sorted[0]!,
    median: middle,
    spread: quantile(sorted.map((value) => Math.abs(value - middle)).sort(), 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted[sorted.length - 1]!,
    count: sorted.length,
  };
}

/** The smallest sample that `share` of all samples do not exceed. */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) throw new RangeError('no samples');
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
