/** What the project set out to reach for feeds. */
import { figure, type Table } from '../table.js';
import type { Target } from '../targets.js';
import { LOAD_ROW, READ_ROW } from './million.js';
import { NATS_OTHER_ROW, NATS_ROW, POLL_ROW } from './propagation.js';

/** Aims of propagation, and of a million assignments. */
export function distributionTargets(tables: readonly Table[]): Target[] {
  const p99 = (row: string) => figure(tables, 'distribution-propagation', row, 'p99');
  const seconds = (value: number | undefined) => (value === undefined ? undefined : value / 1000);
  return [
    { aim: `a removal in force, p99: ${NATS_ROW}`, limit: 250, unit: 'ms', reached: p99(NATS_ROW) },
    {
      aim: `a removal in force, p99: ${NATS_OTHER_ROW}`,
      limit: 250,
      unit: 'ms',
      reached: p99(NATS_OTHER_ROW),
    },
    { aim: `a removal in force, p99: ${POLL_ROW}`, limit: 500, unit: 'ms', reached: p99(POLL_ROW) },
    {
      aim: 'a million assignments: snapshot loaded',
      limit: 4,
      unit: 's',
      reached: seconds(figure(tables, 'distribution-L', LOAD_ROW, 'median')),
    },
    {
      aim: 'a million assignments: a delta applied',
      limit: 2,
      unit: 'ms',
      reached: figure(tables, 'distribution-L', READ_ROW, 'median'),
    },
  ];
}
