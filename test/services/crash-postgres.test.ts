import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { OrganizationStore, Store } from '../../src/adapters/store/store.js';
import { runs } from '../helpers/runs.js';
import { type Cluster, startCluster } from './cluster.js';
import { builtWriter, runAndKill } from './crash-child.js';
import { checkWhole, crashPolicy, toldNothing, workUntil } from './crash-work.js';

/** A server of its own, with fsync: it is killed too. */
let cluster: Cluster;
let store: Store;
let site: OrganizationStore;
const told = toldNothing();
const random = seededRandom(20261122);

beforeAll(async () => {
  cluster = await startCluster({ durable: true });
  store = await postgresStore(cluster.url);
  site = await store.create(crashPolicy());
});

afterAll(async () => {
  await store?.close();
  await cluster?.remove();
});

test('processes killed while they write leave whole writes, and all that was acknowledged', async () => {
  const writer = await builtWriter('postgres');
  const rounds = runs(5);
  const kills = 38;
  for (let round = 0; round < rounds; round++) {
    let begun = 0;
    const line = async () => {
      while (begun < kills) {
        const who = `p${round}.${begun++}`;
        const kill = { lines: random.below(7), moreMs: random.below(12), checks: false };
        await runAndKill({ writer, kind: 'postgres', place: cluster.url, who, ...kill }, told);
      }
    };
    // Four at a time, so that one is killed while others wait for its locks.
    await Promise.all([line(), line(), line(), line()]);
    await checkWhole(site, told);
  }
  expect(told.writes.size).toBeGreaterThan(rounds * kills);
  expect(told.appends.size).toBeGreaterThan(rounds * kills);
}, 180_000);

test('connections cut while they are used: what the store says of a write is true', async () => {
  const admin = new pg.Client({ connectionString: cluster.url, application_name: 'admin' });
  await admin.connect();
  try {
    await whileWorking(async () => {
      for (let cut = 0; cut < runs(60); cut++) {
        await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = 'doorwright' ORDER BY state = 'idle', random() LIMIT 1`,
        );
        await new Promise((resolve) => setTimeout(resolve, random.below(30)));
      }
    });
  } finally {
    await admin.end();
  }
  expect(told.undone.size).toBeGreaterThan(0);
}, 120_000);

test('a server killed while it is written to comes back with whole writes, and all that was acknowledged', async () => {
  await whileWorking(async () => {
    for (let crash = 0; crash < runs(6); crash++) {
      await new Promise((resolve) => setTimeout(resolve, random.below(150)));
      await cluster.crash();
      await cluster.start();
    }
  });
}, 120_000);

/** Breaks something while several ways into the store are used, and checks what is left. */
async function whileWorking(breakThings: () => Promise<void>): Promise<void> {
  const before = told.writes.size;
  const second = await postgresStore(cluster.url);
  let isOver = false;
  const ways = [site, await second.open('crash')];
  const names = [`a${before}`, `b${before}`, `c${before}`, `d${before}`];
  const work = names.map((who, index) =>
    workUntil(() => isOver, ways[index % 2] as OrganizationStore, who, told),
  );
  try {
    await breakThings();
  } finally {
    isOver = true;
    await Promise.all(work);
    await second.close();
  }
  expect(told.writes.size).toBeGreaterThan(before);
  await checkWhole(site, told);
}
