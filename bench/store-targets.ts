/** What the project set out to reach with a site in a store. */
import { figure, type Table } from './table.js';
import type { Target } from './targets.js';
import { DIRECTORY_ROWS } from './tasks/directory.js';
import { IMPORT_ROWS } from './tasks/import.js';

const DATABASES = ['PostgreSQL', 'PGlite'] as const;

/** Rates are told as the time of a thousand lines, so that less is better in every row. */
export function storeTargets(tables: readonly Table[]): Target[] {
  const directory = (row: string) => figure(tables, 'directory', row, 'median');
  const lines = (row: string) => {
    const rate = figure(tables, 'import', row, 'perSecond');
    return rate === undefined ? undefined : 1_000_000 / rate;
  };
  const planned = sum(directory(DIRECTORY_ROWS.parse), directory(DIRECTORY_ROWS.first));
  return [
    {
      aim: '100 000 members × 1 000 rules: read and planned',
      limit: 3,
      unit: 's',
      reached: planned === undefined ? undefined : planned / 1000,
    },
    { aim: 'CSV: 1 000 lines checked', limit: 50, unit: 'ms', reached: lines(IMPORT_ROWS.checked) },
    {
      aim: 'CSV: 1 000 lines stored, PGlite',
      limit: 200,
      unit: 'ms',
      reached: lines(IMPORT_ROWS.pglite),
    },
    ...DATABASES.flatMap((name) => databaseTargets(tables, name)),
  ];
}

function databaseTargets(tables: readonly Table[], name: string): Target[] {
  const share = (size: number): Target => {
    const reached = figure(tables, 'site-append', `${name}, ${size}`, 'shareOfValues');
    return {
      aim: `${name}: append ÷ raw insert, ${size} at once, time`,
      limit: 1.25,
      unit: 'times',
      reached: reached === undefined ? undefined : 1 / reached,
    };
  };
  const pages = tables
    .find(({ id }) => id === 'site-events')
    ?.rows.filter((row) => String(row['name']).startsWith(`${name}, `));
  const slowest = pages?.map((row) => Number(row['median']));
  return [
    ...[1, 10, 100, 1000].map(share),
    {
      aim: `${name}: a page of a million events by the slowest filter, median`,
      limit: 50,
      unit: 'ms',
      reached: slowest === undefined ? undefined : Math.max(...slowest),
    },
    {
      aim: `${name}: a withdrawal is seen by check after COMMIT, worst`,
      limit: 5,
      unit: 'ms',
      reached: figure(tables, 'site-withdrawal', name, 'worst'),
    },
  ];
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
