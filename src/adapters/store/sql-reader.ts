/** Reading records, outbox and events from tables, inside a transaction or outside of one. */
import type { EventLog, EventQuery, StoredEvent } from '../../admin/events/event.js';
import type { JsonObject, RecordKind, SiteRecord } from '../../admin/record.js';
import type { Changes } from '../../policy/changes.js';
import { keyText, textOfKey } from './key-text.js';
import type { OrganizationKey } from './log-heads.js';
import { outboxLimit, recordsLimit } from './paging.js';
import { parsed } from './parsed.js';
import type { SqlRow, SqlRunner } from './sql.js';
import { readEvents } from './sql-events.js';
import type { OutboxRow, StoreReader } from './store.js';

/** The reader of one organisation. */
export function sqlReader(sql: SqlRunner, key: OrganizationKey): StoreReader {
  const { schema, number } = key;
  return {
    async record(kind, id) {
      const [row] = await sql.query(
        `SELECT id, body FROM ${schema}.record WHERE organization = $1 AND kind = $2 AND id = $3`,
        [number, kind, keyText(id)],
      );
      return row && recordOf(kind, row);
    },
    async records(kind, { after = '', limit } = {}) {
      const rows = await sql.query(
        `SELECT id, body FROM ${schema}.record
         WHERE organization = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4`,
        [number, kind, keyText(after), recordsLimit(limit)],
      );
      return rows.map((row) => recordOf(kind, row));
    },
    async outbox(afterRevision, limit) {
      const most = outboxLimit(limit);
      // Beside the integers there is nothing after NaN, and everything after minus infinity.
      const after = Math.floor(Math.max(-1, Math.min(afterRevision, Number.MAX_SAFE_INTEGER)));
      if (Number.isNaN(after)) return [];
      const rows = await sql.query(
        `SELECT revision, changes, at FROM ${schema}.outbox
         WHERE organization = $1 AND revision > $2 ORDER BY revision LIMIT $3`,
        [number, after, most],
      );
      return rows.map(outboxRowOf);
    },
    events: (log: EventLog, query?: EventQuery): Promise<readonly StoredEvent[]> =>
      readEvents(sql, key, log, query),
  };
}

function recordOf(kind: RecordKind, row: SqlRow): SiteRecord {
  const body = parsed<JsonObject>(row['body'], 'the body of a record');
  return { kind, id: textOfKey(row['id'] as string), body };
}

function outboxRowOf(row: SqlRow): OutboxRow {
  const changes = parsed<Changes>(row['changes'], 'a change in the outbox');
  return { revision: Number(row['revision']), changes, at: row['at'] as string };
}
