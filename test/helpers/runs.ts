/** How often a property is tried: a short run by default, a long one with `DOORWRIGHT_RUNS=100`. */
export function runs(base: number): number {
  const factor = Number(process.env['DOORWRIGHT_RUNS'] ?? '1');
  return Math.max(1, Math.round(base * (Number.isFinite(factor) && factor > 0 ? factor : 1)));
}
