/** One organisation in the tables of a database. */
import type { EventLog } from '../../admin/events/event.js';
import type { RecordChanges } from '../../admin/record.js';
import { EventAppender } from './event-appender.js';
import { LOG_NUMBERS } from './event-rows.js';
import { keyText } from './key-text.js';
import type { OrganizationKey } from './log-heads.js';
import { OUTBOX_TRIM_MAX, requireOutboxBounds } from './paging.js';
import type { EventHost } from './seal-batch.js';
import type { SqlDatabase, SqlRunner } from './sql.js';
import { applyChanges, readPolicy } from './sql-policy.js';
import { sqlReader } from './sql-reader.js';
import { requireNamedOnce } from './staged-records.js';
import {
  type OrganizationStore,
  type OutboxBounds,
  StoreError,
  type StoreWriter,
} from './store.js';
import { turns } from './turns.js';
import type { WriteGuard } from './write-guard.js';

/** Rows of one statement. */
const STATEMENT_ROWS = 5_000;

/** The organisation. Made once for each in a process: its writes wait here for each other, not in connections. */
export function sqlOrganization(
  database: SqlDatabase,
  key: OrganizationKey,
  host: EventHost,
  guard: WriteGuard,
): OrganizationStore {
  const appender = new EventAppender(database, key, host);
  const oneByOne = turns();
  const outside = guarded({ query: database.read }, guard);
  return {
    ...sqlReader(outside, key),
    async policy() {
      guard.refuseInside();
      return database.transaction('snapshot', (sql) => readPolicy(sql, key));
    },
    async revision() {
      const text = `SELECT revision FROM ${key.schema}.organization WHERE number = $1`;
      const [row] = await outside.query(text, [key.number]);
      return Number(row?.['revision']);
    },
    async write(work) {
      guard.refuseInside();
      return oneByOne(() =>
        database
          .transaction('write', async (sql) => {
            const writer = await beginWrite(sql, key, appender);
            return guard.inside(() => work(writer));
          })
          .finally(() => appender.forget()),
      );
    },
    async append(events) {
      guard.refuseInside();
      return appender.append(events);
    },
    async erase(log, what) {
      guard.refuseInside();
      return database.transaction('write', (sql) => erase(sql, key, log, what));
    },
    async trimOutbox(bounds) {
      guard.refuseInside();
      return trimOutbox(database, key, bounds);
    },
  };
}

function guarded(sql: SqlRunner, guard: WriteGuard): SqlRunner {
  return {
    async query(...statement) {
      guard.refuseInside();
      return sql.query(...statement);
    },
  };
}

/** Takes the organisation's row, until the transaction ends. */
async function beginWrite(
  sql: SqlRunner,
  key: OrganizationKey,
  appender: EventAppender,
): Promise<StoreWriter> {
  const { schema, number } = key;
  const [row] = await sql.query(
    `SELECT revision FROM ${schema}.organization WHERE number = $1 FOR UPDATE`,
    [number],
  );
  if (row === undefined) throw new StoreError('unknown_organization', `no longer \`${key.id}\``);
  const revision = Number(row['revision']);
  let isChanged = false;
  return {
    ...sqlReader(sql, key),
    revision,
    append: appender.within(sql),
    async putChanges(changes, at) {
      if (isChanged || changes.revision !== revision + 1) {
        throw new RangeError(`the next revision is ${revision + 1}, not ${changes.revision}`);
      }
      isChanged = true;
      await sql.query(`UPDATE ${schema}.organization SET revision = $2 WHERE number = $1`, [
        number,
        changes.revision,
      ]);
      await applyChanges(sql, key, changes);
      await sql.query(
        `INSERT INTO ${schema}.outbox (organization, revision, changes, at) VALUES ($1, $2, $3, $4)`,
        [number, changes.revision, JSON.stringify(changes), at],
      );
    },
    putRecords: (changes) => putRecords(sql, key, changes),
  };
}

async function putRecords(
  sql: SqlRunner,
  { schema, number }: OrganizationKey,
  changes: RecordChanges,
): Promise<void> {
  requireNamedOnce(changes);
  const put = (changes.put ?? []).map(({ kind, id, body }) => ({
    kind,
    id: keyText(id),
    body: JSON.stringify(body),
  }));
  for (const rows of parts(put)) {
    await sql.query(
      `INSERT INTO ${schema}.record (organization, kind, id, body)
       SELECT $1::integer, r.kind, r.id, r.body
       FROM json_to_recordset($2::json) AS r(kind text, id text, body text)
       ON CONFLICT (organization, kind, id) DO UPDATE SET body = excluded.body`,
      [number, JSON.stringify(rows)],
    );
  }
  const gone = (changes.remove ?? []).map(({ kind, id }) => ({ kind, id: keyText(id) }));
  for (const rows of parts(gone)) {
    await sql.query(
      `DELETE FROM ${schema}.record USING json_to_recordset($2::json) AS r(kind text, id text)
       WHERE organization = $1 AND record.kind = r.kind AND record.id = r.id`,
      [number, JSON.stringify(rows)],
    );
  }
}

/** What was in an erased part goes from the columns of indexes too. Answers how many events had anything to erase. */
async function erase(
  sql: SqlRunner,
  { schema, number }: OrganizationKey,
  log: EventLog,
  { seqs, content, personal }: Parameters<OrganizationStore['erase']>[1],
): Promise<number> {
  const emptied = [
    ...(content ? ['content', 'object', 'place', 'reason'] : []),
    ...(personal ? ['personal', 'salt', 'actor', 'subject'] : []),
  ];
  const there = [...(content ? ['content'] : []), ...(personal ? ['personal'] : [])];
  if (there.length === 0) return 0;
  let erased = 0;
  for (const numbers of parts([...new Set(seqs)].filter(Number.isSafeInteger))) {
    const [row] = await sql.query(
      `WITH erased AS (
         UPDATE ${schema}.event SET ${emptied.map((column) => `${column} = NULL`).join(', ')}
         WHERE organization = $1 AND log = $2
           AND seq IN (SELECT value::bigint FROM json_array_elements_text($3::json) AS s(value))
           AND (${there.map((column) => `${column} IS NOT NULL`).join(' OR ')})
         RETURNING 1)
       SELECT count(*) AS count FROM erased`,
      [number, LOG_NUMBERS[log], JSON.stringify(numbers)],
    );
    erased += Number(row?.['count']);
  }
  return erased;
}

function* parts<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < rows.length; start += STATEMENT_ROWS) {
    yield rows.slice(start, start + STATEMENT_ROWS);
  }
}

/** The oldest rows are looked at, as many as may go at once, up to the first that stays. */
async function trimOutbox(
  database: SqlDatabase,
  { schema, number }: OrganizationKey,
  bounds: OutboxBounds,
): Promise<number> {
  requireOutboxBounds(bounds);
  const [row] = await database.run(
    `WITH oldest AS MATERIALIZED (
       SELECT revision, at FROM ${schema}.outbox WHERE organization = $1 AND revision < $2
         AND revision < (SELECT max(revision) FROM ${schema}.outbox WHERE organization = $1)
       ORDER BY revision LIMIT $4),
     gone AS (
       DELETE FROM ${schema}.outbox WHERE organization = $1
         AND revision <= (SELECT max(revision) FROM oldest)
         AND revision < COALESCE((SELECT min(revision) FROM oldest WHERE at >= $3 COLLATE "C"), $2)
       RETURNING 1)
     SELECT count(*) AS count FROM gone`,
    [number, bounds.revision, bounds.before, OUTBOX_TRIM_MAX],
  );
  return Number(row?.['count']);
}
