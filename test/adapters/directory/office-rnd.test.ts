/** The HTTP source against a real server on the loopback interface. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { officeRndSource } from '../../../src/adapters/directory/office-rnd.js';
import { parseDirectorySnapshot } from '../../../src/admin/directory/snapshot.js';

const TOKEN = 'a-secret-token';
const lists: Record<string, object[]> = {
  members: [
    { _id: 'm1', name: 'Ann', email: 'ann@x.org', phone: null, company: { _id: 'c1', name: 'C' } },
    { _id: 'm2', name: 'Bob', status: 'former', company: null, twitter: '@bob' },
    { _id: 'm3', name: 'Cem', status: 'active' },
  ],
  companies: [{ _id: 'c1', name: 'Company' }],
  plans: [{ _id: 'p1', name: 'Hot desk', price: 100 }],
  locations: [{ _id: 'l1', name: 'London' }],
  floors: [{ _id: 'f1', location: 'l1' }],
  resources: [
    { _id: 'd1', type: 'desk', floor: 'f1' },
    { _id: 'o1', type: 'team_room', floor: 'f1', location: 'l1' },
    { _id: 'r1', type: 'meeting_room', location: 'l1' },
  ],
  memberships: [
    { _id: 's1', plan: 'p1', member: 'm1', company: 'c1', startDate: '2026-01-01T00:00:00.000Z' },
    { _id: 's2', plan: 'p1', member: 'm3', status: 'not_approved' },
  ],
  bookings: [
    booking('b1', { member: 'm1' }),
    booking('b2', { member: 'm1', canceled: true }),
    booking('b3', {}),
  ],
  passes: [{ _id: 'w1', plan: 'p1', member: 'm3', remaining: 2, endDate: '2026-04-01T00:00:00Z' }],
};

function booking(_id: string, parts: object) {
  return {
    ...{ _id, resource: 'r1', ...parts },
    start: { dateTime: '2026-03-02T12:00:00Z' },
    end: { dateTime: '2026-03-02T13:00:00Z' },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Two elements a page, whatever is asked for. @param strange - answers some requests otherwise. */
async function serve(strange: Handler = () => false) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${url.pathname}${url.search}`);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end();
      return;
    }
    if (strange(request, response, url)) return;
    const list = lists[url.pathname.split('/').at(-1) ?? ''] ?? [];
    const at = Number(url.searchParams.get('$cursorNext') ?? 0);
    const next = at + 2 < list.length ? { cursorNext: String(at + 2) } : { cursorNext: null };
    json(response, { results: list.slice(at, at + 2), ...next });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v2/space`, asked };
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

async function read(strange?: Handler, options: object = {}, token = TOKEN) {
  const { baseUrl, asked } = await serve(strange);
  const source = officeRndSource({ baseUrl, token: () => token, ...options });
  const { signal } = options as { signal?: AbortSignal };
  return { asked, data: await source.read(signal ?? new AbortController().signal) };
}

describe('all pages of all lists', () => {
  test('become one snapshot that the strict parser takes', async () => {
    const { data, asked } = await read();
    const parsed = parseDirectorySnapshot(data);
    expect(parsed).toEqual({
      ok: true,
      value: {
        members: [
          { id: 'm1', name: 'Ann', email: 'ann@x.org', team: 'c1' },
          { id: 'm2', name: 'Bob', active: false },
          { id: 'm3', name: 'Cem', active: true },
        ],
        teams: [{ id: 'c1', name: 'Company' }],
        plans: [{ id: 'p1', name: 'Hot desk' }],
        locations: [{ id: 'l1', name: 'London' }],
        floors: [{ id: 'f1', location: 'l1' }],
        resources: [
          { id: 'd1', kind: 'desk', floor: 'f1' },
          { id: 'o1', kind: 'office', floor: 'f1', location: 'l1' },
          { id: 'r1', kind: 'bookable', location: 'l1' },
        ],
        memberships: [
          { id: 's1', plan: 'p1', member: 'm1', team: 'c1', from: '2026-01-01T00:00:00.000Z' },
        ],
        bookings: [
          {
            ...{ id: 'b1', resource: 'r1', member: 'm1' },
            ...{ from: '2026-03-02T12:00:00Z', until: '2026-03-02T13:00:00Z' },
          },
        ],
        dayPasses: [
          { id: 'w1', kind: 'p1', member: 'm3', remaining: 2, until: '2026-04-01T00:00:00Z' },
        ],
      },
    });
    expect(asked.filter((url) => url.includes('/members?'))).toEqual([
      '/v2/space/members?%24limit=50',
      '/v2/space/members?%24limit=50&%24cursorNext=2',
    ]);
  });

  test('may lie elsewhere', async () => {
    const { asked } = await read(undefined, { paths: { companies: 'teams' } });
    expect(asked).toContain('/v2/space/teams?%24limit=50');
  });
});

