import { describe, expect, test } from 'vitest';
import { type SqlDriver, sqlDatabase } from '../../../src/adapters/store/sql.js';
import { StoreError } from '../../../src/adapters/store/store.js';

/** A driver that answers each statement by a script, and keeps what it was asked. */
function scripted(answer: (text: string) => unknown = () => []) {
  const asked: string[] = [];
  const released: boolean[] = [];
  const driver: SqlDriver = {
    async connect() {
      return {
        async query(text) {
          asked.push(text.split(' ')[0] as string);
          const said = answer(text);
          if (said instanceof Error) throw said;
          return said as [];
        },
        release: (broken) => void released.push(broken),
      };
    },
    close: async () => undefined,
  };
  return { database: sqlDatabase(driver), asked, released };
}

const withState = (code: string) => Object.assign(new Error(`state ${code}`), { code });
const lost = new Error('Connection terminated unexpectedly');
const onText = (text: string, error: Error) => (asked: string) =>
  asked.startsWith(text) ? error : [];

describe('a transaction', () => {
  test('begins, works and commits on one connection, which is used again', async () => {
    const { database, asked, released } = scripted();
    const value = await database.transaction('write', async (sql) => {
      await sql.query('INSERT 1');
      return 'value';
    });
    expect(value).toBe('value');
    expect(asked).toEqual(['BEGIN', 'INSERT', 'COMMIT']);
    expect(released).toEqual([false]);
  });

  test('that throws is rolled back', async () => {
    const { database, asked, released } = scripted();
    const failure = new Error('mine');
    const run = database.transaction('write', () => Promise.reject(failure));
    await expect(run).rejects.toBe(failure);
    expect(asked).toEqual(['BEGIN', 'ROLLBACK']);
    expect(released).toEqual([false]);
  });

  test('one of whose statements failed is never committed, although nobody minded', async () => {
    const { database, asked } = scripted(onText('INSERT', withState('23505')));
    const run = database.transaction('write', async (sql) => {
      await sql.query('INSERT 1').catch(() => undefined);
    });
    await expect(run).rejects.toThrow('state 23505');
    expect(asked).toEqual(['BEGIN', 'INSERT', 'ROLLBACK']);
  });

  test('whose COMMIT lost the connection may have acted, and the connection is gone', async () => {
    const { database, asked, released } = scripted(onText('COMMIT', lost));
    const run = database.transaction('write', async () => undefined);
    await expect(run).rejects.toMatchObject({
      code: 'unavailable',
      mayHaveActed: true,
      retryable: true,
    });
    expect(asked).toEqual(['BEGIN', 'COMMIT']);
    expect(released).toEqual([true]);
  });

  test('whose COMMIT was refused has not acted', async () => {
    const { database } = scripted(onText('COMMIT', withState('40001')));
    const run = database.transaction('write', async () => undefined);
    await expect(run).rejects.toMatchObject({
      code: 'conflict',
      mayHaveActed: false,
      retryable: true,
    });
  });

  test('that only read has not acted, however it ended', async () => {
    const { database } = scripted(onText('COMMIT', lost));
    const run = database.transaction('snapshot', async () => undefined);
    await expect(run).rejects.toMatchObject({ code: 'unavailable', mayHaveActed: false });
  });

  test('that loses its connection before COMMIT has not acted, and sends nothing more', async () => {
    const { database, asked, released } = scripted(onText('INSERT', lost));
    const run = database.transaction('write', (sql) => sql.query('INSERT 1'));
    await expect(run).rejects.toMatchObject({ mayHaveActed: false, retryable: true });
    expect(asked).toEqual(['BEGIN', 'INSERT']);
    expect(released).toEqual([true]);
  });

  test('that cannot roll back gives its connection up', async () => {
    const { database, released } = scripted(onText('ROLLBACK', lost));
    await expect(
      database.transaction('write', () => Promise.reject(new Error('mine'))),
    ).rejects.toThrow('mine');
    expect(released).toEqual([true]);
  });

  test('takes no statement after its end', async () => {
    const { database, asked } = scripted();
    const sql = await database.transaction('write', async (sql) => sql);
    await expect(sql.query('INSERT 1')).rejects.toThrow(TypeError);
    expect(asked).toEqual(['BEGIN', 'COMMIT']);
  });
});

describe('a single statement', () => {
  test('on a connection that broke as it was written to leaves none that is used again', async () => {
    const { database, released } = scripted(() => withState('EPIPE'));
    await expect(database.read('SELECT 1')).rejects.toMatchObject({ retryable: true });
    expect(released).toEqual([true]);
  });

  test('that writes may have acted when its connection was lost, one that reads has not', async () => {
    const { database, released } = scripted(() => lost);
    await expect(database.run('INSERT 1')).rejects.toMatchObject({ mayHaveActed: true });
    await expect(database.read('SELECT 1')).rejects.toMatchObject({ mayHaveActed: false });
    expect(released).toEqual([true, true]);
  });

  test('without a connection to send it on has not acted', async () => {
    const database = sqlDatabase({
      connect: () => Promise.reject(new Error('connect ECONNREFUSED')),
      close: async () => undefined,
    });
    await expect(database.run('INSERT 1')).rejects.toMatchObject({
      code: 'unavailable',
      mayHaveActed: false,
      retryable: true,
    });
  });

  test('keeps its connection when the server merely refused it', async () => {
    const { database, released } = scripted(() => withState('23505'));
    await expect(database.run('INSERT 1')).rejects.toMatchObject({ mayHaveActed: false });
    expect(released).toEqual([false]);
  });
});

test.each([
  ['40001', 'conflict', true, false],
  ['40P01', 'conflict', true, false],
  ['55P03', 'conflict', true, false],
  ['XX001', 'corrupt', false, false],
  ['57P01', 'unavailable', true, true],
  ['57P02', 'unavailable', true, true],
  ['57P03', 'unavailable', true, true],
  ['25P03', 'unavailable', true, true],
  ['08006', 'unavailable', true, true],
  ['08007', 'unavailable', true, true],
  ['25006', 'unavailable', true, false],
  ['53100', 'unavailable', true, false],
  ['53300', 'unavailable', true, false],
  ['28P01', 'unavailable', false, false],
  ['42501', 'unavailable', false, false],
  ['ECONNRESET', 'unavailable', true, true],
  ['EPIPE', 'unavailable', true, true],
])(
  'SQLSTATE %s means %s, retryable %j, may have acted %j',
  async (state, code, retryable, mayHaveActed) => {
    const { database } = scripted(() => withState(state));
    const error = await database.run('INSERT 1').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code, retryable, mayHaveActed });
    expect((error as StoreError).cause).toMatchObject({ code: state });
  },
);
