/**
 * A process of a feed, to be killed: a publisher over PostgreSQL, or a consumer with a disk that answers at a port. Its one
 * argument says which, as JSON; it prints its port when it listens.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memorySigner } from '../../protocol/crypto/steps.js';
import { openConsumer } from '../../src/adapters/distribution/consumer.js';
import { feedFolder } from '../../src/adapters/distribution/feed-folder.js';
import { feedHandler } from '../../src/adapters/distribution/http-carrier.js';
import { httpSource } from '../../src/adapters/distribution/http-source.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { nodeListener } from '../../src/adapters/node-listener.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { FeedOrder } from './feed-order.js';

const order = JSON.parse(process.argv[2] ?? '') as FeedOrder;
const crypto = nodeCrypto();
const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(9));

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

if (order.role === 'publisher') listen(await publishing(order));
else listen(await consuming(order));

async function publishing({ database, consumers }: Extract<FeedOrder, { role: 'publisher' }>) {
  const store = await postgresStore(database);
  const site = await openSite({ store, organization: 'org' });
  const publisher = await openPublisher({
    site,
    signer,
    crypto,
    consumers,
    heartbeatSeconds: 1,
    pollMilliseconds: 20,
  });
  const feed = nodeListener(
    feedHandler(publisher, {
      authenticate: async (request) => {
        const consumer = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
        return consumers.includes(consumer) ? { consumer, slices: [''] } : undefined;
      },
    }),
  );
  const enforced = async (url: URL) => {
    const { missing } = await publisher.enforced(Number(url.searchParams.get('revision')));
    return { missing: missing.map(({ consumer }) => consumer) };
  };
  return ((request, response) => {
    if (request.url?.startsWith('/feed/') === true) return feed(request, response);
    answer(enforced, request, response);
  }) satisfies Listener;
}

async function consuming({ feed, name, folder }: Extract<FeedOrder, { role: 'consumer' }>) {
  const consumer = await openConsumer({
    organization: 'org',
    name,
    source: httpSource({ url: feed, token: name, timeoutSeconds: 2 }),
    keys: [signer.publicKey],
    crypto,
    memory: feedFolder(folder),
    waitSeconds: 2,
  });
  const can = async (url: URL) => {
    const view = consumer.pdp.local();
    if (!view.ok) return { permitted: [], revision: null };
    const permitted = (url.searchParams.get('users') ?? '').split(',').filter((id) =>
      view.value.check({
        subject: { type: 'user', id },
        action: { name: 'unlock' },
        resource: { type: 'door', id: 'front' },
        context: { time: Date.now() },
      }),
    );
    return { permitted, revision: view.value.engine.revision };
  };
  return ((request, response) => answer(can, request, response)) satisfies Listener;
}

function answer(
  work: (url: URL) => Promise<object>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  work(new URL(request.url ?? '/', 'http://localhost')).then(
    (value) => response.end(JSON.stringify(value)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}

function listen(listener: Listener): void {
  const server = createServer(listener).listen(order.port, '127.0.0.1', () => {
    console.log((server.address() as AddressInfo).port);
  });
}
