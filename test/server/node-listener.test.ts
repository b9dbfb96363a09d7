/** What a handler of web requests is given of Node's: the path and the headers as they were sent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeListener } from '../../src/adapters/node-listener.js';

const server = createServer(
  nodeListener(async ({ url, headers }) => {
    const { host, pathname, search } = new URL(url);
    return Response.json({ host, path: pathname + search, by: headers.get('authorization') });
  }),
);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** What the handler saw of a request, byte by byte as it is written here. */
async function seen(target: string, headers = ''): Promise<unknown> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(`GET ${target} HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n${headers}\r\n`);
  let text = '';
  for await (const piece of socket) text += String(piece);
  return JSON.parse(/\{.*\}/u.exec(text)?.[0] ?? 'null');
}

describe('a handler behind Node', () => {
  test.each(['/scim/v2/Users?count=1', '//evil.example/scim/v2/Users', '///scim/v2/Users', '//'])(
    'sees the path and the host of %s as they were sent',
    async (target) => {
      expect(await seen(target)).toEqual({ host: 'good.example', path: target, by: null });
    },
  );

  test('takes no host from behind a backslash', async () => {
    expect(await seen('/\\evil.example/scim')).toMatchObject({
      host: 'good.example',
      path: '//evil.example/scim',
    });
  });

  test('sees a second Authorization as well', async () => {
    const headers = 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n';
    expect(await seen('/x', headers)).toMatchObject({ by: 'Bearer a, Bearer b' });
  });
});
