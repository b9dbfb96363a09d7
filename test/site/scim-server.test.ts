/** The SCIM server as a server: lists, discovery, bulk, HTTP, and what hostile clients send. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { apiKeyCallers, nodeListener, scimHandler } from '../../src/adapters/for-scim.js';
import { StoreError } from '../../src/adapters/for-site.js';
import { createApiKey } from '../../src/adapters/site/api-keys.js';
import {
  asker,
  GUEST_TOKEN,
  groupBody,
  patchOf,
  type ScimSite,
  scimPolicy,
  scimSite,
  TOKEN,
  userBody,
} from './scim-site.js';

const ids = (body: { Resources: { id: string }[] }) => body.Resources.map(({ id }) => id);
const names = (body: { Resources: { userName: string }[] }) =>
  body.Resources.map(({ userName }) => userName);
const bulkOf = (Operations: readonly unknown[], parts: object = {}) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations,
  ...parts,
});

/** A site with users u00, u01, … beside those it has. */
async function crowded(count: number): Promise<ScimSite> {
  const scim = await scimSite();
  for (let index = 0; index < count; index++) {
    const userName = `u${String(index).padStart(2, '0')}`;
    const body = userBody(userName, {
      title: index % 2 === 0 ? 'Even' : 'odd',
      nickName: `n${(index * 3) % count}`,
      emails: [{ value: `${userName}@x.example`, type: index % 3 === 0 ? 'work' : 'home' }],
    });
    expect((await scim.ask('POST', '/Users', body)).status).toBe(201);
  }
  return scim;
}

describe('a list', () => {
  test('is paged in an order that stays, and every user is on one page', async () => {
    const { ask } = await crowded(7);
    const all = await ask('GET', '/Users');
    expect(all.body).toMatchObject({ totalResults: 10, startIndex: 1, itemsPerPage: 10 });
    const paged: string[] = [];
    for (let startIndex = 1; startIndex <= 10; startIndex += 3) {
      const page = await ask('GET', `/Users?startIndex=${startIndex}&count=3`);
      expect(page.body.totalResults).toBe(10);
      expect(page.body.itemsPerPage).toBe(page.body.Resources.length);
      paged.push(...ids(page.body));
    }
    expect(paged).toEqual(ids(all.body));
    expect(new Set(paged).size).toBe(10);
    expect((await ask('GET', '/Users?count=0')).body).toMatchObject({
      totalResults: 10,
      Resources: [],
    });
    expect((await ask('GET', '/Users?startIndex=-5&count=-1')).body).toMatchObject({
      startIndex: 1,
      itemsPerPage: 0,
    });
    expect((await ask('GET', '/Users?startIndex=99')).body).toMatchObject({
      totalResults: 10,
      Resources: [],
    });
    expect((await ask('GET', '/Users?count=many')).status).toBe(400);
  });

  test('is filtered, sorted and cut to what is asked for', async () => {
    const { ask } = await crowded(7);
    const odd = encodeURIComponent('title eq "ODD" and emails[type eq "work"].value co "@x"');
    expect(names((await ask('GET', `/Users?filter=${odd}`)).body)).toEqual(['u03']);
    const sorted = await ask(
      'GET',
      '/Users?filter=nickName+pr&sortBy=nickName&sortOrder=descending&count=3',
    );
    expect(sorted.body.totalResults).toBe(7);
    const nicks = sorted.body.Resources.map(({ nickName }: { nickName: string }) => nickName);
    expect(nicks).toEqual(['n6', 'n5', 'n4']);
    const { meta } = (await ask('GET', '/Users?filter=nickName+eq+%22n6%22')).body.Resources[0];
    const byVersion = await ask(
      'GET',
      `/Users?filter=${encodeURIComponent(`meta.version eq ${JSON.stringify(meta.version)}`)}`,
    );
    expect(byVersion.body.totalResults).toBe(1);
    const few = await ask('GET', '/Users?attributes=userName,emails.type&sortBy=userName');
    expect(Object.keys(few.body.Resources.at(-1)).sort()).toEqual([
      'emails',
      'id',
      'schemas',
      'userName',
    ]);
    expect(few.body.Resources.at(-1).emails).toEqual([{ type: 'work' }]);
  });

  test('may be asked for by a body, of one type or of both', async () => {
    const { ask } = await crowded(3);
    const body = {
      filter: 'userName sw "u"',
      sortBy: 'userName',
      sortOrder: 'descending',
      count: 2,
      attributes: ['userName'],
    };
    const users = await ask('POST', '/Users/.search', body);
    expect(names(users.body)).toEqual(['u02', 'u01']);
    expect(users.body.totalResults).toBe(3);
    const both = await ask('POST', '/.search', { count: 100 });
    expect(both.body.totalResults).toBe(7);
    expect(ids(both.body)).toContain('staff');
  });

  test.each([
    'userName',
    'userName eq',
    'userName xx "a"',
    '(userName pr',
    'active gt true',
    ' ',
    'a.b.c pr',
    `${'('.repeat(50)}id pr`,
    `id pr${' or id pr'.repeat(300)}`,
    'x'.repeat(5000),
  ])('is refused for a filter that is none: %s', async (filter) => {
    const { ask } = await scimSite();
    const answer = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect([answer.status, answer.body.scimType]).toEqual([400, 'invalidFilter']);
  });

  test('is kept from whoever may not see users', async () => {
    const { ask } = await scimSite();
    const headers = { authorization: `Bearer ${GUEST_TOKEN}` };
    for (const path of ['/Users', '/Users/owner', '/Users/nobody', '/Groups', '/Groups/staff']) {
      expect((await ask('GET', path, undefined, headers)).status, path).toBe(403);
    }
    expect((await ask('POST', '/.search', {}, headers)).status).toBe(403);
  });
});