describe('anything less is an error', () => {
  const on =
    (list: string, answer: (response: ServerResponse, url: URL) => void): Handler =>
    (_, response, url) => {
      if (!url.pathname.endsWith(`/${list}`)) return false;
      answer(response, url);
      return true;
    };
  const body = (value: unknown) => on('memberships', (response) => json(response, value));

  test.each<[string, string, Handler]>([
    [
      'status',
      'an error on a later list',
      on('passes', (response) => response.writeHead(500).end()),
    ],
    ['status', 'too many requests', on('members', (response) => response.writeHead(429).end())],
    [
      'status',
      'an error on the second page',
      on('members', (response, url) =>
        url.searchParams.has('$cursorNext')
          ? response.writeHead(503).end()
          : json(response, { results: [{ _id: 'm1' }], cursorNext: '2' }),
      ),
    ],
    ['unreachable', 'a broken connection', on('floors', (response) => response.destroy())],
    [
      'unreachable',
      'a redirection, which would carry the token away',
      on('plans', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
    ],
    ['malformed', 'no JSON', on('members', (response) => response.end('<html>'))],
    ['malformed', 'no UTF-8', on('members', (response) => response.end(Buffer.from([0x22, 0xff])))],
    ['malformed', 'a bare list', body([])],
    ['malformed', 'results that are no list', body({ results: {} })],
    ['malformed', 'an element that is no object', body({ results: [null] })],
    ['malformed', 'a cursor that is no text', body({ results: [], cursorNext: 5 })],
    ['partial', 'fewer than the total', body({ results: [{ _id: 's1' }], total: 2 })],
    [
      'partial',
      'pages in a circle',
      on('memberships', (response) => json(response, { results: [], cursorNext: 'again' })),
    ],
  ])('%s: %s', async (code, _, strange) => {
    await expect(read(strange)).rejects.toMatchObject({ name: 'DirectorySourceError', code });
  });

  test('a wrong token is refused, and stands in no message', async () => {
    const failed = read(undefined, {}, 'wrong-secret');
    await expect(failed).rejects.toMatchObject({ code: 'refused', message: 'members: status 401' });
  });

  test('a page without end is cut', async () => {
    const endless = on('members', (response) => {
      const write = (): void => {
        if (!response.destroyed && response.write(' '.repeat(1000))) setImmediate(write);
      };
      write();
    });
    await expect(read(endless, { bytesMax: 5000 })).rejects.toMatchObject({ code: 'too_large' });
  });

  test('pages without end are cut', async () => {
    let page = 0;
    const endless = on('members', (response) =>
      json(response, { results: [], cursorNext: String(++page) }),
    );
    await expect(read(endless, { pagesMax: 10 })).rejects.toMatchObject({ code: 'too_large' });
    expect(page).toBe(10);
  });

  test('a server that says nothing is waited for no longer than told', async () => {
    const silent = on('members', () => undefined);
    const failed = read(silent, { timeoutMilliseconds: 20 });
    await expect(failed).rejects.toMatchObject({ message: 'members: no answer in time' });
  });

  test('a signal ends the read', async () => {
    const stop = new AbortController();
    const silent = on('members', () => stop.abort());
    await expect(read(silent, { signal: stop.signal })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  test('a token is not sent in the open', () => {
    const token = () => TOKEN;
    expect(() => officeRndSource({ baseUrl: 'http://example.org/', token })).toThrow(TypeError);
    expect(() => officeRndSource({ baseUrl: 'nonsense', token })).toThrow(TypeError);
  });
});
