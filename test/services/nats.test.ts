import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FeedBroadcast, FeedSource } from '../../src/adapters/distribution/carrier.js';
import { openConsumer } from '../../src/adapters/distribution/consumer.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import type { Publisher } from '../../src/adapters/distribution/publisher.js';
import { natsFeed, natsPublisher, subjectToken } from '../../src/adapters/for-nats.js';
import { memoryStore, openSite } from '../../src/adapters/for-site.js';
import type { Policy } from '../../src/policy/document.js';
import {
  all,
  BOB_LEAVES,
  crypto,
  keys,
  ORGANIZATION,
  POLICY,
  signer,
  write,
} from '../distribution-source/ground.js';
import { opened } from '../distribution-source/small-reader.js';
import { type NatsServer, natsConnection, startNats } from './nats-server.js';

let nats: NatsServer;
let connection: NatsConnection;
const endings: (() => Promise<unknown>)[] = [];

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

let count = 0;

async function published(policy: Policy = POLICY, more: { consumers?: string[] } = {}) {
  const prefix = `test-${count++}`;
  const store = memoryStore();
  await store.create(policy);
  const site = await openSite({ store, organization: ORGANIZATION });
  const options = { site, signer, crypto, heartbeatSeconds: 0.2, pollMilliseconds: 50, ...more };
  const publisher: Publisher = await openPublisher(options);
  const errors: unknown[] = [];
  const onNats = natsPublisher(connection, publisher, {
    prefix,
    onError: (error) => errors.push(error),
  });
  endings.push(() => publisher.close());
  endings.push(() => onNats.close());
  const feed = natsFeed(connection, { prefix, organization: ORGANIZATION });
  return { site, publisher, prefix, feed, errors };
}

function consumer(feed: FeedBroadcast & FeedSource, name = 'bridge-1') {
  return openConsumer({
    organization: ORGANIZATION,
    name,
    source: feed,
    broadcast: feed,
    keys,
    crypto,
  }).then((opened) => {
    endings.push(() => opened.stop());
    return opened;
  });
}

test('a consumer follows over NATS, and a removal is enforced within moments', async () => {
  const { site, publisher, feed } = await published(POLICY, { consumers: ['bridge-1'] });
  const reader = await consumer(feed);
  await reader.ready;
  const may = () => {
    const view = reader.pdp.local();
    return view.ok && view.value.check(request('bob', 'front'));
  };
  await until(() => publisher.enforced(0).then(({ missing }) => missing.length === 0));
  expect(may()).toBe(true);
  const revision = await write(site, BOB_LEAVES);
  const began = performance.now();
  expect(await publisher.untilEnforced(revision)).toMatchObject({ enforced: 1, of: 1 });
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(may()).toBe(false);
});

test('a snapshot of many messages arrives whole, and so does a delta that no message holds', async () => {
  const users = Array.from({ length: 30_000 }, (_, index) => ({
    id: `u${index}`,
    name: `Zoë ${index}`,
  }));
  const { site, publisher, feed, prefix } = await published({
    ...POLICY,
    users: [...POLICY.users, ...users],
  });
  const { head, parts } = await feed.snapshot('');
  const told = opened(head);
  const bytes = await all(parts);
  expect(told.kind === 'snapshot' && told.parts.map((part) => part.bytes)).toEqual(
    bytes.map(({ length }) => length),
  );
  const document = JSON.parse(Buffer.concat(bytes).toString('utf8')) as Policy;
  expect(document.users).toHaveLength(30_003);
  const heard: string[] = [];
  const ending = new AbortController();
  const following = feed.follow('', (sealed) => heard.push(opened(sealed).kind), {
    signal: ending.signal,
  });
  await connection.flush();
  const { position } = publisher;
  await write(site, { put: { users: users.map(({ id }) => ({ id, name: 'x'.repeat(40) })) } });
  await until(async () => heard.length > 0);
  // Told of at once, though it cannot be carried.
  expect(heard).toContain('heartbeat');
  expect(heard).not.toContain('delta');
  const answer = await feed.deltas('', position);
  if ('behind' in answer) throw new Error('behind');
  expect(answer.deltas).toHaveLength(1);
  expect(answer.deltas[0]?.length).toBeGreaterThan(1024 * 1024);
  expect(opened(answer.deltas[0] as Uint8Array).revision).toBe(1);
  ending.abort();
  await following;
  expect(prefix).toBeTypeOf('string');
});