describe('the server tells of itself', () => {
  test('what it can, and of which attributes resources consist', async () => {
    const { ask } = await scimSite();
    const config = await ask('GET', '/ServiceProviderConfig');
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true },
      filter: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      changePassword: { supported: false },
    });
    const types = await ask('GET', '/ResourceTypes');
    expect(types.body.Resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([
      '/Users',
      '/Groups',
    ]);
    expect((await ask('GET', '/ResourceTypes/User')).body.schema).toMatch(/User$/u);
    const list = await ask('GET', '/Schemas');
    expect(list.body.totalResults).toBe(3);
    for (const { id } of list.body.Resources) {
      const schema = await ask('GET', `/Schemas/${encodeURIComponent(id)}`);
      expect(schema.body.id).toBe(id);
      expect(schema.body.attributes.length).toBeGreaterThan(1);
    }
  });

  test.each([
    ['GET', '/Nothing', 404],
    ['GET', '/Users/nobody', 404],
    ['GET', '/Users/%F0%28', 404],
    ['GET', '/Users/a/b', 404],
    ['GET', '/Users/__proto__', 404],
    ['GET', '/Groups/constructor', 404],
    ['GET', '/Schemas/none', 404],
    ['GET', '/Me', 501],
    ['DELETE', '/Users', 405],
    ['PUT', '/Users', 405],
    ['POST', '/Users/owner', 405],
    ['POST', '/Schemas', 405],
    ['GET', '/Bulk', 405],
    ['GET', '/Users/.search', 405],
    ['GET', '/Schemas?filter=id+pr', 403],
  ])('%s %s is answered with %i and an Error body', async (method, path, status) => {
    const { ask } = await scimSite();
    const answer = await ask(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/u);
  });
});

