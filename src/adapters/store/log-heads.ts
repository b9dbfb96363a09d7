/** Where the logs of an organisation stand, read under the lock under which they are written. */
import { createHash } from 'node:crypto';
import { chainStart } from '../../admin/events/chain.js';
import { EVENT_LOGS, type EventLog } from '../../admin/events/event.js';
import type { SiteHost } from '../site/site.js';
import { DISPLACEMENT, LOG_NUMBERS, type LogHead, SETTLED_FOR } from './event-rows.js';
import type { SqlRow, SqlRunner } from './sql.js';

/** All logs of one organisation. */
export type LogHeads = ReadonlyMap<EventLog, LogHead>;

/** An organisation in a schema. */
export interface OrganizationKey {
  readonly id: string;
  /** In the tables. */
  readonly number: number;
  /** Of the tables, quoted. */
  readonly schema: string;
}

/**
 * The number of the advisory lock under which logs of the organisation are written. Two organisations that get the
 * same wait for each other, and no more than that.
 */
export function logLock({ schema, id }: OrganizationKey): string {
  const hash = createHash('sha256').update(`doorwright logs ${schema} ${id}`).digest();
  return hash.readBigInt64BE().toString();
}

/** Takes the lock, until the transaction ends, and reads all heads after it. */
export async function lockedHeads(
  sql: SqlRunner,
  key: OrganizationKey,
  sha256: SiteHost['sha256'],
): Promise<LogHeads> {
  // A statement of its own: the next one sees what was committed while this one waited.
  await sql.query('SELECT pg_advisory_xact_lock($1::bigint)', [logLock(key)]);
  const rows = await sql.query(
    `SELECT log.number, last.seq, last.hash, last.latest, settled.latest AS settled
     FROM (VALUES (1), (2), (3)) AS log(number)
     CROSS JOIN LATERAL (
       SELECT seq, hash, latest FROM ${key.schema}.event
       WHERE organization = $1 AND log = log.number ORDER BY seq DESC LIMIT 1) AS last
     LEFT JOIN ${key.schema}.event AS settled ON settled.organization = $1
       AND settled.log = log.number AND settled.seq = last.seq - $2`,
    [key.number, DISPLACEMENT],
  );
  return new Map(
    EVENT_LOGS.map((log) => {
      const row = rows.find(({ number }) => Number(number) === LOG_NUMBERS[log]);
      return [log, row === undefined ? emptyHead(key.id, log, sha256) : headOf(log, row)];
    }),
  );
}

function emptyHead(organization: string, log: EventLog, sha256: SiteHost['sha256']): LogHead {
  const chain = chainStart(organization, log, sha256);
  return { chain, latest: '', settled: '', settledUntil: DISPLACEMENT + SETTLED_FOR };
}

function headOf(log: EventLog, row: SqlRow): LogHead {
  const seq = Number(row['seq']);
  return {
    chain: { log, seq, hash: row['hash'] as string },
    latest: row['latest'] as string,
    settled: (row['settled'] as string | null) ?? '',
    settledUntil: Math.max(seq, DISPLACEMENT) + SETTLED_FOR,
  };
}
