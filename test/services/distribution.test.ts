import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { openConsumer } from '../../src/adapters/distribution/consumer.js';
import type { Consumer } from '../../src/adapters/distribution/consumer-options.js';
import { readEpoch } from '../../src/adapters/distribution/epoch.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import { natsFeed, natsPublisher } from '../../src/adapters/for-nats.js';
import { openSite, postgresStore, type Site, type Store } from '../../src/adapters/for-site.js';
import type { Delta } from '../../src/distribution/message.js';
import {
  BOB_LEAVES,
  crypto,
  keys,
  ORGANIZATION,
  POLICY,
  signer,
  write,
} from '../distribution-source/ground.js';
import { opened } from '../distribution-source/small-reader.js';
import { runs } from '../helpers/runs.js';
import { type NatsServer, natsConnection, startNats } from './nats-server.js';
import { databaseUrl } from './server.js';

let nats: NatsServer;
let connection: NatsConnection;
const endings: (() => Promise<unknown>)[] = [];
const random = seededRandom(20261122);
let count = 0;

beforeAll(async () => {
  nats = await startNats();
  connection = await natsConnection(nats);
});

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

afterAll(async () => {
  await connection?.close();
  await nats?.remove();
});

/** How many readers there are. */
const BRIDGES = 42;
const names = (most: number) => Array.from({ length: most }, (_, index) => `bridge-${index}`);
const FAST = { heartbeatSeconds: 0.5, pollMilliseconds: 20 };

async function housed(policy: object = POLICY) {
  const schema = `feed_${count++}`;
  const store = await postgresStore({ connectionString: databaseUrl(), schema });
  endings.push(() => store.close());
  await store.create(policy as typeof POLICY);
  const site = await openSite({ store, organization: ORGANIZATION });
  return { store, site, schema };
}

async function publishing(site: Site, prefix: string, consumers: readonly string[] = []) {
  const publisher = await openPublisher({ site, signer, crypto, ...FAST, consumers });
  const onNats = natsPublisher(connection, publisher, { prefix });
  endings.push(async () => {
    await onNats.close();
    await publisher.close();
  });
  return publisher;
}

async function reading(name: string, prefix: string): Promise<Consumer> {
  const feed = natsFeed(connection, { prefix, organization: ORGANIZATION });
  const options = { organization: ORGANIZATION, name, source: feed, broadcast: feed, keys, crypto };
  const consumer = await openConsumer(options);
  endings.push(() => consumer.stop());
  return consumer;
}

function may({ pdp }: Consumer, subject: string, door = 'front'): boolean {
  const view = pdp.local();
  return (
    view.ok &&
    view.value.check({
      subject: { type: 'user', id: subject },
      action: { name: 'unlock' },
      resource: { type: 'door', id: door },
      context: { time: Date.now() },
    })
  );
}

/** A second way into the same store, as another process has it. */
async function other(store: Store): Promise<Site> {
  return openSite({ store, organization: ORGANIZATION });
}

test('a removal is in force at 41 of 42, and at all when the last one is back', async () => {
  const { site } = await housed();
  const publisher = await publishing(site, 'all', names(BRIDGES));
  const readers = await Promise.all(names(BRIDGES).map((name) => reading(name, 'all')));
  await Promise.all(readers.map(({ ready }) => ready));
  expect(readers.every((reader) => may(reader, 'bob'))).toBe(true);
  const patience = { signal: AbortSignal.timeout(30_000) };
  await publisher.untilEnforced(0, patience);
  await (readers[7] as Consumer).stop();
  const revision = await write(site, BOB_LEAVES);
  await until(async () => (await publisher.enforced(revision)).enforced === BRIDGES - 1);
  expect(await publisher.enforced(revision)).toEqual({
    revision,
    enforced: BRIDGES - 1,
    of: BRIDGES,
    missing: [{ consumer: 'bridge-7', revision: 0, lastHeard: expect.any(Number) }],
  });
  readers.forEach((reader, index) => {
    if (index !== 7) expect(may(reader, 'bob'), `bridge ${index}`).toBe(false);
  });
  const back = await reading('bridge-7', 'all');
  const whole = await publisher.untilEnforced(revision, patience);
  expect(whole).toEqual({ revision, enforced: BRIDGES, of: BRIDGES, missing: [] });
  expect(may(back, 'bob')).toBe(false);
}, 60_000);