describe('who asks', () => {
  test.each([
    ['no token', {}],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an unknown token', { authorization: 'Bearer other' }],
    ['the name of a property', { authorization: 'Bearer constructor' }],
    ['two tokens', { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
    ['a token without end', { authorization: `Bearer ${'x'.repeat(10_000)}` }],
  ])('with %s gets 401 and nothing else', async (_, headers) => {
    const { handler, site } = await scimSite();
    for (const path of ['/Users', '/ServiceProviderConfig', '/Nothing']) {
      const response = await handler(
        new Request(`https://doors.example/scim/v2${path}`, { headers }),
      );
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/u);
      expect(await response.json()).toMatchObject({ status: '401' });
    }
    expect(site.engine.revision).toBe(0);
  });

  test('by an API key may do what its scopes and its maker may, until it ends', async () => {
    const { site } = await scimSite();
    const owner = { type: 'user', id: 'owner' } as const;
    const key = async (scopes: string[]) => {
      const made = await createApiKey(site, owner, { name: 'directory', scopes });
      if (!made.ok) throw new Error(made.detail);
      return { authorization: `Bearer ${made.value.text}` };
    };
    const { site: elsewhere } = await scimSite();
    const ask = asker(scimHandler({ authenticate: apiKeyCallers([elsewhere, site]) }));
    const whole = await key(['scim.*']);
    expect((await ask('POST', '/Users', userBody('ada'), whole)).status).toBe(201);
    expect((await ask('GET', '/Users', undefined, whole)).body.totalResults).toBe(4);
    const reader = await key(['scim.read']);
    expect((await ask('GET', '/Users', undefined, reader)).status).toBe(200);
    expect((await ask('POST', '/Users', userBody('bob'), reader)).status).toBe(403);
    const writer = await key(['scim.user.*', 'scim.group.*']);
    expect((await ask('GET', '/Users', undefined, writer)).status).toBe(403);
    const blind = await ask('POST', '/Users', userBody('cy', { title: 'Dr' }), writer);
    expect(blind.status).toBe(201);
    expect(Object.keys(blind.body).sort()).toEqual(['id', 'meta', 'schemas']);
    const put = await ask('PUT', '/Groups/staff', groupBody('Staff', [blind.body.id]), writer);
    expect([put.status, put.body.members]).toEqual([200, undefined]);
    const other = await key(['link.*']);
    expect((await ask('GET', '/Users', undefined, other)).status).toBe(403);
    expect((await ask('POST', '/Groups', groupBody('Night'), other)).status).toBe(403);
    expect(
      (await ask('GET', '/Users', undefined, { authorization: `${whole.authorization}x` })).status,
    ).toBe(401);
  });
});

describe('a body', () => {
  test.each([
    ['that is no JSON', '{', 'invalidSyntax'],
    ['that is a list', '[]', 'invalidSyntax'],
    ['that nests without end', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, 'invalidSyntax'],
    [
      'that names a member twice in another letter case',
      '{"userName":"x","active":true,"Active":false}',
      'invalidSyntax',
    ],
    ['that names a member twice', '{"userName":"x","active":false,"active":true}', 'invalidSyntax'],
    [
      'that names a member twice, once by an escape',
      '{"userName":"x","name":{"givenName":"a","given\\u004eame":"b"}}',
      'invalidSyntax',
    ],
    ['with __proto__', '{"userName":"x","__proto__":{"active":true}}', 'invalidPath'],
    [
      'with constructor',
      '{"userName":"x","name":{"constructor":{"prototype":{"polluted":1}}}}',
      'invalidPath',
    ],
  ])('%s is refused', async (_, text, scimType) => {
    const { ask, site } = await scimSite();
    for (const path of ['/Users', '/Groups', '/Bulk', '/.search']) {
      const answer = await ask('POST', path, text);
      expect([answer.status, answer.body.scimType], path).toEqual([400, scimType]);
    }
    expect(site.engine.revision).toBe(0);
  });

  test.each([
    '__proto__.active',
    '__proto__',
    'constructor.prototype',
    'name.__proto__',
    'name.constructor',
    'emails[__proto__ eq "x"].value',
    'emails[type eq "work"].constructor',
    'urn:ietf:params:scim:schemas:core:2.0:User:__proto__.active',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:constructor',
    'CONSTRUCTOR.x',
  ])('with the PATCH path %s is refused and pollutes nothing', async (path) => {
    const { ask } = await scimSite();
    for (const op of ['add', 'replace', 'remove']) {
      const patched = await ask('PATCH', '/Users/eve', patchOf({ op, path, value: true }));
      expect([patched.status, patched.body.scimType]).toEqual([400, 'invalidPath']);
      const group = await ask('PATCH', '/Groups/staff', patchOf({ op, path, value: true }));
      expect(group.status).toBe(400);
    }
    for (const name of ['active', 'x', 'type']) expect({}).not.toHaveProperty(name);
    const direct = await ask(
      'PATCH',
      '/Users/eve',
      `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","value":{"${path.replaceAll('"', '\\"')}":true}}]}`,
    );
    expect(direct.status).toBe(400);
  });

  test('that is too large is refused before it is read whole', async () => {
    const { handler } = await scimSite({ bodyBytesMax: 1000 });
    const ask = asker(handler);
    const answer = await ask('POST', '/Users', userBody('x'.repeat(2000)));
    expect([answer.status, answer.body.status]).toEqual([413, '413']);
    expect((await ask('POST', '/Users', userBody('x'))).status).toBe(201);
    expect(() => scimHandler({ authenticate: () => undefined, bodyBytesMax: 1e9 })).toThrow(
      RangeError,
    );
  });

  test('may be called application/json, but not text', async () => {
    const { ask } = await scimSite();
    const types = [
      ['application/json', 201],
      ['Application/SCIM+JSON; charset=utf-8', 201],
      ['text/plain', 415],
    ] as const;
    for (const [type, status] of types) {
      const answer = await ask('POST', '/Users', userBody(type), { 'content-type': type });
      expect(answer.status, type).toBe(status);
    }
  });

  test('with more operations than a PATCH may have is refused', async () => {
    const { ask } = await scimSite();
    const op = { op: 'replace', path: 'title', value: 'x' };
    const most = await ask(
      'PATCH',
      '/Users/eve',
      patchOf(...Array.from({ length: 1000 }, () => op)),
    );
    expect(most.status).toBe(200);
    const over = await ask(
      'PATCH',
      '/Users/eve',
      patchOf(...Array.from({ length: 1001 }, () => op)),
    );
    expect(over.status).toBe(413);
  });
});

describe('a bulk request', () => {
  test('makes users and a group that refers to them, in whatever order', async () => {
    const { ask, site } = await scimSite();
    const answer = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'g',
          data: groupBody('Night', ['bulkId:a', 'bulkId:b', 'eve']),
        },
        { method: 'post', path: '/Users', bulkId: 'a', data: userBody('ada') },
        { method: 'POST', path: '/Users', bulkId: 'b', data: userBody('bob', { active: 'False' }) },
        {
          method: 'PATCH',
          path: '/Users/bulkId:b',
          data: patchOf({ op: 'replace', path: 'title', value: 'Dr' }),
        },
        { method: 'DELETE', path: '/Users/eve' },
      ]),
    );
    expect(answer.status).toBe(200);
    const { Operations } = answer.body;
    // Eve is deleted before the group that waits for the others is made.
    expect(Operations.map(({ status }: { status: string }) => status)).toEqual([
      '400',
      '201',
      '201',
      '200',
      '204',
    ]);
    expect(Operations[1]).toMatchObject({ method: 'POST', bulkId: 'a' });
    expect(Operations[1].location).toMatch(/\/Users\//u);
    expect(Operations[0].response).toMatchObject({ status: '400', scimType: 'invalidValue' });
    const again = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        { method: 'POST', path: '/Groups', bulkId: 'g', data: groupBody('Night', ['bulkId:c']) },
        { method: 'POST', path: '/Users', bulkId: 'c', data: userBody('cy') },
      ]),
    );
    expect(again.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '201',
      '201',
    ]);
    const group = site.engine.policy.groups?.find(({ name }) => name === 'Night');
    expect((await ask('GET', `/Groups/${group?.id}`)).body.members).toHaveLength(1);
  });

  test('tells those that wait for each other, and for nobody', async () => {
    const { ask } = await scimSite();
    const manager = (id: string) => ({
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
        manager: { value: `bulkId:${id}` },
      },
    });
    const answer = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        { method: 'POST', path: '/Users', bulkId: 'a', data: userBody('ada', manager('b')) },
        { method: 'POST', path: '/Users', bulkId: 'b', data: userBody('bob', manager('a')) },
        { method: 'POST', path: '/Users', bulkId: 'c', data: userBody('cy', manager('none')) },
        { method: 'POST', path: '/Users', bulkId: 'd', data: {} },
        { method: 'DELETE', path: '/Users/bulkId:d' },
      ]),
    );
    expect(answer.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '409',
      '409',
      '400',
      '400',
      '400',
    ]);
    expect((await ask('GET', '/Users')).body.totalResults).toBe(3);
  });

  test('finds whom its path names as a URL does: the address that a resource was answered with works', async () => {
    const users = [...scimPolicy().users, { id: 'ann@acme' }, { id: 'bob@acme' }];
    const { ask } = await scimSite({}, scimPolicy({ users }));
    const { location } = (await ask('GET', '/Users/ann%40acme')).body.meta;
    const path = new URL(location).pathname.replace('/scim/v2', '');
    expect(path).toBe('/Users/ann%40acme');
    const answer = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        { method: 'DELETE', path },
        { method: 'DELETE', path: '/Users/bob@acme' },
        { method: 'DELETE', path: '/Users/%zz' },
      ]),
    );
    expect(answer.body.Operations).toMatchObject([
      { status: '204', location },
      { status: '204' },
      { status: '400', response: { scimType: 'invalidPath' } },
    ]);
    for (const id of ['ann@acme', 'bob@acme']) {
      expect((await ask('GET', `/Users/${id}`)).status).toBe(404);
    }
  });

  test('tells where each operation was aimed, but those that would have made something', async () => {
    const { ask } = await scimSite();
    const answer = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        { method: 'DELETE', path: '/Users/nobody' },
        { method: 'PATCH', path: '/Users/owner', data: patchOf() },
        { method: 'POST', path: '/Users', bulkId: 'a', data: {} },
      ]),
    );
    const { Operations } = answer.body;
    const locations = Operations.map(({ location }: { location?: string }) => location);
    const users = 'https://doors.example/scim/v2/Users';
    expect(locations).toEqual([`${users}/nobody`, `${users}/owner`, undefined]);
  });

  test('in which the store fails once tells of all that was done', async () => {
    const { site } = await scimSite();
    const told: unknown[] = [];
    const faults = [new StoreError('conflict', 'secret', { retryable: true }), new Error('secret')];
    let writes = 0;
    const write: typeof site.write = (order) => {
      const fault = faults[writes++ - 1];
      return fault === undefined ? site.write(order) : Promise.reject(fault);
    };
    const ask = asker(
      scimHandler({
        authenticate: () => ({ site: { ...site, write }, actor: { type: 'user', id: 'owner' } }),
        onError: (each) => {
          told.push(each);
          throw new Error('whoever is told fails, too');
        },
      }),
    );
    const answer = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        { method: 'POST', path: '/Users', bulkId: 'a', data: userBody('ada') },
        { method: 'POST', path: '/Users', bulkId: 'b', data: userBody('bob') },
        { method: 'DELETE', path: '/Users/eve' },
        { method: 'POST', path: '/Groups', bulkId: 'g', data: groupBody('G', ['bulkId:b']) },
        { method: 'DELETE', path: '/Users/admin' },
      ]),
    );
    expect(answer.status).toBe(200);
    expect(answer.body.Operations).toMatchObject([
      { status: '201', bulkId: 'a', location: expect.stringContaining('/Users/') },
      { status: '503', bulkId: 'b', response: { status: '503' } },
      { status: '500', response: { status: '500' } },
      { status: '400', bulkId: 'g' },
      { status: '204' },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(told).toEqual(faults);
    expect((await ask('GET', '/Users/eve')).body.active).toBe(true);
  });

  test('stops at as many errors as it says', async () => {
    const { ask } = await scimSite();
    const operations = [
      { method: 'DELETE', path: '/Users/nobody' },
      { method: 'DELETE', path: '/Users/nobody' },
      { method: 'POST', path: '/Users', bulkId: 'a', data: userBody('ada') },
    ];
    const statuses = async (failOnErrors: number) =>
      (await ask('POST', '/Bulk', bulkOf(operations, { failOnErrors }))).body.Operations.map(
        ({ status }: { status: string }) => status,
      );
    expect(await statuses(1)).toEqual(['404']);
    expect(await statuses(2)).toEqual(['404', '404']);
    expect(await statuses(3)).toEqual(['404', '404', '201']);
    for (const failOnErrors of [0, -1, 'x', 1.5]) {
      expect((await ask('POST', '/Bulk', bulkOf([], { failOnErrors }))).status).toBe(400);
    }
  });

  test('is refused where it is too long, and each fault in it is its own', async () => {
    const { ask } = await scimSite();
    const drop = { method: 'DELETE', path: '/Users/nobody' };
    expect(
      (await ask('POST', '/Bulk', bulkOf(Array.from({ length: 1001 }, () => drop)))).status,
    ).toBe(413);
    expect((await ask('POST', '/Bulk', {})).status).toBe(400);
    const faults = await ask(
      'POST',
      '/Bulk',
      bulkOf([
        'x',
        { method: 'GET', path: '/Users' },
        { method: 'POST', path: '/Users', data: userBody('x') },
        { method: 'POST', path: '/Users', bulkId: 'a' },
        { method: 'DELETE', path: 'Users/x' },
        { method: 'POST', path: '/Bulk', bulkId: 'b', data: bulkOf([]) },
        { method: 'DELETE', path: '/Users' },
        { method: 'DELETE', path: '/Users/owner' },
      ]),
    );
    expect(faults.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '400',
      '400',
      '400',
      '400',
      '400',
      '404',
      '405',
      '403',
    ]);
  });
});

