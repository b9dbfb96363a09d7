/** How soon a removal that was committed is in force at a hundred consumers. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { memorySigner } from '../../protocol/crypto/steps.js';
import type { FeedBroadcast, FeedSource } from '../../src/adapters/distribution/carrier.js';
import { openConsumer } from '../../src/adapters/distribution/consumer.js';
import type { Consumer } from '../../src/adapters/distribution/consumer-options.js';
import { feedHandler } from '../../src/adapters/distribution/http-carrier.js';
import { httpSource } from '../../src/adapters/distribution/http-source.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import type { Publisher } from '../../src/adapters/distribution/publisher.js';
import { natsFeed, natsPublisher } from '../../src/adapters/for-nats.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import type { Site } from '../../src/adapters/site/site.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { Store } from '../../src/adapters/store/store.js';
import { startCluster } from '../../test/services/cluster.js';
import { natsConnection, startNats } from '../../test/services/nats-server.js';
import { summarise } from '../statistics.js';
import type { Row } from '../table.js';

/** Rows of the table, by name. */
export const NATS_ROW = 'NATS, written in the publisher’s process';
export const NATS_OTHER_ROW = 'NATS, written by another process';
export const POLL_ROW = 'HTTP long poll, written in the publisher’s process';

const ORGANIZATION = 'bench';
const crypto = nodeCrypto();
const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(1));
const OWNER = { type: 'user', id: 'owner' } as const;

/** Gives every consumer its way to the source. */
interface Carrier {
  connect(index: number): Promise<{ source: FeedSource; broadcast?: FeedBroadcast }>;
  close(): Promise<void>;
}

/** `rounds` removals, each timed at each of so many consumers. */
export async function propagationRows(consumers: number, rounds: number): Promise<Row[]> {
  const cluster = await startCluster({ durable: false });
  const nats = await startNats();
  const rows: Row[] = [];
  try {
    const store = await postgresStore(cluster.url);
    await store.create(policyOf(rounds * 3));
    const site = await openSite({ store, organization: ORGANIZATION });
    const publisher = await openPublisher({ site, signer, crypto });
    const measured = { store, site, publisher, consumers, rounds };
    for (const [name, isOther] of [
      [NATS_ROW, false],
      [NATS_OTHER_ROW, true],
    ] as const) {
      const carrier = await overNats(nats, publisher);
      rows.push(await row(name, rows.length, carrier, { ...measured, isOther }));
    }
    const carrier = await overHttp(publisher, consumers);
    rows.push(await row(POLL_ROW, rows.length, carrier, { ...measured, isOther: false }));
    await publisher.close();
    await store.close();
  } finally {
    await nats.remove();
    await cluster.remove();
  }
  return rows;
}

interface Measured {
  readonly store: Store;
  readonly site: Site;
  readonly publisher: Publisher;
  readonly consumers: number;
  readonly rounds: number;
  readonly isOther: boolean;
}

async function row(name: string, number: number, carrier: Carrier, m: Measured): Promise<Row> {
  const opened: Consumer[] = [];
  for (let index = 0; index < m.consumers; index++) {
    const ways = await carrier.connect(index);
    const options = { organization: ORGANIZATION, name: `c${index}`, keys: [signer.publicKey] };
    opened.push(await openConsumer({ ...options, crypto, ...ways }));
  }
  await Promise.all(opened.map(({ ready }) => ready));
  const writer = m.isOther
    ? await openSite({ store: m.store, organization: ORGANIZATION })
    : m.site;
  const samples: number[] = [];
  const slowest: number[] = [];
  const processor: number[] = [];
  for (let round = 0; round < m.rounds; round++) {
    await waitUntil(() => opened.every((each) => isAt(each, m.publisher.position.revision)));
    await new Promise((resolve) => setTimeout(resolve, 20 + ((round * 37) % 100)));
    const before = process.cpuUsage();
    const taken = await timed(opened, writer, `a${number * m.rounds + round}`);
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1000);
    samples.push(...taken);
    slowest.push(Math.max(...taken));
  }
  await Promise.all(opened.map((each) => each.stop()));
  await carrier.close();
  const { median, p99, max } = summarise(samples);
  const [all, used] = [summarise(slowest).median, summarise(processor).median];
  return { name, median, p99, max, all, used, samples: samples.length };
}

/** Milliseconds from the commit to each consumer's engine. */
async function timed(opened: readonly Consumer[], writer: Site, id: string): Promise<number[]> {
  let committed = 0;
  const forget = writer.watch?.(() => {
    committed ||= performance.now();
  });
  let revision = Number.POSITIVE_INFINITY;
  const reached = opened.map(
    (each) =>
      new Promise<number>((resolve) => {
        const at = each.position()?.revision ?? 0;
        const stop = each.onChange(() => {
          if ((each.position()?.revision ?? 0) <= at) return;
          stop();
          resolve(performance.now());
        });
      }),
  );
  const written = await writer.write<undefined, never>({
    actor: OWNER,
    operation: 'bench.remove',
    plan: () => ({
      ok: true,
      value: { value: undefined, changes: { remove: { assignments: [id] } } },
    }),
  });
  if (!written.ok) throw new Error(written.detail);
  ({ revision } = written);
  const times = await Promise.all(reached);
  forget?.();
  for (const each of opened) {
    if (!isAt(each, revision)) throw new Error('a consumer was timed for another change');
  }
  return times.map((time) => Math.max(0, time - committed));
}

function isAt(consumer: Consumer, revision: number): boolean {
  return (consumer.position()?.revision ?? -1) >= revision;
}

async function overNats(
  nats: Awaited<ReturnType<typeof startNats>>,
  publisher: Publisher,
): Promise<Carrier> {
  const own = await natsConnection(nats);
  const onNats = natsPublisher(own, publisher);
  const connections = [own];
  return {
    async connect() {
      const connection = await natsConnection(nats);
      connections.push(connection);
      const feed = natsFeed(connection, { organization: ORGANIZATION });
      return { source: feed, broadcast: feed };
    },
    async close() {
      await onNats.close();
      for (const connection of connections) await connection.close();
    },
  };
}

async function overHttp(publisher: Publisher, consumers: number): Promise<Carrier> {
  const handler = feedHandler(publisher, {
    authenticate: async (request) => ({
      consumer: request.headers.get('authorization')?.slice('Bearer '.length) ?? '',
      slices: 'all',
    }),
    waitingMax: 2 * consumers,
  });
  const server: Server = createServer(getRequestListener(handler));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed/v1`;
  return {
    connect: async (index) => ({ source: httpSource({ url, token: `c${index}` }) }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A house of a thousand people; the assignments that are removed are the first ones. */
function policyOf(removals: number) {
  const people = Array.from({ length: Math.max(1000, removals) }, (_, index) => index);
  return {
    version: 1 as const,
    organization: { id: ORGANIZATION, timeZone: 'Europe/Berlin', roles: 'kisi' as const },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'all', doors: ['front'] }],
    users: [{ id: 'owner' }, ...people.map((index) => ({ id: `u${index}` }))],
    assignments: [
      {
        id: 'o',
        subject: { type: 'user' as const, id: 'owner' },
        role: 'organization_owner',
        scope: { type: 'organization' as const, id: ORGANIZATION },
      },
      ...people.map((index) => ({
        id: `a${index}`,
        subject: { type: 'user' as const, id: `u${index}` },
        role: 'door_access',
        scope: { type: 'group' as const, id: 'all' },
      })),
    ],
  };
}

async function waitUntil(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the consumers do not follow');
}
