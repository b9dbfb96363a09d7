/**
 * Again and again a served process or the PostgreSQL under all of them is killed without warning, while rights are given and
 * ended and doors ask. No acknowledged write is lost, and nobody gets in after his right was ended, where the door waited for that.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import type { Site } from '../../src/adapters/site/site.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import { type Store, StoreError } from '../../src/adapters/store/store.js';
import { buildProgram, folder } from '../cli/program.js';
import { type ServeProcess, serve } from '../cli/serve-program.js';
import { runs } from '../helpers/runs.js';
import { type Cluster, startCluster } from './cluster.js';
import { ask, clientsText, end, give, servedPolicy } from './serve-site.js';

const ORGANIZATION = 'faulty';
const USERS = 5_000;
const files = folder();
const random = seededRandom(20261122);
let remove: () => void;
let cluster: Cluster;
let store: Store;
let site: Site;
let words: string[];
const servers: (ServeProcess | undefined)[] = [undefined, undefined];

beforeAll(async () => {
  remove = await buildProgram();
  cluster = await startCluster({ durable: true });
  store = await postgresStore(cluster.url);
  await store.create(servedPolicy(ORGANIZATION, USERS));
  site = await openSite({ store, organization: ORGANIZATION });
  const tokens = files.file('clients.json', clientsText());
  words = ['--store', cluster.url, '--tokens', tokens, '--log-level', 'error'];
  await Promise.all(servers.map((_, index) => startServer(index)));
});

afterAll(async () => {
  for (const server of servers) {
    server?.child.kill('SIGKILL');
    await server?.end;
  }
  await store?.close();
  await cluster?.remove();
  remove?.();
  files.remove();
});

/** As a service manager does it: the database may be away while it starts, then it ends with 2 and is started again. */
async function startServer(index: number): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      servers[index] = await serve(words);
      return;
    } catch (error) {
      if (!/store/u.test((error as Error).message)) throw error;
      await pause(50);
    }
  }
  throw new Error('it does not start');
}

/** What the writer was told is written, by person. */
const given = new Map<string, { readonly assignment: string; readonly revision: number }>();
const ended: { readonly user: string; readonly revision: number }[] = [];
const seen = { failedWrites: 0, permits: 0, denials: 0, unanswered: 0 };
let isOver = false;

/** Gives and ends rights, each person's once, for as long as the test goes. */
async function writing(): Promise<void> {
  for (let next = 0; !isOver; ) {
    const [oldest] = given;
    const isEnd = oldest !== undefined && given.size > 4 && random.below(2) === 0;
    const user = isEnd ? oldest[0] : `u${next}`;
    try {
      if (isEnd) {
        // Before it is acknowledged it may be seen: from here on nobody expects him to get in.
        given.delete(user);
        ended.push({ user, revision: await end(site, oldest[1].assignment) });
      } else {
        given.set(user, await give(site, user));
        next += 1;
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      seen.failedWrites += 1;
      // Perhaps written, perhaps not: this person is not spoken of again.
      if (isEnd && !error.mayHaveActed) given.set(user, oldest[1]);
      if (error.mayHaveActed && !isEnd) next += 1;
      await pause(20);
    }
    await pause(random.below(10));
  }
}

/** A door that asks one process after the other for whoever was let in or out last. */
async function asking(): Promise<void> {
  for (let count = 0; !isOver; count++) {
    const url = servers[count % servers.length]?.url;
    const out = ended[ended.length - 1 - random.below(8)];
    if (url !== undefined && out !== undefined) {
      const said = await ask(url, site, out.user, out.revision);
      expect(said.permit, `${out.user}, ended at ${out.revision}`).toBe(false);
      if (said.decided) {
        expect(said.revision).toBeGreaterThanOrEqual(out.revision);
        seen.denials += 1;
      } else seen.unanswered += 1;
    }
    const [user, right] = [...given].at(-1) ?? [];
    if (url !== undefined && user !== undefined && right !== undefined) {
      const said = await ask(url, site, user, right.revision);
      // By now he may have been put out again, but not while nobody said so.
      if (said.decided && given.has(user)) {
        expect(said.permit, `${user}, given at ${right.revision}`).toBe(true);
        seen.permits += 1;
      }
    }
    await pause(0);
  }
}

test('kills of processes and of PostgreSQL lose no acknowledged write, and let nobody in who was put out', async () => {
  const work = [writing(), asking(), asking(), asking()];
  const cycles = runs(25);
  for (let cycle = 0; cycle < cycles; cycle++) {
    if (cycle % 3 === 2) {
      await cluster.crash();
      await pause(random.below(60));
      await cluster.start();
    } else {
      const index = cycle % servers.length;
      servers[index]?.child.kill('SIGKILL');
      await servers[index]?.end;
      await startServer(index);
    }
    await pause(random.below(120));
  }
  isOver = true;
  await Promise.all(work);
  await checkEnd();
  expect(seen.failedWrites).toBeGreaterThan(0);
  expect(seen.unanswered).toBeGreaterThan(0);
  expect(ended.length).toBeGreaterThan(cycles);
  expect(seen.denials).toBeGreaterThan(cycles * 4);
  expect(seen.permits).toBeGreaterThan(cycles * 4);
}, 180_000);

/** What was acknowledged is in the store, and every process decides by it. */
async function checkEnd(): Promise<void> {
  const { revision } = await site.refresh();
  const fresh = await openSite({ store, organization: ORGANIZATION });
  expect(fresh.engine.revision).toBe(revision);
  for (const [user, { assignment }] of given) {
    const held = fresh.engine.access({ type: 'user', id: user }, { time: Date.now() });
    expect(held.map((entry) => entry.assignment)).toEqual([assignment]);
  }
  for (const { user } of ended) {
    expect(fresh.engine.access({ type: 'user', id: user }, { time: Date.now() })).toEqual([]);
  }
  for (const server of servers) {
    const url = server?.url ?? '';
    const [user] = [...given.keys()];
    if (user !== undefined) {
      expect(await ask(url, site, user, revision)).toMatchObject({ permit: true });
    }
    for (const out of ended.slice(-20)) {
      expect(await ask(url, site, out.user, revision)).toMatchObject({ permit: false });
    }
  }
}
