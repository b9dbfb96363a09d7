/** Records written in a transaction that has not ended: seen by it alone. */
import type { RecordChanges, RecordKind, SiteRecord } from '../../admin/record.js';

/** Records by kind and id. */
export type RecordTables = Map<RecordKind, Map<string, SiteRecord>>;

/** A view of records with changes on top. */
export interface StagedRecords {
  get(kind: RecordKind, id: string): SiteRecord | undefined;
  values(kind: RecordKind): Iterable<SiteRecord>;
  /** @throws TypeError when one record is named twice, or by no id. */
  stage(changes: RecordChanges): void;
  /** Puts what was staged into tables. */
  commit(tables: RecordTables): void;
}

/** Nothing staged yet on top of `tables`. */
export function stagedRecords(tables: RecordTables): StagedRecords {
  const staged = new Map<RecordKind, Map<string, SiteRecord | undefined>>();
  const put = (kind: RecordKind, id: string, record: SiteRecord | undefined) => {
    const ofKind = staged.get(kind) ?? new Map<string, SiteRecord | undefined>();
    staged.set(kind, ofKind.set(id, record));
  };
  return {
    get(kind, id) {
      const ofKind = staged.get(kind);
      return ofKind?.has(id) ? ofKind.get(id) : tables.get(kind)?.get(id);
    },
    *values(kind) {
      const ofKind = staged.get(kind);
      for (const record of tables.get(kind)?.values() ?? []) {
        if (!ofKind?.has(record.id)) yield record;
      }
      for (const record of ofKind?.values() ?? []) if (record !== undefined) yield record;
    },
    stage(changes) {
      requireNamedOnce(changes);
      for (const { kind, id, body } of changes.put ?? []) {
        put(kind, id, Object.freeze({ kind, id, body: JSON.parse(JSON.stringify(body)) }));
      }
      for (const { kind, id } of changes.remove ?? []) put(kind, id, undefined);
    },
    commit(into) {
      for (const [kind, ofKind] of staged) {
        const table = into.get(kind) ?? new Map<string, SiteRecord>();
        into.set(kind, table);
        for (const [id, record] of ofKind) {
          if (record === undefined) table.delete(id);
          else table.set(id, record);
        }
      }
    },
  };
}

/** Longest id of a record. */
const RECORD_ID_MAX = 512;

/** @throws TypeError when one record is put or removed twice, or its id is none or too long. */
export function requireNamedOnce({ put = [], remove = [] }: RecordChanges): void {
  const named = new Set<string>();
  for (const { kind, id } of [...put, ...remove]) {
    if (id.length < 1 || id.length > RECORD_ID_MAX)
      throw new TypeError(`no id of a record \`${id}\``);
    const name = `${kind} ${id}`;
    if (named.has(name)) throw new TypeError(`record named twice \`${name}\``);
    named.add(name);
  }
}
