import { createServer, type Server, Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { postgresDriver } from '../../../src/adapters/store/open-postgres.js';

let server: Server | undefined;
afterEach(() => {
  vi.restoreAllMocks();
  server?.close();
});

test('what a pooler must let through is what the documentation names', async () => {
  const words: string[] = [];
  const open = createServer((socket) =>
    socket.once('data', (bytes) => {
      // Length and version of the protocol, then names and values, each with a zero at its end.
      words.push(...bytes.subarray(8).toString().split('\0'));
      socket.destroy();
    }),
  );
  server = open;
  const port = await new Promise<number>((resolve) => {
    open.listen(0, '127.0.0.1', () => resolve(Object(open.address()).port));
  });
  const driver = await postgresDriver({ connectionString: `postgres://u@127.0.0.1:${port}/d` });
  await expect(driver.connect()).rejects.toThrow();
  await driver.close();
  const sent = new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]]] : [])));
  sent.delete('');
  expect(Object.fromEntries(sent)).toEqual({
    user: 'u',
    database: 'd',
    application_name: 'doorwright',
    client_encoding: 'UTF8',
    lock_timeout: '30000',
    idle_in_transaction_session_timeout: '60000',
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'nobody waits %d milliseconds for an answer',
  async (queryTimeoutMs) => {
    const connectionString = 'postgres://u@127.0.0.1:9/d';
    await expect(postgresDriver({ connectionString, queryTimeoutMs })).rejects.toThrow(RangeError);
  },
);

test('a server whose machine vanished is missed within seconds, not when the system would ask by itself', async () => {
  const asked = vi.spyOn(Socket.prototype, 'setKeepAlive');
  const open = createServer((socket) => socket.destroy());
  server = open;
  const port = await new Promise<number>((resolve) => {
    open.listen(0, '127.0.0.1', () => resolve(Object(open.address()).port));
  });
  const driver = await postgresDriver({ connectionString: `postgres://u@127.0.0.1:${port}/d` });
  await expect(driver.connect()).rejects.toThrow();
  expect(asked.mock.calls).toEqual([[true, 10_000]]);
  await driver.close();
});
