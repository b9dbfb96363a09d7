/** What the soak reads from `/metrics`. */

/** One look. */
export interface Sample {
  /** Whatever the heap holds, garbage too. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Requests by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Versions of the policy that took over. */
  readonly reloads: number;
}

/** Reads the text format of Prometheus. @throws Error when a figure is not there: a soak without it would show nothing. */
export function readSample(text: string): Sample {
  const statuses = new Map<number, number>();
  const figures = new Map<string, number>();
  let reloads = 0;
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] =
      /^([a-z_]+)(?:\{(.*)\})? (\S+)$/u.exec(line) ?? [];
    figures.set(name, Number(value));
    if (name === 'doorwright_http_requests_total') {
      const status = Number(/status="(\d+)"/u.exec(labels)?.[1]);
      statuses.set(status, (statuses.get(status) ?? 0) + Number(value));
    }
    if (name === 'doorwright_policy_reloads_total' && labels === 'result="ok"') {
      reloads = Number(value);
    }
  }
  const figure = (name: string): number => {
    const value = figures.get(name);
    if (value === undefined) throw new Error(`\`${name}\` is not in /metrics`);
    return value;
  };
  return {
    heapBytes: figure('nodejs_heap_size_used_bytes'),
    residentBytes: figure('process_resident_memory_bytes'),
    statuses,
    reloads,
  };
}
