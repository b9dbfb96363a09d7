import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptLocks, type LockProvider } from '../../src/adapters/for-locks.js';
import { describeLockProvider } from '../contract/lock-provider.js';
import { startVendor, VENDOR_TOKEN, type Vendor } from './vendor.js';

const real = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const locksOf = (baseUrl: string, more: object = {}) =>
  attemptLocks({
    baseUrl,
    token: () => VENDOR_TOKEN,
    devices: ['a', 'b'],
    attemptPollMs: 10,
    statePollMs: 20,
    ...more,
  });

describeLockProvider('a vendor over HTTP', async () => {
  const vendor = await startVendor(['a', 'b', 'not-ours']);
  const provider = locksOf(vendor.url);
  const unwatch = provider.watch(() => undefined);
  while (provider.state('b')?.available !== true) await real(5);
  return {
    provider,
    devices: ['a', 'b'],
    waitMs: 400,
    holds: false,
    now: Date.now,
    pass: real,
    behave: (device, behaviour) => vendor.locks.get(device)?.behave(behaviour),
    moves: (device) => (vendor.locks.get(device)?.moves ?? []).map(({ command }) => command),
    moveDoor: (device, door) => vendor.locks.get(device)?.moveDoor(door),
    leave: async (device) => void vendor.online.delete(device),
    async stop() {
      unwatch();
      await provider.close();
      await vendor.stop();
    },
  };
});

describe('what a vendor answers when it makes no attempt', () => {
  let vendor: Vendor;
  let provider: LockProvider;
  let ids = 0;
  const unlock = (more: object = {}) =>
    provider.unlock('a', {
      commandId: `x-${++ids}`,
      expiresAt: Date.now() + 300,
      seconds: 3,
      ...more,
    });
  const moves = () => vendor.locks.get('a')?.moves.length;

  beforeEach(async () => {
    vendor = await startVendor(['a', 'b']);
    provider = locksOf(vendor.url);
  });
  afterEach(async () => {
    await provider.close();
    await vendor.stop();
  });

  test.each([
    [400, 'refused', false, false],
    [401, 'refused', false, false],
    [404, 'refused', false, false],
    [408, 'unavailable', true, true],
    [409, 'unavailable', true, true],
    [429, 'unavailable', false, true],
    [500, 'unavailable', true, true],
    [503, 'unavailable', true, true],
    // An answer that is none: whether an attempt was made, nobody knows.
    [200, 'unavailable', true, true],
  ])('status %i is %s', async (status, outcome, mayHaveActed, retryable) => {
    vendor.next = (_, response) => response.writeHead(status).end('{"action_attempt":{}}');
    expect(await unlock()).toMatchObject({ outcome, mayHaveActed, retryable });
    expect(vendor.asked).toEqual(['/locks/unlock_door']);
  });

  test('a connection that is refused proves that nothing was sent', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    await once(closed, 'close');
    provider = locksOf(`http://127.0.0.1:${port}`);
    expect(await unlock()).toMatchObject({ outcome: 'unavailable', mayHaveActed: false });
  });

  test('a connection that breaks proves nothing', async () => {
    vendor.next = (request) => request.socket.destroy();
    expect(await unlock()).toMatchObject({ outcome: 'unavailable', mayHaveActed: true });
    expect(vendor.asked).toHaveLength(1);
  });

  test('a vendor that says nothing runs into the time, and nothing is asked twice', async () => {
    vendor.next = () => undefined;
    expect(await unlock()).toMatchObject({ outcome: 'timed_out', mayHaveActed: true });
    expect(vendor.asked).toEqual(['/locks/unlock_door']);
  });

  test('a question after an attempt that fails is asked again, the attempt is not', async () => {
    const waiting = unlock();
    while (vendor.asked.length === 0) await real(1);
    vendor.next = (_, response) => response.writeHead(502).end();
    expect(await waiting).toMatchObject({ outcome: 'confirmed' });
    expect(vendor.asked.filter((path) => path === '/locks/unlock_door')).toHaveLength(1);
    expect(moves()).toBe(1);
  });

  test('a redirect is not followed: the token stays here', async () => {
    vendor.next = (_, response) =>
      response.writeHead(307, { location: '/locks/unlock_door' }).end();
    const result = await unlock();
    expect(result.outcome).toBe('unavailable');
    expect(vendor.asked).toHaveLength(1);
    expect(moves()).toBe(0);
  });

  test('no token, no call', async () => {
    provider = locksOf(vendor.url, { token: () => Promise.reject(new Error('expired')) });
    expect(await unlock()).toMatchObject({ outcome: 'unavailable', mayHaveActed: false });
    expect(vendor.asked).toEqual([]);
  });

  test('what the vendor says in words is not repeated', async () => {
    const secret = 'somebody@example.com';
    vendor.next = (_, response) =>
      response.writeHead(200).end(
        JSON.stringify({
          action_attempt: { action_attempt_id: 'x', status: 'error', error: { type: secret } },
        }),
      );
    const result = await unlock();
    expect(result).toMatchObject({ outcome: 'refused', mayHaveActed: true });
    expect(JSON.stringify(result)).not.toContain(secret);
  });

  test('a list that fails is an error, and all locks are out of reach', async () => {
    await provider.devices();
    expect(provider.state('a')).toEqual({
      bolt: 'locked',
      door: 'closed',
      battery: 100,
      available: true,
    });
    vendor.next = (_, response) => response.writeHead(500).end();
    await expect(provider.devices()).rejects.toThrow('could not be listed');
    expect(provider.state('a')?.available).toBe(false);
  });
});

test.each(['http://vendor.example', 'ftp://127.0.0.1', 'ws://localhost'])(
  'a token is not shown to the network: %s',
  (baseUrl) => {
    expect(() => locksOf(baseUrl)).toThrow(TypeError);
  },
);
