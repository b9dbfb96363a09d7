/** The connection to PGlite: what has a name is kept prepared there, and behaves as what is sent anew each time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pgliteDriver } from '../../src/adapters/store/open-pglite.js';
import {
  type SqlDatabase,
  type SqlDriver,
  type SqlValue,
  sqlDatabase,
} from '../../src/adapters/store/sql.js';

const folder = mkdtempSync(join(tmpdir(), 'doorwright-driver-'));
const INSERT =
  'INSERT INTO kept VALUES ($1::integer, $2, $3::boolean, $4::bigint) RETURNING number, name, is_so';
let driver: SqlDriver;
let database: SqlDatabase;

beforeAll(async () => {
  driver = await pgliteDriver(folder);
  database = sqlDatabase(driver);
  await database.run(
    'CREATE TABLE kept (number integer PRIMARY KEY, name text, is_so boolean, big bigint)',
  );
});

beforeEach(() => database.run('DELETE FROM kept'));

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a statement kept prepared', () => {
  test('binds and answers as one that is not', async () => {
    const hostile = `'); DROP TABLE kept; -- "\\ \u{1f511} ü\n`;
    const rows: SqlValue[][] = [
      [1, 'plain', true, '9007199254740993'],
      [2, null, false, -5],
      [3, hostile, null, null],
      [4, '', true, 0],
    ];
    const named = [];
    for (const row of rows) named.push(...(await database.run(INSERT, row, 'keep')));
    const stored = await database.read('SELECT * FROM kept ORDER BY number');
    await database.run('DELETE FROM kept');
    const unnamed = [];
    for (const row of rows) unnamed.push(...(await database.run(INSERT, row)));
    expect(named).toEqual(unnamed);
    expect(named[2]).toEqual({ number: 3, name: hostile, is_so: null });
    expect(await database.read('SELECT * FROM kept ORDER BY number')).toEqual(stored);
  });

  test('writes NULL for a value that is not there, as one that is not kept does', async () => {
    const without = [6, undefined, true, 1] as unknown as SqlValue[];
    const [row] = await database.run(INSERT, without, 'keep');
    expect(row).toEqual({ number: 6, name: null, is_so: true });
  });

  test('is parsed once', async () => {
    await database.run(INSERT, [1, 'a', true, 1], 'keep');
    await database.run(INSERT, [2, 'b', true, 1], 'keep');
    const kept = await database.read(
      'SELECT name, generic_plans + custom_plans AS runs FROM pg_prepared_statements',
    );
    expect(kept).toEqual([{ name: 'keep', runs: expect.any(Number) }]);
    expect(Number(kept[0]?.['runs'])).toBeGreaterThan(1);
  });

  test('takes lists, by the way of those that are not', async () => {
    const text = 'SELECT array_length($1::integer[], 1) AS length';
    expect(await database.read(text, [[4, 5, 6]], 'lists')).toEqual([{ length: 3 }]);
  });

  test('fails with its own code and leaves the connection for the next', async () => {
    await database.run(INSERT, [1, 'a', true, 1], 'keep');
    const again = database.run(INSERT, [1, 'b', true, 1], 'keep');
    await expect(again).rejects.toMatchObject({ cause: { code: '23505' }, mayHaveActed: false });
    const zero = database.run(INSERT, [2, 'nul \0', true, 1], 'keep');
    await expect(zero).rejects.toMatchObject({ cause: { code: '22021' } });
    const few = database.run(INSERT, [2], 'keep');
    await expect(few).rejects.toMatchObject({ cause: { code: '08P01' } });
    await database.run(INSERT, [2, 'c', true, 1], 'keep');
    expect(await database.read('SELECT number, name FROM kept ORDER BY 1')).toEqual([
      { number: 1, name: 'a' },
      { number: 2, name: 'c' },
    ]);
  });

  test('in a transaction is undone with it, also when it was prepared there', async () => {
    const gone = database.transaction('write', async (sql) => {
      await sql.query(INSERT, [7, 'gone', true, 1], 'first in a transaction');
      throw new Error('no');
    });
    await expect(gone).rejects.toThrow('no');
    expect(await database.read('SELECT * FROM kept')).toEqual([]);
    const failed = database.transaction('write', async (sql) => {
      await sql.query(INSERT, [1, 'a', true, 1], 'keep');
      await sql.query(INSERT, [1, 'b', true, 1], 'keep').catch(() => undefined);
    });
    await expect(failed).rejects.toMatchObject({ cause: { code: '23505' } });
    expect(await database.read('SELECT * FROM kept')).toEqual([]);
    await database.run(INSERT, [7, 'there', true, 1], 'first in a transaction');
    expect(await database.read('SELECT name FROM kept')).toEqual([{ name: 'there' }]);
  });

  test('that was refused is sent again, and works once what it needs is there', async () => {
    const text = 'SELECT number FROM later';
    const early = database.read(text, [], 'later');
    await expect(early).rejects.toMatchObject({ cause: { code: '42P01' } });
    await database.run('CREATE TABLE later AS SELECT 5 AS number');
    expect(await database.read(text, [], 'later')).toEqual([{ number: 5 }]);
    await database.run('ALTER TABLE later ALTER number TYPE bigint');
    await database.run('DROP TABLE later');
  });

  test('goes on when a table changes under it', async () => {
    await database.run(INSERT, [1, 'a', true, 1], 'keep');
    await database.run('ALTER TABLE kept ADD COLUMN more text');
    await database.run(INSERT, [2, 'b', true, 1], 'keep');
    await database.run('ALTER TABLE kept DROP COLUMN more');
    expect(await database.read('SELECT count(*)::integer AS count FROM kept')).toEqual([
      { count: 2 },
    ]);
  });

  test('is refused once the store is closed, as any other is', async () => {
    const other = mkdtempSync(join(tmpdir(), 'doorwright-driver-'));
    const closed = sqlDatabase(await pgliteDriver(other));
    await closed.read('SELECT 1', [], 'one');
    await closed.close();
    for (const name of ['one', 'two', undefined])
      await expect(closed.read('SELECT 1', [], name)).rejects.toThrow('PGlite is closed');
    rmSync(other, { recursive: true, force: true });
  });

  test('has a name of its own', async () => {
    await database.read('SELECT 1', [], 'one');
    const connection = await driver.connect();
    await expect(connection.query('SELECT 2', [], 'one')).rejects.toThrow(TypeError);
    connection.release(false);
  });
});
