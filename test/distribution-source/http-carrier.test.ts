import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, expect, test } from 'vitest';
import { CarrierError, type FeedSource } from '../../src/adapters/distribution/carrier.js';
import { FRAMES_TYPE, frame, frames, readFrames } from '../../src/adapters/distribution/frames.js';
import { type FeedHandler, feedHandler } from '../../src/adapters/distribution/http-carrier.js';
import { httpSource } from '../../src/adapters/distribution/http-source.js';
import {
  all,
  BOB_LEAVES,
  ORGANIZATION,
  POLICY,
  publishing,
  START,
  settle,
  write,
} from './ground.js';
import { SmallReader } from './small-reader.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function served(handler: FeedHandler): Promise<string> {
  const server = createServer(getRequestListener(handler));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed/v1`;
}

const framed = { headers: { 'content-type': FRAMES_TYPE } };

const authenticate = async (request: Request) => {
  const token = request.headers.get('authorization')?.replace('Bearer ', '');
  if (token === 'whole') return { consumer: 'bridge-1', slices: 'all' as const };
  if (token === 'none') return { consumer: 'bridge-2', slices: [] };
  return undefined;
};

test('a reader follows over HTTP, and is counted', async () => {
  const { publisher, site } = await publishing({ partBytes: 1024, consumers: ['bridge-1'] });
  const url = await served(feedHandler(publisher, { authenticate }));
  const source = httpSource({ url, token: async () => 'whole' });
  const reader = new SmallReader('bridge-1');
  await reader.fetch(source);
  expect(reader.may('bob', 'front')).toBe(true);
  const revision = await write(site, BOB_LEAVES);
  await reader.fetch(source);
  expect(reader.may('bob', 'front')).toBe(false);
  await reader.acknowledge(source);
  expect(await publisher.enforced(revision)).toMatchObject({ enforced: 1, of: 1 });
  await publisher.close();
});

test('a long poll over HTTP is answered by the next write', async () => {
  const { publisher, site } = await publishing();
  const url = await served(feedHandler(publisher, { authenticate }));
  const source = httpSource({ url, token: 'whole' });
  const polled = source.deltas('', publisher.position, { waitSeconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await write(site, BOB_LEAVES);
  const answer = await polled;
  expect('behind' in answer ? 0 : answer.deltas.length).toBe(1);
  await publisher.close();
});

test('whoever hangs up waits no longer, at the source either', async () => {
  const { publisher } = await publishing();
  let left = 0;
  const watched: FeedSource = {
    snapshot: (...given) => publisher.snapshot(...given),
    acknowledge: (...given) => publisher.acknowledge(...given),
    deltas: (slice, after, options) => {
      options?.signal?.addEventListener('abort', () => left++);
      return publisher.deltas(slice, after, options);
    },
  };
  const url = await served(feedHandler(watched, { authenticate, waitingMaxEach: 1 }));
  const source = httpSource({ url, token: 'whole' });
  const ending = new AbortController();
  const polled = source.deltas('', publisher.position, { waitSeconds: 20, signal: ending.signal });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(source.deltas('', publisher.position, { waitSeconds: 20 })).rejects.toMatchObject({
    retryable: true,
  });
  ending.abort(new Error('enough'));
  await expect(polled).rejects.toThrow('enough');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(left).toBe(1);
  // The place is free again.
  const again = source.deltas('', publisher.position, { waitSeconds: 1 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await publisher.close();
  expect(await again).toMatchObject({ deltas: [] });
});

test('what may not be asked for is refused, and says nothing', async () => {
  const { publisher } = await publishing();
  const handler = feedHandler(publisher, { authenticate });
  const ask = (path: string, init: RequestInit = {}, token = 'whole') =>
    handler(
      new Request(`http://feed.test/feed/v1${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}` },
      }),
    );
  const status = async (...given: Parameters<typeof ask>) => (await ask(...given)).status;
  expect(await status('/snapshot', {}, 'stranger')).toBe(401);
  expect(await status('/snapshot', {}, 'none')).toBe(403);
  expect(await status('/deltas?epoch=1&after=0', {}, 'none')).toBe(403);
  expect(await status('/snapshot?slice=west')).toBe(400);
  expect(await status('/elsewhere')).toBe(404);
  expect(await status('/toString')).toBe(404);
  expect(await status('/snapshot', { method: 'POST' })).toBe(405);
  expect(await status('/deltas')).toBe(400);
  expect(await status('/deltas?epoch=1e3&after=0')).toBe(400);
  expect(await status('/deltas?epoch=1&after=-1')).toBe(400);
  expect(await status('/deltas?epoch=1&after=0')).toBe(410);
  expect(await status('/deltas?epoch=999999999999999&after=0')).toBe(503);
  const post = (body: string, token?: string) =>
    status('/acknowledgements', { method: 'POST', body }, token);
  expect(await post('{')).toBe(400);
  expect(await post('"x"')).toBe(400);
  expect(await post(`"${'x'.repeat(40_000)}"`)).toBe(413);
  const own = {
    organization: ORGANIZATION,
    slice: '',
    consumer: 'bridge-1',
    ...publisher.position,
    withdrawn: [],
    at: START,
  };
  expect(await post(JSON.stringify(own))).toBe(204);
  expect(await post(JSON.stringify({ ...own, consumer: 'bridge-9' }))).toBe(403);
  expect(await post(JSON.stringify({ ...own, consumer: 'bridge-2' }), 'none')).toBe(403);
  expect(await post(JSON.stringify({ ...own, organization: 'other' }))).toBe(400);
  // What cannot be true is refused, and takes the feed from nobody.
  expect(await post(JSON.stringify({ ...own, revision: 1 }))).toBe(503);
  expect(await status('/snapshot')).toBe(200);
  await publisher.close();
});

