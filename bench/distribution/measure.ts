/** Feeds: how soon a removal is in force far away, and what a large policy costs. */
import type { Table } from '../table.js';
import { millionRows } from './million.js';
import { propagationRows } from './propagation.js';

/** How much is measured. */
export interface DistributionEffort {
  readonly consumers: number;
  readonly rounds: number;
  readonly world: 'M' | 'L';
  readonly deltas: number;
  readonly loads: number;
}

export const FULL_DISTRIBUTION: DistributionEffort = {
  consumers: 100,
  rounds: 40,
  world: 'L',
  deltas: 300,
  loads: 5,
};
export const QUICK_DISTRIBUTION: DistributionEffort = {
  consumers: 100,
  rounds: 8,
  world: 'M',
  deltas: 50,
  loads: 2,
};

/** Both tables. Starts a PostgreSQL and a NATS server of its own. @param root - of the checkout. */
export async function distributionTables(
  root: string,
  effort: DistributionEffort,
): Promise<readonly Table[]> {
  const { consumers, rounds, world, deltas, loads } = effort;
  const times = [
    { key: 'median', title: 'p50', unit: 'milliseconds' },
    { key: 'p99', title: 'p99', unit: 'milliseconds' },
    { key: 'max', title: 'worst', unit: 'milliseconds' },
  ] as const;
  return [
    {
      id: 'distribution-propagation',
      title: `A removal, from its commit to its enforcement at ${consumers} consumers`,
      columns: [
        { key: 'name', title: 'carrier', unit: 'text' },
        ...times,
        { key: 'all', title: 'at all of them, median', unit: 'milliseconds' },
        { key: 'used', title: 'processor time of that', unit: 'milliseconds' },
        { key: 'samples', title: 'samples', unit: 'count' },
      ],
      rows: await propagationRows(consumers, rounds),
      notes: [
        'source, PostgreSQL, NATS and all consumers on this machine; consumers share one process with the source, each with a connection of its own',
        'processor time: of source and consumers together, from the write to the last of them; what a busy machine stretches',
        'another process: found by looking at the store every 100 ms',
      ],
    },
    {
      id: `distribution-${world}`,
      title: `A policy of ${world === 'L' ? '1 000 000' : '100 000'} assignments as a feed`,
      columns: [
        { key: 'name', title: 'work', unit: 'text' },
        ...times,
        { key: 'bytes', title: 'bytes', unit: 'bytes' },
      ],
      rows: await millionRows(root, world, deltas, loads),
      notes: [
        'a snapshot is loaded by a process of its own, as a consumer that starts does; the source’s memory is not in it',
        'a delta: one assignment removed',
      ],
    },
  ];
}
