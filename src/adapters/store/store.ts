/**
 * The store port: where organisations keep their policy, their records and their logs. Every organisation is a
 * tenant of its own: nothing read or written for one can touch another. `test/contract/store.ts` is the suite
 * that every store passes.
 */
import type { EventDraft, EventLog, EventQuery, StoredEvent } from '../../admin/events/event.js';
import type { RecordChanges, RecordKind, SiteRecord } from '../../admin/record.js';
import type { Changes } from '../../policy/changes.js';
import type { Policy } from '../../policy/document.js';

/** One committed change of a policy: the outbox from which engines, feeds and directories catch up. */
export interface OutboxRow {
  /** Dense within an organisation: each row's is one more than the row's before. The front may have been dropped. */
  readonly revision: number;
  /** As given to the engine, with `revision` in it. */
  readonly changes: Changes;
  /** RFC 3339: when it was written, by the writer's clock. */
  readonly at: string;
}

/** What can be read, inside a write or outside of one. */
export interface StoreReader {
  /** One record, or undefined. */
  record(kind: RecordKind, id: string): Promise<SiteRecord | undefined>;
  /** Records of a kind by ascending id (by code units), after an id, at most `limit` (default 1 000, at most 10 000). */
  records(
    kind: RecordKind,
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<readonly SiteRecord[]>;
  /** A page of one log. */
  events(log: EventLog, query?: EventQuery): Promise<readonly StoredEvent[]>;
  /**
   * Rows after a revision, ascending, at most `limit` (default 1 000). Empty when there is none. Where the first one is not
   * the next revision, rows were dropped: read the policy whole.
   */
  outbox(afterRevision: number, limit?: number): Promise<readonly OutboxRow[]>;
}

/** A transaction that holds its organisation's row: nobody else writes there until it ends. */
export interface StoreWriter extends StoreReader {
  /** The policy's revision at the start of the transaction. */
  readonly revision: number;
  /**
   * Writes a change of the policy: its elements, its outbox row, the new revision. At most once in a transaction.
   * @throws RangeError unless `changes.revision` is the next one.
   */
  putChanges(changes: Changes & { readonly revision: number }, at: string): Promise<void>;
  /** Writes records whole, and deletes others. */
  putRecords(changes: RecordChanges): Promise<void>;
  /** Numbers events, links each into the chain of its log, and writes them, in this order. */
  append(events: readonly EventDraft[]): Promise<readonly StoredEvent[]>;
}

/** Which rows of the outbox may go: both must hold. */
export interface OutboxBounds {
  /** Of lower revisions than this. A whole number. */
  readonly revision: number;
  /** Written before this, as `Date.toISOString` writes it. A row that was written later keeps all rows after it. */
  readonly before: string;
}

/** One organisation's part of a store. */
export interface OrganizationStore extends StoreReader {
  /** The policy and its revision, read as one. */
  policy(): Promise<Policy>;
  /** The revision alone. */
  revision(): Promise<number>;
  /**
   * Runs `work` in one transaction. What it wrote is there whole and for good once this resolves, and not at all
   * when it rejects or the process dies. Does not retry.
   * @throws whatever `work` throws; StoreError when the database refuses.
   */
  write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T>;
  /** Appends events without holding the organisation: for openings, which change nothing. */
  append(events: readonly EventDraft[]): Promise<readonly StoredEvent[]>;
  /** Erasure and retention: see `admin/events`. Nulls the parts named; the chain stays. Answers how many events it changed. */
  erase(
    log: EventLog,
    what: {
      readonly seqs: readonly number[];
      readonly content: boolean;
      readonly personal: boolean;
    },
  ): Promise<number>;
  /**
   * Drops rows from the front of the outbox, at most 10 000 at once and never the newest: whoever still needs them
   * sees that they are missing. Waits for no write and none waits for it, but where a store has one connection for all
   * (PGlite): there each takes its turn. Answers how many went.
   * @throws RangeError for bounds that are none.
   */
  trimOutbox(bounds: OutboxBounds): Promise<number>;
}

/** Somewhere to keep organisations. */
export interface Store {
  /**
   * Begins an organisation with this policy, at its revision, with empty logs.
   * @throws StoreError `exists` when there is one of this id.
   */
  create(policy: Policy): Promise<OrganizationStore>;
  /** @throws StoreError `unknown_organization`. */
  open(organization: string): Promise<OrganizationStore>;
  /** Ids, ascending. */
  organizations(): Promise<readonly string[]>;
  /** Frees what it holds. Calling it twice does nothing more. */
  close(): Promise<void>;
}

/**
 * `exists`, `unknown_organization`: the caller's. `busy`: another process holds the folder. `conflict`: the
 * database gave up on a transaction (serialisation, deadlock): nothing was written, try again. `unavailable`:
 * no connection, or lost; see `mayHaveActed`. `corrupt`: what was read cannot be. `newer`: the schema is of a
 * later version of this library.
 */
export type StoreCode =
  | 'exists'
  | 'unknown_organization'
  | 'busy'
  | 'conflict'
  | 'unavailable'
  | 'corrupt'
  | 'newer';

/** A store that could not do what it was asked. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreCode;
  /** Whether the write may be there all the same: a lost connection during COMMIT tells nothing. */
  readonly mayHaveActed: boolean;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(
    code: StoreCode,
    message: string,
    options: { mayHaveActed?: boolean; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.mayHaveActed = options.mayHaveActed ?? false;
    this.retryable = options.retryable ?? false;
  }
}
