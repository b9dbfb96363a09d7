/**
 * Fifty times something is killed without warning: a consumer, the publisher, or PostgreSQL under both, while rights are given
 * and ended. No acknowledged write is lost, and nobody whose right was ended gets in where that was said to be enforced.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { endAccess, grantAccess } from '../../src/adapters/site/access.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import type { Site } from '../../src/adapters/site/site.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import { StoreError } from '../../src/adapters/store/store.js';
import type { Policy } from '../../src/policy/document.js';
import { runs } from '../helpers/runs.js';
import { type Cluster, startCluster } from './cluster.js';
import type { FeedOrder } from './feed-order.js';

const NAMES = ['east', 'north', 'west'] as const;
const USERS = 400;
const BOSS = { type: 'user', id: 'boss' } as const;
const random = seededRandom(20261122);

/** A process that is started again where it was. */
class Node {
  readonly #program: string;
  readonly #order: FeedOrder;
  #child: ChildProcess | undefined;
  port = 0;

  constructor(program: string, order: FeedOrder) {
    this.#program = program;
    this.#order = order;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const order = JSON.stringify({ ...this.#order, port: this.port });
    const child = spawn(process.execPath, [this.#program, order], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    // The database may be away while it starts: then it ends, and is started again as a service manager would.
    if (first.done === true) return this.start();
    this.port = Number(first.value);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

let cluster: Cluster;
let folder: string;
let site: Site;
let publisher: Node;
let consumers: Node[];

const policy: Policy = {
  version: 1,
  organization: { id: 'org', timeZone: 'UTC' },
  places: [{ id: 'hq' }],
  doors: [{ id: 'front', place: 'hq' }],
  groups: [{ id: 'staff', doors: ['front'] }],
  users: [{ id: 'boss' }, ...Array.from({ length: USERS }, (_, i) => ({ id: `u${i}` }))],
  assignments: [
    {
      id: 'owner',
      subject: BOSS,
      role: 'organization_owner',
      scope: { type: 'organization', id: 'org' },
    },
  ],
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorwright-feed-faults-'));
  cluster = await startCluster({ durable: true });
  const store = await postgresStore(cluster.url);
  await store.create(policy);
  site = await openSite({ store, organization: 'org' });
  const program = await builtNode();
  publisher = new Node(program, {
    role: 'publisher',
    port: 0,
    database: cluster.url,
    consumers: NAMES,
  });
  await publisher.start();
  const feed = `${publisher.address}/feed/v1`;
  consumers = NAMES.map(
    (name) =>
      new Node(program, { role: 'consumer', port: 0, feed, name, folder: join(folder, name) }),
  );
  await Promise.all(consumers.map((consumer) => consumer.start()));
});

afterAll(async () => {
  await Promise.all([publisher, ...(consumers ?? [])].map((node) => node?.kill()));
  await cluster?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What the writer was told is written. */
const given = new Map<string, string>();
const ended: { user: string; revision: number }[] = [];
const seen = { refusedByStore: 0, enforcedSomewhere: 0, enforcedEverywhere: 0, denied: 0 };
let isOver = false;

/** Gives and ends rights, each person's once, for as long as the test goes. */
async function writing(): Promise<void> {
  for (let next = 0; !isOver && next < USERS; ) {
    const [oldest, assignment] = [...given][0] ?? [];
    const isEnd = oldest !== undefined && given.size > 4 && random.below(2) === 0;
    const user = isEnd ? oldest : `u${next}`;
    try {
      if (isEnd) {
        const done = await endAccess(site, BOSS, [assignment as string]);
        if (!done.ok) throw new Error(`not ended: ${done.code} ${done.detail}`);
        given.delete(user);
        ended.push({ user, revision: done.revision });
      } else {
        const done = await grantAccess(site, BOSS, {
          subject: { type: 'user', id: user },
          role: 'door_access',
          scope: { type: 'group', id: 'staff' },
        });
        if (!done.ok) throw new Error(`not given: ${done.code} ${done.detail}`);
        given.set(user, done.value.assignment);
        next += 1;
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      seen.refusedByStore += 1;
      // Perhaps written, perhaps not: this person is not spoken of again.
      if (error.mayHaveActed && isEnd) given.delete(user);
      if (error.mayHaveActed && !isEnd) next += 1;
      await site.refresh().catch(() => undefined);
      await pause(20);
    }
    await pause(random.below(40));
  }
}

/** Whoever was said to be out at a consumer is out there. */
async function checkEnforced(): Promise<void> {
  for (const { user, revision } of ended.slice(-6)) {
    const told = await ask(`${publisher.address}/enforced?revision=${revision}`);
    if (told === undefined) continue;
    const missing = told['missing'] as string[];
    if (missing.length === 0) seen.enforcedEverywhere += 1;
    for (const [index, name] of NAMES.entries()) {
      if (missing.includes(name)) continue;
      seen.enforcedSomewhere += 1;
      const answer = await ask(`${consumers[index]?.address}/?users=${user}`);
      if (answer === undefined) continue;
      seen.denied += 1;
      expect(answer, `${user}, ended at ${revision}, enforced by ${name}`).toMatchObject({
        permitted: [],
      });
    }
  }
}

test('kills of every kind lose no acknowledged write and no acknowledged removal', async () => {
  const work = writing();
  const cycles = runs(50);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const victim = random.below(4);
    if (victim === 0) {
      await cluster.crash();
      await pause(random.below(100));
      await cluster.start();
    } else {
      const node = victim === 1 ? publisher : (consumers[random.below(3)] as Node);
      await node.kill();
      await pause(random.below(100));
      await node.start();
    }
    await checkEnforced();
    await pause(random.below(150));
  }
  isOver = true;
  await work;
  await site.refresh();
  for (const [user, assignment] of given) {
    const subject = { type: 'user', id: user };
    const held = site.engine.access(subject, { time: Date.now() });
    expect(held.map((entry) => entry.assignment)).toEqual([assignment]);
  }
  // Everybody catches up, and then decides alike.
  const users = [...given.keys(), ...ended.map(({ user }) => user)].join(',');
  const permitted = [...given.keys()].sort();
  for (const consumer of consumers) {
    await expect
      .poll(async () => (await ask(`${consumer.address}/?users=${users}`))?.['revision'], {
        timeout: 15_000,
      })
      .toBe(site.engine.revision);
    const answer = await ask(`${consumer.address}/?users=${users}`);
    expect((answer?.['permitted'] as string[] | undefined)?.sort()).toEqual(permitted);
  }
  expect(ended.length).toBeGreaterThan(20);
  expect(seen.denied).toBeGreaterThan(100);
  expect(seen.enforcedEverywhere).toBeGreaterThan(20);
  expect(seen.refusedByStore).toBeGreaterThan(0);
}, 240_000);

async function ask(url: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function builtNode(): Promise<string> {
  const built = join('node_modules', '.cache', 'doorwright');
  mkdirSync(built, { recursive: true });
  const outfile = join(built, 'feed-node.mjs');
  await build({
    entryPoints: ['test/services/feed-node.ts'],
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
