/** What the project set out to reach over HTTP. */
import { figure, type Table } from '../table.js';
import type { Target } from '../targets.js';
import { STACKS } from './stacks.js';

/** Rates are told as times, so that less is better in every row. */
export function serveTargets(tables: readonly Table[]): Target[] {
  const inverse = (value: number | undefined) => (value === undefined ? undefined : 1 / value);
  return STACKS.flatMap((stack): Target[] => [
    ...[50, 200].map(
      (connections): Target => ({
        aim: `${stack}, ${connections} connections: time of an evaluation ÷ bare`,
        limit: 1 / 0.6,
        unit: 'times',
        reached: inverse(figure(tables, `serve-${connections}`, stack, 'share')),
      }),
    ),
    {
      aim: `${stack}, 200 connections: p99 ÷ bare`,
      limit: 3,
      unit: 'times',
      reached: figure(tables, 'serve-200', stack, 'p99Ratio'),
    },
    {
      aim: `${stack}: time of a decision in a batch of 1 000 ÷ singly`,
      limit: 0.1,
      unit: 'times',
      reached: inverse(figure(tables, 'serve-batch', stack, 'gain')),
    },
  ]);
}
