/** The store in a folder of this machine: PostgreSQL inside this process, through the optional package PGlite. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { FolderHeldError, type HeldFolder, holdFolder } from '../lock-file.js';
import { missingPackage } from './missing-package.js';
import type { SqlConnection, SqlDriver, SqlRow, SqlRunner, SqlValue } from './sql.js';
import { type SqlStoreOptions, sqlStore } from './sql-store.js';
import { type Store, StoreError } from './store.js';
import { turns } from './turns.js';

type Package = typeof import('@electric-sql/pglite');

/** Where in the folder the database is. */
const DATA = 'pgdata';

/**
 * Opens the store in a folder, which is made where there is none. One process at a time: PGlite itself would let
 * two in, and each would write over the other.
 * @throws TypeError where the package \@electric-sql/pglite is not installed.
 * @throws StoreError `busy` while another process holds the folder; `newer`; `corrupt`.
 */
export async function pgliteStore(folder: string, options: SqlStoreOptions = {}): Promise<Store> {
  return await sqlStore(await pgliteDriver(folder), options);
}

/** The driver by itself. */
export async function pgliteDriver(folder: string): Promise<SqlDriver> {
  const pglite = await loadPackage();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const held = hold(folder);
  try {
    const database = await opened(pglite.PGlite, folder);
    return driverOf(database, runnerOf(pglite, database), held);
  } catch (cause) {
    held.release();
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError('corrupt', `no database in \`${folder}\`: ${text}`, { cause });
  }
}

async function loadPackage(): Promise<Package> {
  try {
    return await import('@electric-sql/pglite');
  } catch (cause) {
    throw missingPackage('@electric-sql/pglite', 'a store in a folder', cause);
  }
}

function hold(folder: string): HeldFolder {
  try {
    return holdFolder(folder);
  } catch (cause) {
    if (!(cause instanceof FolderHeldError)) throw cause;
    throw new StoreError('busy', cause.message, { retryable: true, cause });
  }
}

/** Made beside its place and moved there whole: a process that dies while it makes one leaves none. */
async function opened(Database: typeof PGlite, folder: string): Promise<PGlite> {
  const data = join(folder, DATA);
  if (!existsSync(data)) {
    const fresh = join(folder, `${DATA}.new`);
    rmSync(fresh, { recursive: true, force: true });
    await (await Database.create(fresh)).close();
    renameSync(fresh, data);
  }
  return await Database.create(data);
}

function driverOf(database: PGlite, runner: SqlRunner, held: HeldFolder): SqlDriver {
  // There is one connection: who wants it waits until whoever has it lets go.
  const inTurn = turns();
  let closing: Promise<void> | undefined;
  return {
    connect: () =>
      new Promise<SqlConnection>((resolve) => {
        void inTurn(
          () => new Promise<void>((release) => resolve(connectionOf(database, runner, release))),
        );
      }),
    close() {
      closing ??= inTurn(() => database.close()).finally(() => held.release());
      return closing;
    },
  };
}

function connectionOf(database: PGlite, runner: SqlRunner, release: () => void): SqlConnection {
  return {
    query: (...statement) => runner.query(...statement),
    release(broken) {
      // It is used again all the same, there is no other: at least it must not be left inside a transaction.
      if (broken) database.exec('ROLLBACK').then(release, release);
      else release();
    },
  };
}

/**
 * Runs the statements of the one connection. What has a name is parsed once and sent as one message from then on:
 * PGlite's own `query` parses every time and asks six times, which for one row costs as much as the row.
 */
function runnerOf(pglite: Package, database: PGlite): SqlRunner {
  const prepared = preparedStatements(pglite, database);
  return {
    async query(text, values = [], name) {
      if (name !== undefined && isPlain(values)) return await prepared(name, text, values);
      const { rows } = await database.query<SqlRow>(text, [...values]);
      return rows;
    },
  };
}

/** Values whose text is what PostgreSQL reads. All else is left to PGlite, which knows how it writes a list. */
function isPlain(values: readonly SqlValue[]): values is readonly PlainValue[] {
  return values.every((value) => value === null || PLAIN.has(typeof value));
}

const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

type PlainValue = string | number | boolean | null;

/**
 * Prepares each name once and runs it after that. The caller has the connection to itself.
 * @see PostgreSQL documentation, 55.2.3 "Extended Query".
 */
function preparedStatements(
  { protocol: { serialize }, parse }: Package,
  database: PGlite,
): (name: string, text: string, values: readonly PlainValue[]) => Promise<readonly SqlRow[]> {
  const known = new Map<string, string>();
  // Each message ends with Sync: what fails before it leaves the connection ready for the next.
  const send = (...parts: Uint8Array[]) =>
    database.runExclusive(() =>
      database.execProtocolStream(Buffer.concat([...parts, serialize.sync()]), {}),
    );
  return async (name, text, values) => {
    // What is sent past `query` is not refused there.
    if (database.closed) throw new Error('PGlite is closed');
    const before = known.get(name);
    if (before === undefined) {
      await send(serialize.parse({ name, text }));
      // Only now: a text that was refused is not there, and is sent again.
      known.set(name, text);
    } else if (before !== text) {
      throw new TypeError(`two statements of the name \`${name}\``);
    }
    const messages = await send(
      serialize.bind({
        statement: name,
        values: values.map((value) => (value === null ? null : String(value))),
      }),
      serialize.describe({ type: 'P' }),
      serialize.execute(),
    );
    const [result] = parse.parseResults(messages, database.parsers);
    return (result?.rows ?? []) as SqlRow[];
  };
}
