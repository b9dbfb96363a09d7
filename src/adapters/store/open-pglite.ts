/** The store in a folder of this machine: PostgreSQL inside this process, through the optional package PGlite. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { FolderHeldError, type HeldFolder, holdFolder } from '../lock-file.js';
import { missingPackage } from './missing-package.js';
import type { SqlConnection, SqlDriver, SqlRow } from './sql.js';
import { type SqlStoreOptions, sqlStore } from './sql-store.js';
import { type Store, StoreError } from './store.js';
import { turns } from './turns.js';

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
  const { PGlite } = await loadPackage();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const held = hold(folder);
  try {
    const database = await opened(PGlite, folder);
    return driverOf(database, held);
  } catch (cause) {
    held.release();
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError('corrupt', `no database in \`${folder}\`: ${text}`, { cause });
  }
}

async function loadPackage(): Promise<typeof import('@electric-sql/pglite')> {
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

function driverOf(database: PGlite, held: HeldFolder): SqlDriver {
  // There is one connection: who wants it waits until whoever has it lets go.
  const inTurn = turns();
  let closing: Promise<void> | undefined;
  return {
    connect: () =>
      new Promise<SqlConnection>((resolve) => {
        void inTurn(() => new Promise<void>((release) => resolve(connectionOf(database, release))));
      }),
    close() {
      closing ??= inTurn(() => database.close()).finally(() => held.release());
      return closing;
    },
  };
}

function connectionOf(database: PGlite, release: () => void): SqlConnection {
  return {
    async query(text, values) {
      const { rows } = await database.query<SqlRow>(text, values as unknown[] | undefined);
      return rows;
    },
    release(broken) {
      // It is used again all the same, there is no other: at least it must not be left inside a transaction.
      if (broken) database.exec('ROLLBACK').then(release, release);
      else release();
    },
  };
}
