/** The store of a site on both databases: how fast events are appended and found, and how soon a withdrawal counts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pgliteDriver } from '../../src/adapters/store/open-pglite.js';
import { postgresDriver } from '../../src/adapters/store/open-postgres.js';
import type { SqlDriver } from '../../src/adapters/store/sql.js';
import { startCluster } from '../../test/services/cluster.js';
import type { Row, Table } from '../table.js';
import { appendRows } from './site-append.js';
import { eventRows } from './site-events.js';
import { withdrawalRow } from './site-withdrawal.js';

/** The databases, each started for one table and removed after it. fsync is off: a disk would hide what we cost. */
const DATABASES: readonly (readonly [
  name: string,
  use: (work: (driver: () => Promise<SqlDriver>) => Promise<Row[]>) => Promise<Row[]>,
])[] = [
  [
    'PostgreSQL',
    async (work) => {
      const cluster = await startCluster({ durable: false });
      try {
        return await work(() => postgresDriver({ connectionString: cluster.url }));
      } finally {
        await cluster.remove();
      }
    },
  ],
  [
    'PGlite',
    async (work) => {
      const folder = mkdtempSync(join(tmpdir(), 'doorwright-bench-'));
      try {
        return await work(() => pgliteDriver(folder));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  ],
];

/** `events` so many in the log that is searched. */
export async function siteTables(events: number, rounds: number): Promise<readonly Table[]> {
  const rows = async (work: (name: string, driver: SqlDriver) => Promise<Row[]>) => {
    const all: Row[] = [];
    for (const [name, use] of DATABASES) {
      all.push(...(await use(async (driver) => work(name, await driver()))));
    }
    return all;
  };
  return [
    {
      id: 'site-append',
      title: 'Events appended, against the same rows inserted raw',
      columns: [
        { key: 'name', title: 'database, events of a statement', unit: 'text' },
        { key: 'values', title: 'raw VALUES, an event', unit: 'nanoseconds' },
        { key: 'prepared', title: 'the same, prepared', unit: 'nanoseconds' },
        { key: 'json', title: 'raw, one JSON text', unit: 'nanoseconds' },
        { key: 'sealed', title: 'appended', unit: 'nanoseconds' },
        { key: 'shareOfValues', title: 'of the rate of VALUES', unit: 'ratio' },
        { key: 'shareOfPrepared', title: 'of VALUES prepared', unit: 'ratio' },
        { key: 'shareOfJson', title: 'of JSON', unit: 'ratio' },
      ],
      rows: await rows((name, driver) => appendRows(name, driver, rounds)),
      notes: [
        'raw: rows of the same columns into a table with the same indexes, not chained: by a list of VALUES, by the same kept prepared, and by one JSON text kept prepared',
        'appended: kept prepared too, one event as VALUES, several as one JSON text',
        'the share is the median of rounds in which all take turns; fsync is off',
      ],
    },
    {
      id: 'site-events',
      title: `A page of 100 of ${events} events, by each filter`,
      columns: [
        { key: 'name', title: 'database, filter', unit: 'text' },
        { key: 'median', title: 'median', unit: 'milliseconds' },
        { key: 'worst', title: 'worst', unit: 'milliseconds' },
        { key: 'found', title: 'found, mean', unit: 'count' },
      ],
      rows: await rows((name, driver) => eventRows(name, driver, events, rounds)),
      notes: ['one event in ten came late, by up to two thirds of the whole log'],
    },
    {
      id: 'site-withdrawal',
      title: 'A withdrawal: from the answer to COMMIT until the engine refuses',
      columns: [
        { key: 'name', title: 'database', unit: 'text' },
        { key: 'median', title: 'median', unit: 'milliseconds' },
        { key: 'worst', title: 'worst', unit: 'milliseconds' },
        { key: 'write', title: 'the whole write, median', unit: 'milliseconds' },
      ],
      rows: await rows(async (name, driver) => [await withdrawalRow(name, driver, rounds * 5)]),
      notes: [],
    },
  ];
}
