/** The store on a PostgreSQL server, through the optional package pg. */
import type { Pool, PoolClient } from 'pg';
import { missingPackage } from './missing-package.js';
import type { SqlConnection, SqlDriver, SqlRow } from './sql.js';
import { type SqlStoreOptions, sqlStore } from './sql-store.js';
import type { Store } from './store.js';

/** How to reach a server. */
export interface PostgresOptions extends SqlStoreOptions {
  /** `postgres://user:password@host:port/database?sslmode=verify-full`: what `DATABASE_URL` usually holds. */
  readonly connectionString: string;
  /** Connections of this process, at most. Default: 10. */
  readonly connectionsMax?: number;
  /** How long to try to get a connection, in milliseconds. Default: 10 000. */
  readonly connectTimeoutMs?: number;
  /** How long a statement waits for a lock that another process holds, in milliseconds. Default: 30 000. */
  readonly lockTimeoutMs?: number;
  /**
   * How long an answer to one statement is waited for, in milliseconds; longer than `lockTimeoutMs`. Default: that and 90 000.
   * `query_timeout` in the address wins. Statements that make tables and indexes take as long as they take.
   */
  readonly queryTimeoutMs?: number;
  /**
   * Whether connections may keep statements prepared. Default: yes. Not behind a pooler that shares connections
   * between transactions and knows nothing of them, as PgBouncer before 1.21.
   */
  readonly prepare?: boolean;
}

/**
 * How long a connection may be silent before the system asks whether the server's machine is still there. By itself it would
 * ask after two hours: so long an answer that never comes would be waited for, and with it every write of an organisation.
 */
const SILENT_MS = 10_000;

/**
 * All statements but those of migrations go by pages and portions, and take seconds at most: what has not been answered so long after
 * the last lock could be had is not coming.
 */
const ANSWER_MS = 90_000;
/** The longest that a timer of Node waits. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Opens a store on a PostgreSQL server, version 15 or later, and brings its tables up to date.
 * @throws TypeError where the package pg is not installed. RangeError for a `queryTimeoutMs` that is none.
 * @throws StoreError `unavailable`, `newer`.
 */
export async function postgresStore(options: string | PostgresOptions): Promise<Store> {
  const given = typeof options === 'string' ? { connectionString: options } : options;
  return await sqlStore(await postgresDriver(given), given);
}

/** The driver by itself. */
export async function postgresDriver(options: PostgresOptions): Promise<SqlDriver> {
  const { connectionString, connectionsMax = 10, connectTimeoutMs = 10_000 } = options;
  const { lockTimeoutMs = 30_000, queryTimeoutMs = lockTimeoutMs + ANSWER_MS } = options;
  if (!(queryTimeoutMs >= 1 && queryTimeoutMs <= TIMER_MS_MAX))
    throw new RangeError('an answer is waited for 1 to 2 147 483 647 ms');
  const { Pool } = await loadPackage();
  const pool = new Pool({
    connectionString,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    // A process that hangs inside a write would otherwise keep its organisation for ever.
    idle_in_transaction_session_timeout: 60_000,
    lock_timeout: lockTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: SILENT_MS,
    application_name: 'doorwright',
  });
  // What happens to a connection that nobody uses is told to the next who wants one. Without a listener
  // Node would end the process.
  const ignored = () => undefined;
  pool.on('error', ignored);
  pool.on('connect', (client) => client.on('error', ignored));
  return {
    connect: async () => connectionOf(await pool.connect(), options.prepare ?? true),
    close: () => end(pool),
  };
}

async function loadPackage(): Promise<Pick<typeof import('pg'), 'Pool'>> {
  try {
    // CommonJS: Node gives it as the default export.
    return (await import('pg')).default;
  } catch (cause) {
    throw missingPackage('pg', 'a store on a PostgreSQL server', cause);
  }
}

function connectionOf(client: PoolClient, keepsPrepared: boolean): SqlConnection {
  return {
    async query(text, values, name) {
      const bound = values as unknown[] | undefined;
      const { rows } = await client.query<SqlRow>({
        text,
        ...(bound && { values: bound }),
        ...(name !== undefined && keepsPrepared ? { name } : {}),
        // An index takes as long as the log is long, and to give it up in the middle would be to begin anew each time.
        ...(text.startsWith('CREATE ') ? { query_timeout: TIMER_MS_MAX } : {}),
      });
      return rows;
    },
    release: (broken) => client.release(broken),
  };
}

function end(pool: Pool): Promise<void> {
  return pool.ended || pool.ending ? Promise.resolve() : pool.end();
}
