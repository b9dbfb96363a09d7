/** Reading the bodies of records, and orders of the same shape, by a schema in the words of `policy/document.ts`. */
import { issueList } from '../policy/issue-list.js';
import { shapeOf } from '../policy/shape.js';
import type { Outcome } from '../values/outcome.js';
import type { JsonObject, RecordKind, SiteRecord } from './record.js';

/** One kind of record, ready to read and write. */
export interface RecordShape<T> {
  readonly kind: RecordKind;
  /** A frozen copy of outside data, or the first thing that is wrong with it. Never throws. */
  parse(input: unknown): Outcome<T, 'malformed'>;
  /**
   * The body of a record of ours.
   * @throws TypeError when it is none: what a store gives back broken must not decide anything.
   */
  ofRecord(record: SiteRecord): T;
  /** The record that holds this body. */
  record(id: string, body: T): SiteRecord;
}

/**
 * The shape of one kind. `T` is the type the schema describes; tests hold both together.
 * @param schema - made on first use, since most programs meet few kinds.
 */
export function recordShape<T extends object>(
  kind: RecordKind,
  schema: () => { readonly type: string },
): RecordShape<T> {
  let compiled: ReturnType<typeof shapeOf> | undefined;
  const parse = (input: unknown): Outcome<T, 'malformed'> => {
    compiled ??= shapeOf(schema());
    const issues = issueList();
    const { value } = compiled(input, issues.report);
    const [first] = issues.inOrder();
    if (first === undefined) return { ok: true, value: value as T };
    return { ok: false, code: 'malformed', detail: `${first.pointer}: ${first.message}` };
  };
  return {
    kind,
    parse,
    ofRecord(record) {
      const read = parse(record.body);
      if (read.ok) return read.value;
      throw new TypeError(`record ${record.kind} \`${record.id}\` is damaged: ${read.detail}`);
    },
    record: (id, body) => ({ kind, id, body: body as unknown as JsonObject }),
  };
}
