/**
 * Writing events. Appends of this process that wait for one another go to the database together, in one statement,
 * numbered after the heads this process remembers. Another process may have written since: the numbers are then
 * taken, the statement fails whole, and the events are numbered again under a lock that everybody respects.
 */
import type { EventDraft, StoredEvent } from '../../admin/events/event.js';
import { eventValues, insertEventSql, insertEventsSql } from './event-insertion.js';
import type { EventRow } from './event-rows.js';
import { type LogHeads, lockedHeads, logLock, type OrganizationKey } from './log-heads.js';
import { type EventHost, isSettled, type SealedDrafts, sealDrafts } from './seal-batch.js';
import type { SqlDatabase, SqlRunner } from './sql.js';
import { sqlStateOf } from './sql-errors.js';

/** Events of one statement, at most: with more, both sides spend more on memory than they save on the way. */
const STATEMENT_EVENTS = 200;

/** @see PostgreSQL documentation, Appendix A: unique_violation. */
const UNIQUE_VIOLATION = '23505';

/** One call of `append` that waits. */
interface Entry {
  readonly drafts: readonly EventDraft[];
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Entries sealed to be written by one statement. */
interface Batch {
  readonly entries: readonly { readonly entry: Entry; readonly sealed: SealedDrafts }[];
  readonly rows: readonly EventRow[];
  /** After all of them. */
  readonly heads: LogHeads;
}

/** Writes the logs of one organisation from one process: protocol state, one for each organisation. */
export class EventAppender {
  readonly #database: SqlDatabase;
  readonly #key: OrganizationKey;
  readonly #host: EventHost;
  readonly #insertion: string;
  readonly #insertionOfOne: string;
  readonly #lock: string;
  readonly #waiting: Entry[] = [];
  /** Where this process believes the logs to end; undefined when it cannot know. */
  #heads: LogHeads | undefined;
  #isWriting = false;

  constructor(database: SqlDatabase, key: OrganizationKey, host: EventHost) {
    this.#database = database;
    this.#key = key;
    this.#host = host;
    this.#insertion = insertEventsSql(key.schema);
    this.#insertionOfOne = insertEventSql(key.schema);
    this.#lock = logLock(key);
  }

  /** Appends in a transaction of its own, together with others that wait. */
  append(drafts: readonly EventDraft[]): Promise<readonly StoredEvent[]> {
    if (drafts.length === 0) return Promise.resolve([]);
    if (drafts.length > STATEMENT_EVENTS) {
      const append = this.#database.transaction('write', (sql) => this.#appendMany(sql, drafts));
      return append.finally(() => this.forget());
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ drafts, resolve, reject });
      if (!this.#isWriting) void this.#drain();
    });
  }

  /** Appends in a transaction of the caller's. Ask for one function, and use it for all appends in it. */
  within(sql: SqlRunner): (drafts: readonly EventDraft[]) => Promise<readonly StoredEvent[]> {
    let heads: LogHeads | undefined;
    return async (drafts) => {
      if (drafts.length === 0) return [];
      if (heads === undefined || !isSettled(heads)) heads = await this.#lockedHeads(sql);
      // All are sealed before the first is written: a draft that cannot be leaves nothing of the others.
      const sealed = sealDrafts(drafts, heads, this.#host);
      heads = sealed.heads;
      for (let start = 0; start < drafts.length; start += STATEMENT_EVENTS) {
        await this.#insert(sql, sealed.rows.slice(start, start + STATEMENT_EVENTS));
      }
      return sealed.events;
    };
  }

  /** Statement by statement, each sealed while the database works on the one before it. */
  async #appendMany(
    sql: SqlRunner,
    drafts: readonly EventDraft[],
  ): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    let heads: LogHeads | undefined;
    let sent = Promise.resolve();
    for (let start = 0; start < drafts.length; start += STATEMENT_EVENTS) {
      if (heads === undefined || !isSettled(heads)) {
        await sent;
        heads = await this.#lockedHeads(sql);
      }
      const part = sealDrafts(drafts.slice(start, start + STATEMENT_EVENTS), heads, this.#host);
      heads = part.heads;
      events.push(...part.events);
      await sent;
      sent = this.#insert(sql, part.rows);
      // It is awaited later, and never if a draft after it cannot be sealed.
      sent.catch(() => undefined);
    }
    await sent;
    return events;
  }

  /** Forgets the heads: somebody else of this process has written. */
  forget(): void {
    this.#heads = undefined;
  }

  async #drain(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const entries = this.#nextEntries();
      try {
        const { entries: written, heads } = await this.#write(entries);
        this.#heads = heads;
        for (const { entry, sealed } of written) entry.resolve(sealed.events);
      } catch (error) {
        this.#heads = undefined;
        for (const { reject } of entries) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** Entries for one statement: as many as fit. */
  #nextEntries(): readonly Entry[] {
    let count = 0;
    let events = 0;
    for (const { drafts } of this.#waiting) {
      events += drafts.length;
      if (count > 0 && events > STATEMENT_EVENTS) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(entries: readonly Entry[]): Promise<Batch> {
    const guessed = this.#heads && this.#seal(entries, this.#heads);
    if (guessed !== undefined && isSettled(guessed.heads)) {
      try {
        await this.#insert({ query: this.#database.run }, guessed.rows);
        return guessed;
      } catch (error) {
        if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
      }
    }
    return await this.#database.transaction('write', async (sql) => {
      const batch = this.#seal(entries, await this.#lockedHeads(sql));
      await this.#insert(sql, batch.rows);
      return batch;
    });
  }

  /** Seals entries one after the other. One that cannot be sealed is rejected alone. */
  #seal(entries: readonly Entry[], heads: LogHeads): Batch {
    const rows: EventRow[] = [];
    const written: { entry: Entry; sealed: SealedDrafts }[] = [];
    let after = heads;
    for (const entry of entries) {
      try {
        const sealed = sealDrafts(entry.drafts, after, this.#host);
        after = sealed.heads;
        rows.push(...sealed.rows);
        written.push({ entry, sealed });
      } catch (error) {
        entry.reject(error);
      }
    }
    return { entries: written, rows, heads: after };
  }

  async #insert(sql: SqlRunner, rows: readonly EventRow[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const { number } = this.#key;
    // Named without their schema, which may be as long as names may be: a connection knows only one.
    if (rows.length === 1) {
      const values = [number, this.#lock, ...eventValues(first)];
      await sql.query(this.#insertionOfOne, values, 'append one');
      return;
    }
    const values = [number, JSON.stringify(rows), this.#lock];
    await sql.query(this.#insertion, values, 'append');
  }

  #lockedHeads(sql: SqlRunner): Promise<LogHeads> {
    return lockedHeads(sql, this.#key, this.#host.sha256);
  }
}