test('whoever was away hears what the stream kept since', async () => {
  const { site, feed, prefix, errors } = await published();
  const manager = await jetstreamManager(connection);
  await until(() =>
    manager.streams.info(`${prefix}-deltas`).then(
      () => true,
      () => false,
    ),
  );
  const since = Date.now();
  await write(site, BOB_LEAVES);
  await until(async () => (await manager.streams.info(`${prefix}-deltas`)).state.messages === 1);
  const heard: number[] = [];
  const ending = new AbortController();
  const following = feed.follow(
    '',
    (sealed) => {
      const message = opened(sealed);
      if (message.kind === 'delta') heard.push(message.revision);
    },
    { signal: ending.signal, since },
  );
  await until(async () => heard.length > 0);
  expect(heard).toEqual([1]);
  ending.abort();
  await following;
  expect(errors).toEqual([]);
});

test('a long poll over NATS, an answer that there is none, and a question nobody answers', async () => {
  const { site, publisher, feed } = await published();
  const polled = feed.deltas('', publisher.position, { waitSeconds: 10 });
  await connection.flush();
  const { position } = publisher;
  await write(site, BOB_LEAVES);
  const answer = await polled;
  expect('behind' in answer ? 0 : answer.deltas.length).toBe(1);
  expect(await feed.deltas('', { ...position, epoch: 1 })).toEqual({ behind: true });
  await expect(feed.snapshot('west')).rejects.toMatchObject({
    name: 'CarrierError',
    retryable: true,
  });
  const stranger = natsFeed(connection, { prefix: 'nobody', organization: ORGANIZATION });
  await expect(stranger.deltas('', position)).rejects.toMatchObject({ retryable: true });
});

test('nobody acknowledges in the name of another', async () => {
  const { publisher, feed, prefix } = await published(POLICY, { consumers: ['bridge-1'] });
  const said = {
    organization: ORGANIZATION,
    slice: '',
    consumer: 'bridge-1',
    ...publisher.position,
    withdrawn: [],
    at: Date.now(),
  };
  const subject = `${prefix}.${ORGANIZATION}.=.ack.bridge-2`;
  const answer = await connection.request(subject, JSON.stringify(said));
  expect(answer.headers?.get('Doorwright-Error')).toBe('refused');
  expect(await publisher.enforced(0)).toMatchObject({ enforced: 0 });
  await feed.acknowledge(said);
  expect(await publisher.enforced(0)).toMatchObject({ enforced: 1 });
  const nonsense = await connection.request(subject, 'x');
  expect(nonsense.headers?.get('Doorwright-Error')).toBe('refused');
});

test('ids become tokens of subjects, each its own', () => {
  expect(['', '=', 'a.b', 'a*', '>', 'ü', 'a_b-C9'].map(subjectToken)).toEqual([
    '=',
    '=3D',
    'a=2Eb',
    'a=2A',
    '=3E',
    '=C3=BC',
    'a_b-C9',
  ]);
  expect(() => natsFeed(connection, { prefix: 'a b', organization: 'x' })).toThrow(TypeError);
  expect(() => natsFeed(connection, { prefix: 'a.>', organization: 'x' })).toThrow(TypeError);
});

test('a server that is killed and started again takes nothing with it', async () => {
  const { site, publisher, feed } = await published(POLICY, {
    consumers: ['bridge-1', 'bridge-2'],
  });
  const readers = [await consumer(feed, 'bridge-1'), await consumer(feed, 'bridge-2')];
  await Promise.all(readers.map(({ ready }) => ready));
  for (let turn = 0; turn < 5; turn++) {
    await write(site, { put: { users: [{ id: 'ada', name: `up ${turn}` }] } });
    await nats.crash();
    const revision = await write(site, { put: { users: [{ id: 'ada', name: `down ${turn}` }] } });
    await nats.start();
    const signal = AbortSignal.timeout(20_000);
    expect(await publisher.untilEnforced(revision, { signal })).toMatchObject({
      enforced: 2,
      of: 2,
    });
  }
}, 120_000);

function request(subject: string, door: string) {
  return {
    subject: { type: 'user', id: subject },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: Date.now() },
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came');
}
