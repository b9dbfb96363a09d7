/**
 * The port to a PostgreSQL, whether a server or one inside this process: connections that take bound values, and
 * transactions on top of them. A driver makes connections; everything else is the same for all.
 */
import { type Committing, isConnectionLost, storeErrorOf } from './sql-errors.js';

/** What may be bound. Lists of rows are bound as one JSON text. */
export type SqlValue = string | number | boolean | null | readonly string[] | readonly number[];

/** A row by column name. Whole numbers of eight bytes are a string, a number or a bigint: read them by `Number`. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs one statement with its values bound to `$1`, `$2`, … */
export interface SqlRunner {
  /** @param name - under which the connection may keep the statement prepared: one name, one text. */
  query(text: string, values?: readonly SqlValue[], name?: string): Promise<readonly SqlRow[]>;
}

/** A connection that nobody else uses until it is released. */
export interface SqlConnection extends SqlRunner {
  /** @param broken - whether its state is unknown: then it is not used again. */
  release(broken: boolean): void;
}

/** What a driver brings. Its errors are the database's own: a SQLSTATE in `code`, or none if the connection failed. */
export interface SqlDriver {
  connect(): Promise<SqlConnection>;
  close(): Promise<void>;
}

/** A database: single statements, and transactions on one connection. All errors are StoreErrors. */
export interface SqlDatabase {
  /** One statement that only reads. */
  readonly read: SqlRunner['query'];
  /** One statement that writes, committed by itself. */
  readonly run: SqlRunner['query'];
  /**
   * `write`: sees what others commit, and locks. `snapshot`: reads everything as of one moment.
   * Commits when `work` resolves and none of its statements failed; else nothing of it stays.
   */
  transaction<T>(kind: TransactionKind, work: (sql: SqlRunner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How a transaction sees the work of others. */
export type TransactionKind = 'write' | 'snapshot';

const BEGIN = {
  write: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
} as const;

/** A database on a driver. */
export function sqlDatabase(driver: SqlDriver): SqlDatabase {
  const single = async (committing: Committing, ...statement: Parameters<SqlRunner['query']>) => {
    const connection = await connected(driver);
    let broken = true;
    try {
      const rows = await connection.query(...statement);
      broken = false;
      return rows;
    } catch (error) {
      broken = isConnectionLost(error);
      throw storeErrorOf(error, committing);
    } finally {
      connection.release(broken);
    }
  };
  return {
    read: (...statement) => single('nothing', ...statement),
    run: (...statement) => single('now', ...statement),
    async transaction(kind, work) {
      const connection = await connected(driver);
      const transaction = new Transaction(connection);
      try {
        return await transaction.run(kind, work);
      } finally {
        connection.release(transaction.broken);
      }
    },
    close: () => driver.close(),
  };
}

async function connected(driver: SqlDriver): Promise<SqlConnection> {
  try {
    return await driver.connect();
  } catch (error) {
    throw storeErrorOf(error, 'nothing');
  }
}

/** Protocol state: what a connection is in the middle of must not be copied. */
class Transaction {
  readonly #connection: SqlConnection;
  /** Of the first statement that failed: PostgreSQL would answer the COMMIT after it by rolling back, without an error. */
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  /** Whether the connection may be in a state nobody knows. */
  broken = false;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  async run<T>(kind: TransactionKind, work: (sql: SqlRunner) => Promise<T>): Promise<T> {
    await this.#send('nothing', BEGIN[kind]);
    let value: T;
    try {
      value = await work({ query: (...statement) => this.#query(...statement) });
      if (this.#failure !== undefined) throw this.#failure.error;
    } catch (error) {
      this.#isOver = true;
      await this.#rollBack();
      throw error;
    }
    this.#isOver = true;
    await this.#send(kind === 'write' ? 'now' : 'nothing', 'COMMIT');
    return value;
  }

  async #query(...statement: Parameters<SqlRunner['query']>): Promise<readonly SqlRow[]> {
    if (this.#isOver) throw new TypeError('this transaction has ended');
    try {
      return await this.#send('nothing', ...statement);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  async #send(
    committing: Committing,
    ...statement: Parameters<SqlRunner['query']>
  ): Promise<readonly SqlRow[]> {
    try {
      return await this.#connection.query(...statement);
    } catch (error) {
      if (isConnectionLost(error)) this.broken = true;
      throw storeErrorOf(error, committing);
    }
  }

  /** A connection that cannot even roll back is thrown away, and the server rolls back when it notices. */
  async #rollBack(): Promise<void> {
    if (this.broken) return;
    await this.#send('nothing', 'ROLLBACK').catch(() => {
      this.broken = true;
    });
  }
}
