/** What the portal of a server over a store is told of its site: questions alone, to these pages, in bounded pieces. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  memoryStore,
  nodeSiteHost,
  openSite,
  putDevice,
  type Site,
  StoreError,
  setCapacity,
} from '../../src/adapters/for-site.js';
import { pagesOf } from '../../src/adapters/server/page-files.js';
import { type RunningServer, startServer } from '../../src/adapters/server/start-server.js';
import { portalApi } from '../../src/cli/portal-api.js';
import { parsePolicy } from '../../src/index.js';

const BEGIN = Date.parse('2026-11-23T08:00:00Z');
const EVENTS = 730;
const clock = { now: BEGIN };
const folder = mkdtempSync(join(tmpdir(), 'doorwright-portal-api-'));
let site: Site;
let server: RunningServer;

function policyOf(more: object = {}) {
  const parsed = parsePolicy({
    version: 1,
    organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
    places: [{ id: 'hq', capacity: 4 }, { id: 'shed' }],
    doors: [
      { id: 'front', place: 'hq', readers: [{ id: 'front-in' }] },
      { id: 'back', place: 'hq' },
    ],
    users: [{ id: 'olga' }, { id: 'ann' }, { id: 'ben' }],
    assignments: [
      {
        ...{ id: 'o', subject: { type: 'user', id: 'olga' }, role: 'organization_owner' },
        scope: { type: 'organization', id: 'acme' },
      },
      {
        ...{ id: 'a', subject: { type: 'user', id: 'ann' }, role: 'place_door_access' },
        scope: { type: 'place', id: 'hq' },
      },
    ],
    ...more,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

async function opened(more: object = {}): Promise<Site> {
  const host = { ...nodeSiteHost, now: () => clock.now };
  const store = memoryStore(host);
  await store.create(policyOf(more));
  return await openSite({ store, organization: 'acme', host });
}

async function open(user: string, door: string): Promise<void> {
  clock.now += 1000;
  await site.open({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: clock.now, method: 'tap' },
  });
}

beforeAll(async () => {
  site = await opened();
  const olga = { type: 'user', id: 'olga' } as const;
  await setCapacity(site, olga, { place: 'hq', mode: 'timeout', timeoutMinutes: 60 });
  await putDevice(site, olga, 'front-in', { kind: 'reader', place: 'hq', door: 'front' });
  for (let count = 0; count < EVENTS; count++) {
    await open(count % 10 === 0 ? 'ben' : 'ann', count % 2 === 0 ? 'front' : 'back');
  }
  writeFileSync(join(folder, 'index.html'), '<head></head>');
  server = await startServer({
    probes: { status: () => ({ ready: true }) as never },
    pages: pagesOf(folder, '/portal/', { asked: portalApi(site) }),
    limits: { answerSeconds: 1 },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
const undo: (() => void)[] = [];
afterEach(() => {
  for (const back of undo.splice(0)) back();
});

interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<Answered>((done, fail) => {
    const asked = request(
      server.url,
      { path: `/portal/api/${path}`, headers, method },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          const body = text.startsWith('{') ? JSON.parse(text) : text;
          done({ status: response.statusCode ?? 0, body, headers: response.headers });
        });
      },
    );
    asked.on('error', fail).end();
  });
}

const filtered = (filter: object) => `filter=${encodeURIComponent(JSON.stringify(filter))}`;

test('the pages learn from their head that there is a site', () => {
  const head = (isSite: boolean) => {
    const pages = pagesOf(folder, '/portal/', { asked: isSite ? portalApi(site) : undefined });
    const here = (name: string) => (name === 'host' ? '127.0.0.1' : undefined);
    return (pages.answer('/portal/', here) as { readonly body: string }).body;
  };
  expect(head(true)).toContain('<link rel="served-site" href="./api/">');
  expect(head(false)).not.toContain('served-site');
});

test('events come newest first, page by page, each once, without their salts', async () => {
  const seqs: number[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body, headers } = await ask(`events?limit=500${more}`);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    seqs.push(...body.events.map(({ seq }: { seq: number }) => seq));
    expect(JSON.stringify(body)).not.toContain('salt');
    cursor = body.cursor;
    pages++;
  } while (cursor !== undefined);
  expect(pages).toBe(2);
  expect(seqs).toEqual(Array.from({ length: EVENTS }, (_, index) => EVENTS - index));
});

test('a filter lets through what it says, and a cursor fits its own list alone', async () => {
  const refused = filtered({ outcome: 'refused', object: { type: 'door', id: 'front' } });
  const { body } = await ask(`events?limit=20&${refused}`);
  expect(body.events).toHaveLength(20);
  for (const event of body.events) {
    expect(event).toMatchObject({
      outcome: 'refused',
      object: { id: 'front' },
      subject: { id: 'ben' },
      reason: 'no_access_right',
    });
  }
  const cursor = encodeURIComponent(body.cursor);
  expect((await ask(`events?limit=20&${refused}&cursor=${cursor}`)).status).toBe(200);
  const other = await ask(`events?limit=20&cursor=${cursor}`);
  expect(other).toMatchObject({ status: 400, body: { code: 'cursor' } });
});

test('lines are those of an export', async () => {
  const csv = await ask(`lines?format=csv&limit=2`);
  expect(csv.body.text.split('\r\n')).toHaveLength(4);
  expect(csv.body.text).toMatch(/^log,seq,id,time,type,/u);
  const next = await ask(`lines?format=csv&limit=2&cursor=${encodeURIComponent(csv.body.cursor)}`);
  expect(next.body.text).toMatch(/^access,728,/u);
  const lines = await ask('lines?format=cloudevents&limit=2');
  const [first] = lines.body.text.split('\n');
  expect(JSON.parse(first)).toMatchObject({
    specversion: '1.0',
    source: '/doorwright/acme/access',
  });
  expect(lines.body.count).toBe(2);
});

test('places that keep count are told, and devices with what is to be done', async () => {
  const { body } = await ask('occupancy');
  expect(body).toEqual({
    places: [{ place: 'hq', count: 1, capacity: 4, reached: [] }],
    isCut: false,
  });
  const inventory = (await ask('inventory')).body;
  expect(inventory.devices).toMatchObject([{ id: 'front-in', status: 'unheard', door: 'front' }]);
  expect(inventory.tasks).toMatchObject([{ door: 'front', kind: 'install' }]);
  expect(inventory.isCut).toBe(false);
});

test('a place that is gone keeps nobody from those that are there', async () => {
  const other = await opened();
  const olga = { type: 'user', id: 'olga' } as const;
  for (const place of ['hq', 'shed']) {
    await setCapacity(other, olga, { place, mode: 'timeout', timeoutMinutes: 60 });
  }
  await other.store.write((writer) =>
    writer.putChanges(
      { revision: writer.revision + 1, remove: { places: ['shed'] } },
      '2026-11-23T08:00:00Z',
    ),
  );
  const answer = await portalApi(other).answer('occupancy', new URLSearchParams());
  expect(answer?.status).toBe(200);
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ places: [{ place: 'hq' }] });
});

test('of more places than an answer holds the first are told, and that there are more', async () => {
  const ids = Array.from({ length: 1002 }, (_, index) => `p${String(index).padStart(4, '0')}`);
  const other = await opened({ places: [{ id: 'hq' }, ...ids.map((id) => ({ id }))] });
  const asked = async () => {
    const answer = await portalApi(other).answer('occupancy', new URLSearchParams());
    const { places, isCut } = JSON.parse(answer?.body ?? '') as {
      places: { place: string }[];
      isCut: boolean;
    };
    return [places.map(({ place }) => place), isCut];
  };
  const remove = (places: string[]) =>
    other.store.write((writer) =>
      writer.putChanges(
        { revision: writer.revision + 1, remove: { places } },
        '2026-11-23T08:00:00Z',
      ),
    );
  const body = { mode: 'timeout', timeoutMinutes: 60 };
  await other.store.write((writer) =>
    writer.putRecords({
      put: ids.map((id) => ({ kind: 'capacity', id, body: { ...body, place: id } })),
    }),
  );
  expect(await asked()).toEqual([ids.slice(0, 1000), true]);
  // Places that are gone take nothing from those that are there.
  await remove(ids.slice(0, 1));
  expect(await asked()).toEqual([ids.slice(1, 1001), true]);
  await remove(ids.slice(1, 2));
  expect(await asked()).toEqual([ids.slice(2), false]);
});

test.each([
  'events?limit=501',
  'events?limit=0',
  'events?limit=1e2',
  'events?limit=10&limit=10',
  'events?log=audit',
  'events?filter=1',
  'events?filter=%7B',
  `events?${filtered({ types: [], nothing: 1 })}`,
  `events?${filtered({ from: 'yesterday' })}`,
  `events?${filtered({ reason: 'x'.repeat(9_000) })}`,
  'events?cursor=1.0000000000000000',
  'lines?format=stored',
  'lines',
  'occupancy?place=hq',
])('a question that is none (%#) is refused, and says why', async (path) => {
  const { status, body } = await ask(path);
  expect(status).toBe(400);
  expect(typeof body.detail).toBe('string');
});

test.each(['', 'constructor', '__proto__', 'events/', 'muster', 'EVENTS', '../policy.json'])(
  'there is nothing at api/%s',
  async (name) => {
    expect((await ask(name)).status).toBe(404);
  },
);

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
  '%s changes nothing: there is nothing',
  async (method) => {
    expect((await ask('events', {}, method)).status).toBe(404);
  },
);

test.each([
  [{ host: 'evil.example' }, 421],
  [{ 'x-forwarded-for': '203.0.113.7' }, 421],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'same-origin' }, 200],
  [{ 'sec-fetch-site': 'none' }, 200],
])('a request with %j is answered %i', async (headers, status) => {
  expect((await ask('occupancy', headers as Record<string, string>)).status).toBe(status);
});

test('a query that is too long is not read', async () => {
  expect((await ask(`events?cursor=${'x'.repeat(12_500)}`)).status).toBe(414);
  // What is longer still does not get so far.
  expect((await ask(`events?cursor=${'x'.repeat(33_000)}`)).status).toBe(431);
});

/** Puts another function in the place of one of the site's, until the test is over. */
function instead<K extends 'refresh'>(name: K, work: Site[K]): void {
  const before = site[name];
  Object.defineProperty(site, name, { value: work, configurable: true, writable: true });
  undo.push(() =>
    Object.defineProperty(site, name, { value: before, configurable: true, writable: true }),
  );
}

