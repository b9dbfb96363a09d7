/** The statements that write rows of the logs. */
import type { EventRow } from './event-rows.js';
import type { SqlValue } from './sql.js';

/**
 * Writes rows for organisation `$1`; `$2` is a list of {@link EventRow} as JSON, `$3` the lock under which logs of
 * the organisation are written. Waits for the lock before it writes the first.
 */
export function insertEventsSql(schema: string): string {
  const record = WRITTEN.map(([name, type]) => `${name} ${type}`).join(', ');
  return `INSERT INTO ${schema}.event (organization, ${NAMES})
    SELECT $1::integer, ${WRITTEN.map(([name]) => `e.${name}`).join(', ')}
    FROM json_to_recordset($2::json) AS e(${record})
    WHERE (SELECT pg_advisory_xact_lock($3::bigint) IS NOT NULL)`;
}

/**
 * The same for one row, its columns bound as they are from `$3` on (see {@link eventValues}): a door opened writes one
 * event, and for one the way through JSON costs more than the row. `$2` is the lock.
 */
export function insertEventSql(schema: string): string {
  const values = WRITTEN.map((_, index) => `$${index + 3}`).join(', ');
  return `INSERT INTO ${schema}.event (organization, ${NAMES}) VALUES
    (CASE WHEN pg_advisory_xact_lock($2::bigint) IS NOT NULL THEN $1::integer END, ${values})`;
}

/** The columns of a row in the order of {@link insertEventSql}. */
export function eventValues(row: EventRow): SqlValue[] {
  return WRITTEN.map(([name]) => row[name] as SqlValue);
}

/** The columns with their types. */
const WRITTEN = [
  'log:smallint',
  'seq:bigint',
  'id:text',
  'type:text',
  'time:text',
  'outcome:text',
  'content:text',
  'personal:text',
  'salt:text',
  'content_hash:text',
  'commitment:text',
  'hash:text',
  'object:text',
  'place:text',
  'reason:text',
  'actor:text',
  'subject:text',
  'latest:text',
  'astray:boolean',
].map((column) => column.split(':') as [name: string, type: string]);
const NAMES = WRITTEN.map(([name]) => name).join(', ');