test('an exception in whoever authenticates is a 500 that says nothing', async () => {
  const { publisher } = await publishing();
  const handler = feedHandler(publisher, {
    authenticate: async () => {
      throw new Error('the secret database');
    },
  });
  const answer = await handler(new Request('http://feed.test/feed/v1/snapshot'));
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  await publisher.close();
});

test('a snapshot that is known already is not sent again', async () => {
  const { publisher, site, time } = await publishing();
  const handler = feedHandler(publisher, { authenticate });
  const ask = (etag = '') =>
    handler(
      new Request('http://feed.test/feed/v1/snapshot', {
        headers: { authorization: 'Bearer whole', 'if-none-match': etag },
      }),
    );
  const first = await ask();
  expect(first.status).toBe(200);
  const etag = first.headers.get('etag') ?? '';
  await first.arrayBuffer();
  expect((await ask(`"other", ${etag}`)).status).toBe(304);
  await write(site, BOB_LEAVES);
  await time.pass(5_000);
  expect((await ask(etag)).status).toBe(200);
  await publisher.close();
});

test('a million bytes in uneven chunks are the frames they were', async () => {
  const parts = [0, 1, 3, 4, 5, 70_000, 0, 12].map((length, index) =>
    new Uint8Array(length).fill(index),
  );
  const body = frames(parts);
  for (const step of [1, 2, 3, 5, 7, 1000, body.length]) {
    const read = await all(readFrames(chunked(body, step), 100_000));
    expect(read).toEqual(parts);
  }
  expect(frames([])).toHaveLength(0);
  expect(await all(readFrames(chunked(frame(new Uint8Array()), 4), 1))).toHaveLength(1);
});

test('a body that ends early, and a frame that is too large, are no answer', async () => {
  const body = frames([new Uint8Array(10)]);
  for (let length = 1; length < body.length; length++) {
    const read = all(readFrames(chunked(body.subarray(0, length), 3), 100));
    await expect(read).rejects.toMatchObject({ retryable: true });
  }
  await expect(all(readFrames(chunked(body, 3), 9))).rejects.toMatchObject({ retryable: false });
});

test.each([
  ['a portal', new Response('<html>a portal</html>'), true],
  ['a frame too large', new Response('text', framed), false],
  ['nothing', new Response(null, framed), true],
  ['half a frame', new Response(frames([new Uint8Array(9)]).subarray(0, 5), framed), true],
  ['a limit', new Response('slow down', { status: 429 }), true],
  ['a fault', new Response(null, { status: 502 }), true],
  ['a refusal', new Response('no', { status: 403 }), false],
])('an answer of %s is a CarrierError', async (_, response, retryable) => {
  const answering = () =>
    httpSource({ url: 'https://feed.test', fetch: async () => response.clone() });
  const error = { name: 'CarrierError', retryable };
  await expect(answering().deltas('', { epoch: 1, revision: 0 })).rejects.toMatchObject(error);
  await expect(answering().snapshot('')).rejects.toMatchObject(error);
});

test('a source that does not answer, or stops within an answer, is given up', async () => {
  const never = new Promise<Response>(() => {});
  const time = (await publishing()).time;
  const aborting = (_: string, init: RequestInit) =>
    Promise.race([
      never,
      new Promise<never>((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      }),
    ]);
  const source = httpSource({
    url: 'https://feed.test',
    fetch: aborting,
    timers: time.timers,
    timeoutSeconds: 10,
  });
  const asked = source.deltas('', { epoch: 1, revision: 0 }, { waitSeconds: 5 });
  asked.catch(() => {});
  await time.pass(14_000);
  await time.pass(2_000);
  await expect(asked).rejects.toMatchObject({ name: 'CarrierError', retryable: true });
});

test('a token that never comes, and a fetch that never ends, are waited for no longer than a call may take', async () => {
  const timers = {
    set(callback: () => void) {
      const timer = setTimeout(callback, 5);
      return () => clearTimeout(timer);
    },
  };
  const url = 'https://site.example/feed/v1';
  const never = () => new Promise<never>(() => {});
  const position = { epoch: 1, revision: 0 };
  for (const source of [
    httpSource({ url, token: never, timers }),
    httpSource({ url, fetch: never, timers }),
  ]) {
    await expect(source.deltas('', position)).rejects.toMatchObject({ retryable: true });
    const ending = new AbortController();
    const waiting = httpSource({ url, token: never }).snapshot('', ending.signal);
    ending.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  }
});

test('a token goes nowhere in the clear', () => {
  expect(() => httpSource({ url: 'http://site.example/feed/v1', token: 'x' })).toThrow('https');
  expect(() => httpSource({ url: 'ftp://site.example' })).toThrow(TypeError);
  httpSource({ url: 'http://site.example/feed/v1', insecure: true });
  httpSource({ url: 'http://localhost:1/feed/v1' });
});

test('bodies above the cap are refused before they are read whole', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(frames([new Uint8Array(1000)]));
    },
  });
  const source = httpSource({
    url: 'https://feed.test',
    fetch: async () => new Response(endless, framed),
    snapshotBytesMax: 10_000,
  });
  const { parts } = await source.snapshot('');
  await expect(all(parts)).rejects.toBeInstanceOf(CarrierError);
  await settle();
  expect(sent).toBeLessThan(20);
  expect(POLICY.users).toHaveLength(3);
});

async function* chunked(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