test('a client of node:http is served, streamed and capped', async () => {
  const { handler } = await scimSite({ bodyBytesMax: 10_000 });
  const server = createServer(nodeListener(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/scim+json' };
  try {
    const made = await fetch(`${base}/Users`, {
      method: 'POST',
      headers,
      body: JSON.stringify(userBody('ada')),
    });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect(made.headers.get('location')).toBe(`${base}/Users/${id}`);
    const listed = await fetch(`${base}/Users?filter=userName%20eq%20%22ADA%22`, { headers });
    expect(await listed.json()).toMatchObject({ totalResults: 1 });
    const dropped = await fetch(`${base}/Users/${id}`, { method: 'DELETE', headers });
    expect([dropped.status, await dropped.text()]).toEqual([204, '']);
    const large = await fetch(`${base}/Users`, {
      method: 'POST',
      headers,
      body: 'x'.repeat(100_000),
    });
    expect(large.status).toBe(413);
    expect((await fetch(`${base}/Users`)).status).toBe(401);
    expect((await fetch(`${base}/../other`, { headers })).status).toBe(404);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('a store that fails is told as 503 or 500, without a word of why', async () => {
  const { site } = await scimSite();
  const told: unknown[] = [];
  const fail = (error: Error) =>
    asker(
      scimHandler({
        authenticate: () => ({
          site: { ...site, refresh: () => Promise.reject(error) },
          actor: { type: 'user', id: 'owner' },
        }),
        onError: (each) => {
          told.push(each);
          throw new Error('whoever is told fails, too');
        },
      }),
    );
  const busy = new StoreError('conflict', 'secret', { retryable: true });
  const late = await fail(busy)('GET', '/Users');
  expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
  const broken = await fail(new Error('secret'))('GET', '/Users');
  expect(broken.status).toBe(500);
  expect(JSON.stringify([late.body, broken.body])).not.toContain('secret');
  expect(told).toHaveLength(2);
});
