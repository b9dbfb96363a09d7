/** Organisations in the tables of a PostgreSQL, whichever way it is reached. */
import type { SiteHost } from '../site/site.js';
import { keyText, textOfKey } from './key-text.js';
import type { OrganizationKey } from './log-heads.js';
import { migrate, quotedSchema } from './migrations.js';
import { type SqlDatabase, type SqlDriver, sqlDatabase } from './sql.js';
import { sqlOrganization } from './sql-organization.js';
import { insertPolicy } from './sql-policy.js';
import { type OrganizationStore, type Store, StoreError } from './store.js';
import { storeHost } from './store-host.js';
import { writeGuard } from './write-guard.js';

/** What every store of this kind may be given. */
export interface SqlStoreOptions {
  /** The schema in which the tables are; made where there is none. Default: `doorwright`. */
  readonly schema?: string;
  /** Clock, salts of events and the hash of their chain. Default: Node's. */
  readonly host?: Pick<SiteHost, 'now' | 'random' | 'sha256'>;
}

/**
 * A store on a driver, its tables brought up to date. The driver belongs to the store from here on.
 * @throws StoreError `newer` when a later version of this library was there; `unavailable`.
 */
export async function sqlStore(driver: SqlDriver, options: SqlStoreOptions = {}): Promise<Store> {
  const { schema = 'doorwright', host = storeHost() } = options;
  const quoted = quotedSchema(schema);
  const inner = sqlDatabase(driver);
  try {
    await migrate(inner, schema);
  } catch (error) {
    await driver.close();
    throw error;
  }
  const database = closable(inner);
  const guard = writeGuard();
  const opened = new Map<string, OrganizationStore>();
  /** One object for one organisation, however often it is opened: its writes take turns in it. */
  const organization = (key: OrganizationKey): OrganizationStore => {
    const known = opened.get(key.id) ?? sqlOrganization(database, key, host, guard);
    opened.set(key.id, known);
    return known;
  };
  return {
    async create(policy) {
      guard.refuseInside();
      const { id } = policy.organization;
      const number = await database.transaction('write', async (sql) => {
        const [row] = await sql.query(
          `INSERT INTO ${quoted}.organization (id, revision, header) VALUES ($1, $2, $3)
           ON CONFLICT (id) DO NOTHING RETURNING number`,
          [keyText(id), policy.revision ?? 0, JSON.stringify(policy.organization)],
        );
        if (row === undefined) throw new StoreError('exists', `there is already \`${id}\``);
        const place = { schema: quoted, number: Number(row['number']) };
        await insertPolicy(sql, place, policy);
        return place.number;
      });
      return organization({ id, number, schema: quoted });
    },
    async open(id) {
      guard.refuseInside();
      const [row] = await database.read(`SELECT number FROM ${quoted}.organization WHERE id = $1`, [
        keyText(id),
      ]);
      if (row !== undefined)
        return organization({ id, number: Number(row['number']), schema: quoted });
      throw new StoreError('unknown_organization', `unknown organisation \`${id}\``);
    },
    async organizations() {
      guard.refuseInside();
      const rows = await database.read(`SELECT id FROM ${quoted}.organization ORDER BY id`);
      return rows.map((row) => textOfKey(row['id'] as string));
    },
    close: () => database.close(),
  };
}

/** A database that refuses what comes after `close`, and closes when what came before has ended. */
function closable(inner: SqlDatabase): SqlDatabase {
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  const track = <T>(start: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) {
      return Promise.reject(new StoreError('unavailable', 'the store is closed'));
    }
    const run = start();
    running.add(run);
    const forget = () => running.delete(run);
    run.then(forget, forget);
    return run;
  };
  return {
    read: (...statement) => track(() => inner.read(...statement)),
    run: (...statement) => track(() => inner.run(...statement)),
    transaction: (kind, work) => track(() => inner.transaction(kind, work)),
    close() {
      closing ??= Promise.allSettled(running).then(() => inner.close());
      return closing;
    },
  };
}
