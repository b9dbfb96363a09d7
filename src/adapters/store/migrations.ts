/**
 * The tables, as numbered steps from nothing. A step that was published is never changed; another is added. All of
 * it is SQL of PostgreSQL 15, for servers and PGlite alike. No foreign keys: organisations are never deleted, and a
 * check for each row would lock the organisation for every opening.
 */
import type { SqlDatabase, SqlRunner } from './sql.js';
import { StoreError } from './store.js';

/** Statements of each step; `s` is the quoted name of the schema. Step n brings the schema to version n. */
const MIGRATIONS: readonly ((s: string) => readonly string[])[] = [
  (s) => [
    `CREATE TABLE ${s}.organization (
      number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id text COLLATE "C" NOT NULL UNIQUE,
      revision bigint NOT NULL,
      header text NOT NULL)`,
    `CREATE TABLE ${s}.element (
      organization integer NOT NULL,
      collection text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      body text NOT NULL,
      PRIMARY KEY (organization, collection, id))`,
    `CREATE TABLE ${s}.record (
      organization integer NOT NULL,
      kind text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      body text NOT NULL,
      PRIMARY KEY (organization, kind, id))`,
    `CREATE TABLE ${s}.outbox (
      organization integer NOT NULL,
      revision bigint NOT NULL,
      changes text NOT NULL,
      at text NOT NULL,
      PRIMARY KEY (organization, revision))`,
    `CREATE TABLE ${s}.event (
      organization integer NOT NULL,
      log smallint NOT NULL,
      seq bigint NOT NULL,
      id text NOT NULL,
      type text COLLATE "C" NOT NULL,
      time text COLLATE "C" NOT NULL,
      outcome text COLLATE "C" NOT NULL,
      content text,
      personal text,
      salt text,
      content_hash text NOT NULL,
      commitment text NOT NULL,
      hash text NOT NULL,
      object text COLLATE "C",
      place text COLLATE "C",
      reason text COLLATE "C",
      actor text COLLATE "C",
      subject text COLLATE "C",
      latest text COLLATE "C" NOT NULL,
      astray boolean NOT NULL,
      PRIMARY KEY (organization, log, seq))`,
    `COMMENT ON COLUMN ${s}.event.log IS '1 access, 2 audit, 3 notice'`,
    `COMMENT ON COLUMN ${s}.event.latest IS 'the latest time of this event and all before it in its log'`,
    `COMMENT ON COLUMN ${s}.event.astray IS 'written so late that its number does not tell its time'`,
    ...['type', 'outcome', 'object'].map(
      (column) => `CREATE INDEX event_${column} ON ${s}.event (organization, log, ${column}, seq)`,
    ),
    ...['place', 'reason', 'actor', 'subject'].map(
      (column) =>
        `CREATE INDEX event_${column} ON ${s}.event (organization, log, ${column}, seq)
          WHERE ${column} IS NOT NULL`,
    ),
    `CREATE INDEX event_latest ON ${s}.event (organization, log, latest, seq)`,
    `CREATE INDEX event_astray ON ${s}.event (organization, log, time, seq) WHERE astray`,
  ],
  // Astray events by number, their times beside it: no row is read to see a time. `sql-events.ts` says why the time is
  // written as an expression.
  (s) => [
    `CREATE INDEX event_astray_seq ON ${s}.event (organization, log, seq, (time || '')) WHERE astray`,
  ],
];

/** The version of the schema that this library reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema's name, quoted for SQL. @throws TypeError unless it is a plain lower-case name. */
export function quotedSchema(name: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/u.test(name)) return `"${name}"`;
  throw new TypeError(`no name of a schema \`${name}\``);
}

/**
 * Brings the schema to the version of this library, one step and one transaction after the other, one process at
 * a time. Without a step to take it changes nothing, so that the role needs no right to create.
 * @throws StoreError `newer` when a later version of this library was here.
 */
export async function migrate(database: SqlDatabase, schema: string): Promise<void> {
  const quoted = quotedSchema(schema);
  let version = await database.transaction('write', (sql) => versionOf(sql, schema, quoted));
  while (version < SCHEMA_VERSION) {
    version = await database.transaction('write', (sql) => takeStep(sql, schema, quoted));
  }
}

async function versionOf(sql: SqlRunner, schema: string, quoted: string): Promise<number> {
  // Asked of the catalogue's tables, which every statement reads anew: `to_regclass` would answer from what this
  // connection remembers, also after waiting for another process that made them.
  const [found] = await sql.query(
    `SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = 'migration'`,
    [schema],
  );
  if (found === undefined) return 0;
  const [row] = await sql.query(`SELECT max(version) AS version FROM ${quoted}.migration`);
  const version = Number(row?.['version'] ?? 0);
  if (version <= SCHEMA_VERSION) return version;
  const here = `schema \`${schema}\` is of version ${version}`;
  throw new StoreError('newer', `${here}, this library knows ${SCHEMA_VERSION}`);
}

async function takeStep(sql: SqlRunner, schema: string, quoted: string): Promise<number> {
  await sql.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`doorwright migration ${schema}`]);
  const version = await versionOf(sql, schema, quoted);
  const step = MIGRATIONS[version];
  if (step === undefined) return version;
  if (version === 0) {
    const [found] = await sql.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (found === undefined) await sql.query(`CREATE SCHEMA ${quoted}`);
    await sql.query(`CREATE TABLE IF NOT EXISTS ${quoted}.migration (
      version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`);
  }
  for (const statement of step(quoted)) await sql.query(statement);
  await sql.query(`INSERT INTO ${quoted}.migration (version) VALUES ($1)`, [version + 1]);
  return version + 1;
}