test('a store that fails is told as that, and of its message nothing', async () => {
  instead('refresh', () => Promise.reject(new StoreError('unavailable', 'postgres://u:secret@db')));
  const { status, body } = await ask('events');
  expect([status, body.code]).toEqual([503, 'unavailable']);
  expect(JSON.stringify(body)).not.toContain('secret');
});

test('a store that hangs is given up on, and at most eight questions wait for it', async () => {
  const waiting: (() => void)[] = [];
  let count = 0;
  instead('refresh', async () => {
    count++;
    await new Promise<void>((done) => waiting.push(done));
    return site.engine;
  });
  const answers = await Promise.all(Array.from({ length: 9 }, () => ask('occupancy')));
  expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(503));
  expect(answers.filter(({ body }) => body.code === 'busy')).toHaveLength(1);
  expect(count).toBe(8);
  // Once it goes on, so do the questions.
  for (const back of undo.splice(0)) back();
  for (const done of waiting) done();
  await expect.poll(async () => (await ask('occupancy')).status).toBe(200);
});

test('where nobody keeps the site nothing is told', async () => {
  const api = portalApi(await opened({ assignments: [] }));
  for (const name of ['events', 'lines', 'occupancy', 'inventory']) {
    const format = name === 'lines' ? 'format=csv' : '';
    expect(await api.answer(name, new URLSearchParams(format))).toMatchObject({ status: 403 });
  }
});
