import { createServer, type Server, Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { postgresDriver } from '../../../src/adapters/store/open-postgres.js';

let server: Server | undefined;
afterEach(() => {
  vi.restoreAllMocks();
  server?.close();
});

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
