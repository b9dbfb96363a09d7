/** How often a property is tried: a short run by default, a long one with `DOORWRIGHT_RUNS=100`. */
export function runs(base: number): number {
  return Math.max(1, Math.round(base * factor()));
}

/** How much a property must have reached to have said anything; a shortened run is not asked. */
export function reached(base: number): number {
  return factor() < 1 ? -1 : base;
}

function factor(): number {
  const asked = Number(process.env['DOORWRIGHT_RUNS'] ?? '1');
  return Number.isFinite(asked) && asked > 0 ? asked : 1;
}
