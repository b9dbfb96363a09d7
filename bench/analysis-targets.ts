/** What the project set out to reach where policies are analysed. */
import { figure, type Table } from './table.js';
import type { Target } from './targets.js';
import { REVIEW_ROWS } from './tasks/review.js';

/** Rates are told as the time of one, so that less is better in every row. */
export function analysisTargets(tables: readonly Table[]): Target[] {
  const each = (rate: number | undefined) => (rate === undefined ? undefined : 1_000_000 / rate);
  const milliseconds = (id: string, row: string) => scaled(figure(tables, id, row, 'median'), 1);
  const changes = [
    'a group asks for a second factor',
    'a group keeps hours',
    'a group loses a door',
  ];
  return [
    ...changes.flatMap((change): Target[] => [
      {
        aim: `comparing M: ${change}`,
        limit: 200,
        unit: 'ms',
        reached: milliseconds('diff-M', change),
      },
      {
        aim: `comparing L: ${change}`,
        limit: 3000,
        unit: 'ms',
        reached: milliseconds('diff-L', change),
      },
    ]),
    {
      aim: 'lint of L, from a parsed policy',
      limit: 5,
      unit: 's',
      reached: scaled(figure(tables, 'lint-L', 'lintPolicy of a parsed policy', 'median'), 1000),
    },
    ...Object.values(REVIEW_ROWS).map(
      (row): Target => ({
        aim: `access review of L, a line ${row}`,
        limit: 5,
        unit: 'µs',
        reached: each(figure(tables, 'review-L', row, 'rate')),
      }),
    ),
    ...['run', 'run, with coverage'].map(
      (row): Target => ({
        aim: `policy tests, one: ${row}`,
        limit: 20,
        unit: 'µs',
        reached: each(figure(tables, 'policy-tests-M', row, 'rate')),
      }),
    ),
  ];
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
