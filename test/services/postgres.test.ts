import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SCHEMA_VERSION } from '../../src/adapters/store/migrations.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { Store } from '../../src/adapters/store/store.js';
import { opening } from '../admin/events/drafts.js';
import { expectChain } from '../contract/store-logs.js';
import { smallPolicy } from '../contract/store-policy.js';
import { databaseUrl } from './server.js';

let admin: pg.Client;
beforeAll(async () => {
  admin = new pg.Client(databaseUrl());
  await admin.connect();
});
afterAll(() => admin?.end());

const open = (schema: string, more: object = {}) =>
  postgresStore({ connectionString: databaseUrl(), schema, ...more });

async function withStore(schema: string, use: (store: Store) => Promise<void>, more = {}) {
  const store = await open(schema, more);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

describe('the schema', () => {
  test('is made by one of many processes that start at once', async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => open('at_once')));
    const { rows } = await admin.query('SELECT version FROM at_once.migration ORDER BY version');
    const steps = Array.from({ length: SCHEMA_VERSION }, (_, step) => ({ version: step + 1 }));
    expect(rows).toEqual(steps);
    for (const store of stores) await store.close();
  });

  test('of an earlier version is brought up to date with all events in it, and not twice', async () => {
    const late = (number: number) => new Date(Date.UTC(2025, 0, 1) + number * 1000).toISOString();
    const many = Array.from({ length: 5_200 }, (_, number) => opening(number + 1));
    const astray = Array.from({ length: 600 }, (_, number) =>
      opening(many.length + number + 1, { time: late(number) }),
    );
    await withStore('earlier', async (store) => {
      const site = await store.create(smallPolicy('a'));
      await site.append(many);
      await site.append(astray);
    });
    // What the second step made goes: this is the schema as the first step left it.
    await admin.query(`DROP INDEX earlier.event_astray_seq;
      DELETE FROM earlier.migration WHERE version > 1`);
    for (const _ of ['with a step to take', 'with none']) {
      await withStore('earlier', async (store) => {
        const filter = { from: late(10), until: late(590) };
        const site = await store.open('a');
        const found = await site.events('access', { filter, limit: 10, order: 'oldest' });
        expect(found.map(({ time }) => time)).toEqual(
          Array.from({ length: 10 }, (_, number) => late(number + 10)),
        );
      });
    }
    const { rows } = await admin.query(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = 'earlier' AND indexname = 'event_astray_seq'`,
    );
    expect(rows).toHaveLength(1);
    const steps = await admin.query('SELECT count(*)::int AS taken FROM earlier.migration');
    expect(steps.rows).toEqual([{ taken: SCHEMA_VERSION }]);
  });

  test('may have a name as long as names may be, and no statement complains of it', async () => {
    const said = vi.spyOn(console, 'error');
    await withStore('l'.repeat(63), async (store) => {
      const site = await store.create(smallPolicy('a'));
      for (const drafts of [[opening(1)], [opening(2), opening(3)], [opening(4)]]) {
        await site.append(drafts);
      }
      await expectChain(site, 'a', 'access');
    });
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
  });

  test('of a later version of the library is refused, and stays as it is', async () => {
    await withStore('later', async (store) => void (await store.create(smallPolicy('a'))));
    await admin.query('INSERT INTO later.migration (version) VALUES (1000)');
    await expect(open('later')).rejects.toMatchObject({ code: 'newer', retryable: false });
    await admin.query('DELETE FROM later.migration WHERE version = 1000');
    await withStore('later', async (store) => {
      expect(await store.organizations()).toEqual(['a']);
    });
  });

  test('is used by a role that may not make anything, once it is there', async () => {
    await withStore('made', async (store) => void (await store.create(smallPolicy('a'))));
    await admin.query(`CREATE ROLE clerk LOGIN;
      GRANT USAGE ON SCHEMA made TO clerk;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA made TO clerk`);
    const url = databaseUrl().replace('//postgres@', '//clerk@');
    await withStore(
      'made',
      async (store) => {
        const site = await store.open('a');
        await site.write((writer) => writer.putChanges({ revision: 1 }, 'now'));
        expect(await site.append([opening(1)])).toHaveLength(1);
        await store.create(smallPolicy('b'));
      },
      { connectionString: url },
    );
    await expect(open('not_made', { connectionString: url })).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
    });
  });

  test.each(['', 'a-b', 'A', 'x"; DROP SCHEMA y', 'a'.repeat(64)])(
    'has a plain name, not %j',
    async (schema) => {
      await expect(open(schema)).rejects.toThrow(TypeError);
    },
  );
});

describe('a write that lasts', () => {
  test('does not hold up openings, and those do not hold up it', async () => {
    await withStore('beside', async (store) => {
      const site = await store.create(smallPolicy('a'));
      let append: Promise<unknown> = Promise.resolve();
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const write = site.write(async (writer) => {
        await writer.putChanges({ revision: 1 }, 'now');
        begin();
        await ended;
        await writer.append([opening(2)]);
      });
      await begun;
      append = site.append([opening(1)]);
      // Were it waiting for the write, this would never come back.
      await append;
      end();
      await write;
      expect((await expectChain(site, 'a', 'access')).map(({ id }) => id)).toEqual([
        'event-1',
        'event-2',
      ]);
    });
  });

  test('lets others go with a conflict when they have waited long enough', async () => {
    await withStore('waiting', async (one) => {
      await withStore(
        'waiting',
        async (two) => {
          const held = await one.create(smallPolicy('a'));
          const waiting = await two.open('a');
          // A store of its own knows nothing of the other, and waits as another process would.
          await held.write(async () => {
            await expect(waiting.write(async () => 1)).rejects.toMatchObject({
              code: 'conflict',
              retryable: true,
              mayHaveActed: false,
            });
          });
          expect(await waiting.write(async () => 1)).toBe(1);
        },
        { lockTimeoutMs: 50 },
      );
    });
  });
});

describe('an answer that never comes', () => {
  test('is waited for as long as is said, and after a COMMIT nobody knows what was done', async () => {
    const way = await silencedWay();
    const connectionString = way.url;
    await withStore(
      'unanswered',
      async (store) => {
        const site = await store.create(smallPolicy('a'));
        const put = (id: string) =>
          site.write((writer) => writer.putRecords({ put: [{ kind: 'zone', id, body: {} }] }));
        // With the zero at its end: `READ COMMITTED` is another word.
        way.silence('COMMIT\0');
        const lost = { code: 'unavailable', retryable: true };
        await expect(put('committed')).rejects.toMatchObject({ ...lost, mayHaveActed: true });
        way.silence('INSERT');
        await expect(put('inserted')).rejects.toMatchObject({ ...lost, mayHaveActed: false });
        way.silence('SELECT');
        await expect(site.records('zone')).rejects.toMatchObject({ ...lost, mayHaveActed: false });
        way.silence(undefined);
        expect((await site.records('zone')).map(({ id }) => id)).toEqual(['committed']);
      },
      { connectionString, queryTimeoutMs: 1000 },
    );
    way.close();
  });

  test('is none where an index is made, however long that takes', async () => {
    await withStore('slow_index', async (store) => {
      await store.create(smallPolicy('a'));
    });
    await admin.query(`DROP INDEX slow_index.event_astray_seq;
      DELETE FROM slow_index.migration WHERE version > 1`);
    await admin.query('BEGIN; LOCK TABLE slow_index.event IN ROW EXCLUSIVE MODE');
    const opening = open('slow_index', { queryTimeoutMs: 1000 });
    await setTimeout(2500);
    await admin.query('ROLLBACK');
    await (await opening).close();
  });
});

/** A way to the server on which, once a word was said over a connection, no more answers come over that. */
async function silencedWay() {
  const target = new URL(databaseUrl());
  let word: string | undefined;
  const server = createServer((client) => {
    const onward = connect(Number(target.port), target.hostname);
    let isSilent = false;
    client.on('data', (bytes) => {
      isSilent ||= word !== undefined && bytes.includes(word);
      onward.write(bytes);
    });
    onward.on('data', (bytes) => isSilent || client.write(bytes));
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const url = new URL(target);
  url.host = `127.0.0.1:${Object(server.address()).port}`;
  return {
    url: url.href,
    silence(said: string | undefined) {
      word = said;
    },
    close: () => server.close(),
  };
}

test('a failed statement dooms its write, even if the failure is caught', async () => {
  await withStore('doomed', async (store) => {
    const site = await store.create(smallPolicy('a'));
    const write = site.write(async (writer) => {
      await writer.putRecords({ put: [{ kind: 'zone', id: 'z', body: {} }] });
      const twice = { revision: 1, put: { users: [{ id: 'x' }, { id: 'x' }] } };
      await writer.putChanges(twice, 'now').catch(() => undefined);
      return 'all is well';
    });
    await expect(write).rejects.toMatchObject({ name: 'StoreError', mayHaveActed: false });
    expect(await site.records('zone')).toEqual([]);
    expect(await site.write(async (writer) => writer.revision)).toBe(0);
  });
});

test('what is no JSON in a table is told as corrupt', async () => {
  await withStore('spoilt', async (store) => {
    const site = await store.create(smallPolicy('a'));
    await admin.query(`UPDATE spoilt.element SET body = '{' WHERE id = 'ada'`);
    await expect(site.policy()).rejects.toMatchObject({ code: 'corrupt', retryable: false });
  });
});

test('a server that is not there is unavailable, and nothing has happened', async () => {
  const opened = postgresStore('postgres://postgres@127.0.0.1:9/none');
  await expect(opened).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
    mayHaveActed: false,
  });
});

test('a policy of many elements is read in pages and is whole, and they go in portions', async () => {
  await withStore('many', async (store) => {
    const users = Array.from({ length: 12_345 }, (_, index) => ({ id: `user-${index}` }));
    const site = await store.create({ ...smallPolicy('a'), users });
    const read = (await site.policy()).users?.map(({ id }) => id);
    expect(read).toEqual(users.map(({ id }) => id).sort());
    const remove = { users: users.slice(1).map(({ id }) => id) };
    await site.write((writer) => writer.putChanges({ revision: 1, remove }, 'now'));
    expect((await site.policy()).users).toEqual([users[0]]);
  });
});

test('a closed store refuses everything, and closing it again does nothing', async () => {
  const store = await open('closing');
  const site = await store.create(smallPolicy('a'));
  const last = site.append([opening(1)]);
  await store.close();
  await store.close();
  expect(await last).toHaveLength(1);
  const closed = { code: 'unavailable', retryable: false, mayHaveActed: false };
  await expect(site.append([opening(2)])).rejects.toMatchObject(closed);
  await expect(site.policy()).rejects.toMatchObject(closed);
  await expect(site.write(async () => 1)).rejects.toMatchObject(closed);
  await expect(store.organizations()).rejects.toMatchObject(closed);
});
