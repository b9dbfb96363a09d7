/** Pages beside a decision point: to this machine alone, whatever stands in between. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pagesOf, pagesTogether } from '../../src/adapters/server/page-files.js';
import { type RunningServer, startServer } from '../../src/adapters/server/start-server.js';

const folder = mkdtempSync(join(tmpdir(), 'doorwright-pages-'));
let server: RunningServer;
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  mkdirSync(join(folder, 'other/inside'), { recursive: true });
  writeFileSync(join(folder, 'other/index.html'), '<head></head>other');
  writeFileSync(join(folder, 'other/inside/index.html'), 'inside');
  writeFileSync(join(folder, 'other/key.webmanifest'), '{}');
  writeFileSync(join(folder, 'index.html'), '<head></head>');
  writeFileSync(join(folder, 'assets/page.js'), 'export {}');
  writeFileSync(join(folder, 'secret.key'), 'secret');
  server = await startServer({
    probes: { status: () => ({ ready: true }) as never },
    pages: pagesTogether([
      pagesOf(folder, '/portal/', {
        made: { 'policy.json': () => '{}', 'none.json': () => undefined },
        links: { phone: '../phone/' },
        isHome: true,
      }),
      pagesOf(join(folder, 'other'), '/phone/'),
    ]),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function ask(
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  method = 'GET',
) {
  return new Promise<{ status: number | undefined; body: string; headers: object }>(
    (done, fail) => {
      const asked = request(`${server.url}`, { path, headers, method }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        response.on('end', () =>
          done({ status: response.statusCode, body, headers: response.headers }),
        );
      });
      asked.on('error', fail).end();
    },
  );
}

test('pages and what is made for them are served to this machine', async () => {
  const index = await ask('/portal/');
  expect(index).toMatchObject({
    status: 200,
    headers: { 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' },
  });
  expect(index.body).toContain('<link rel="served" href="./policy.json">');
  expect((await ask('/portal/assets/page.js')).status).toBe(200);
  expect((await ask('/portal/policy.json?x')).body).toBe('{}');
  for (const host of ['127.0.0.2:8080', 'LOCALHOST', '[::1]:1']) {
    expect((await ask('/portal/policy.json', { host })).status).toBe(200);
  }
  expect(await ask('/portal/policy.json', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
});

test.each([
  '/portal/none.json',
  '/portal/secret.key',
  '/portal/constructor',
  '/portal/__proto__',
  '/portal/../portal/policy.json',
  '/portal//policy.json',
  '/portal/assets',
  '/Portal/',
])('%s is not there', async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test.each([
  { host: 'evil.example' },
  { host: '127.0.0.1.evil.example' },
  { host: '127.evil.0.1' },
  { host: 'localhost:80:80' },
  { host: 'localhost@evil.example' },
  { 'x-forwarded-for': '203.0.113.7' },
  { 'X-Real-IP': '203.0.113.7' },
  { via: '1.1 proxy' },
  { forwarded: 'for=203.0.113.7' },
])('a request with %j is refused', async (headers) => {
  expect((await ask('/portal/policy.json', headers)).status).toBe(421);
});

test('pages of one server lie beside each other, and those that are linked are named in the head', async () => {
  expect((await ask('/portal/')).body).toContain('<link rel="phone" href="../phone/">');
  expect((await ask('/phone/')).body).toBe('<head></head>other');
  expect((await ask('/phone')).status).toBe(307);
  expect(await ask('/')).toMatchObject({ status: 307, headers: { location: '/portal/' } });
  expect((await ask('/', { host: 'evil.example' })).status).toBe(421);
  expect((await ask('/phone/inside/')).body).toBe('inside');
  expect(await ask('/phone/key.webmanifest')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/manifest+json' },
  });
  expect((await ask('/phone/inside')).status).toBe(404);
  expect((await ask('/phone/', { host: 'evil.example' })).status).toBe(421);
  expect((await ask('/elsewhere/')).status).toBe(404);
});