test('two publishers of one database tell one history, and readers hear both', async () => {
  const { store, site } = await housed();
  const first = await publishing(site, 'two', names(3));
  const second = await publishing(await other(store), 'two', names(3));
  expect(second.position).toEqual(first.position);
  const chains = new Map<number, Set<string>>();
  let heard = 0;
  const feed = natsFeed(connection, { prefix: 'two', organization: ORGANIZATION });
  const ending = new AbortController();
  const following = feed.follow(
    '',
    (sealed) => {
      const message = opened(sealed) as Delta;
      if (message.kind !== 'delta') return;
      heard++;
      chains.set(message.revision, (chains.get(message.revision) ?? new Set()).add(message.chain));
    },
    { signal: ending.signal },
  );
  const readers = await Promise.all(names(3).map((name) => reading(name, 'two')));
  await Promise.all(readers.map(({ ready }) => ready));
  const sites = [site, await other(store), await other(store)];
  // Members in another order every time: a database may give them back in yet another.
  const writes = await Promise.all(
    sites.flatMap((each, index) =>
      Array.from({ length: 100 }, (_, turn) =>
        write(each, { put: { users: [{ name: `${index} ${turn}`, active: true, id: 'ada' }] } }),
      ),
    ),
  );
  const revision = Math.max(...writes);
  expect(revision).toBe(300);
  const patience = { signal: AbortSignal.timeout(30_000) };
  await first.untilEnforced(revision, patience);
  await second.untilEnforced(revision, patience);
  expect(second.position).toEqual(first.position);
  await until(async () => heard >= 600);
  expect(chains.size).toBe(300);
  expect([...chains.values()].every(({ size }) => size === 1)).toBe(true);
  for (const reader of readers) {
    expect(reader.position()).toEqual(first.position);
    expect(reader.pdp.status().faults).toEqual([]);
  }
  // One that begins now computes the same from the checkpoint, without the rows before it.
  await until(async () => ((await readEpoch(site.store))?.revision ?? 0) >= 256);
  const third = await publishing(await other(store), 'third');
  expect(third.position).toEqual(first.position);
  ending.abort();
  await following;
}, 60_000);

test('a publisher killed at any moment: what was called enforced stays in force, and no change is lost', async () => {
  const cycles = runs(6);
  const people = Array.from({ length: cycles }, (_, index) => `guest-${index}`);
  const policy = {
    ...POLICY,
    users: [...POLICY.users, ...people.map((id) => ({ id }))],
    assignments: [
      ...POLICY.assignments,
      ...people.map((id) => ({
        id,
        subject: { type: 'user', id },
        role: 'door_access',
        scope: { type: 'group', id: 'all' },
      })),
    ],
  };
  const { site, schema } = await housed(policy);
  const bridges = names(8);
  const program = await builtPublisher();
  const begin = () =>
    startPublisher([program, databaseUrl(), schema, nats.url, 'kill', bridges.join(',')]);
  let publisher = await begin();
  endings.push(async () => void publisher.kill('SIGKILL'));
  const readers = await Promise.all(bridges.map((name) => reading(name, 'kill')));
  await Promise.all(readers.map(({ ready }) => ready));
  const gone: string[] = [];
  let isOver = false;
  const checking = (async () => {
    while (!isOver) {
      for (const id of gone) {
        for (const reader of readers) expect(may(reader, id), `${id} was out`).toBe(false);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  let revision = 0;
  for (const id of people) {
    expect(readers.every((reader) => may(reader, id))).toBe(true);
    const killing = new Promise((resolve) => setTimeout(resolve, random.below(60))).then(() => {
      publisher.kill('SIGKILL');
      return once(publisher, 'exit');
    });
    await write(site, { put: { users: [{ id: 'ada', name: `before ${id}` }] } });
    revision = await write(site, { remove: { assignments: [id] } });
    await killing;
    publisher = await begin();
    const enforced = await connection.request('kill.enforced', String(revision), {
      timeout: 30_000,
    });
    expect(enforced.json()).toMatchObject({ revision, enforced: 8, of: 8 });
    gone.push(id);
  }
  isOver = true;
  await checking;
  expect(revision).toBe(2 * cycles);
  expect(readers.map((reader) => reader.position()?.revision)).toEqual(bridges.map(() => revision));
}, 180_000);

async function builtPublisher(): Promise<string> {
  const folder = join('node_modules', '.cache', 'doorwright');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'feed-publisher.mjs');
  await build({
    entryPoints: ['test/services/feed-publisher.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@electric-sql/pglite', 'pg-native', 'sodium-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return outfile;
}

async function startPublisher(line: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('the publisher did not start');
    }),
  ]);
  return child;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came');
}
