/** What whoever may ask on a NATS server might make a publisher do. */
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import { natsFeed, natsPublisher } from '../../src/adapters/for-nats.js';
import { memoryStore, openSite } from '../../src/adapters/for-site.js';
import { crypto, ORGANIZATION, POLICY, signer } from '../distribution-source/ground.js';
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

async function published(more: { replyPrefixes?: readonly string[] } = {}) {
  const prefix = `attacked-${count++}`;
  const store = memoryStore();
  await store.create(POLICY);
  const site = await openSite({ store, organization: ORGANIZATION });
  const publisher = await openPublisher({ site, signer, crypto, heartbeatSeconds: 60 });
  const onNats = natsPublisher(connection, publisher, { prefix, ...more });
  endings.push(() => publisher.close());
  endings.push(() => onNats.close());
  const feed = natsFeed(connection, { prefix, organization: ORGANIZATION, timeoutSeconds: 2 });
  return { publisher, prefix, feed };
}

test('answers go to inboxes alone: nobody makes a publisher delete a stream, or speak where he may not himself', async () => {
  const { publisher, prefix, feed } = await published();
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: `of-others-${prefix}`, subjects: [`of-others-${prefix}`] });
  const heard: string[] = [];
  const victim = `${prefix}.somewhere`;
  const watching = connection.subscribe(victim, {
    callback: (_, message) => {
      heard.push(message.subject);
    },
  });
  await connection.flush();
  const { position } = publisher;
  // An epoch that is over: the answer has no body, which is how a stream is deleted.
  const behind = JSON.stringify({ epoch: 1, after: 0, wait: 0 });
  const now = JSON.stringify({ epoch: position.epoch, after: position.revision, wait: 0 });
  const base = `${prefix}.${ORGANIZATION}.=`;
  for (const reply of [`$JS.API.STREAM.DELETE.of-others-${prefix}`, victim, `${base}.heartbeat`]) {
    connection.publish(`${base}.ask.deltas`, behind, { reply });
    connection.publish(`${base}.ask.deltas`, now, { reply });
    connection.publish(`${base}.ask.snapshot`, '', { reply });
    connection.publish(`${base}.ask.snapshot`, '');
    connection.publish(`${base}.ack.bridge-1`, 'x', { reply });
  }
  // Answered after all of these.
  for (let turn = 0; turn < 3; turn++) await feed.deltas('', position);
  await connection.flush();
  expect(await manager.streams.info(`of-others-${prefix}`)).toBeDefined();
  expect(heard).toEqual([]);
  watching.unsubscribe();
});

test('inboxes may have other names where the publisher is told', async () => {
  const { publisher, prefix } = await published({ replyPrefixes: ['_INBOX_bridge'] });
  const ask = async (reply: string) => {
    const answered = connection.subscribe(reply, { max: 1 });
    const question = JSON.stringify({ ...publisher.position, after: 0, wait: 0 });
    connection.publish(`${prefix}.${ORGANIZATION}.=.ask.deltas`, question, { reply });
    const timer = setTimeout(() => answered.unsubscribe(), 500);
    for await (const _ of answered) {
      clearTimeout(timer);
      return true;
    }
    return false;
  };
  expect(await ask('_INBOX_bridge.1')).toBe(true);
  expect(await ask('_INBOX.1')).toBe(false);
});

test('more questions that wait than there is room for are answered at once, and cost the others nothing', async () => {
  const { publisher, prefix, feed } = await published();
  const { epoch, revision } = publisher.position;
  const question = JSON.stringify({ epoch, after: revision, wait: 30 });
  let answered = 0;
  const inbox = connection.subscribe('_INBOX.flood', { callback: () => void answered++ });
  for (let times = 0; times < 2500; times++) {
    connection.publish(`${prefix}.${ORGANIZATION}.=.ask.deltas`, question, {
      reply: '_INBOX.flood',
    });
  }
  expect(await feed.deltas('', publisher.position)).toMatchObject({ deltas: [] });
  await connection.flush();
  expect(answered).toBeGreaterThanOrEqual(500);
  inbox.unsubscribe();
}, 30_000);
