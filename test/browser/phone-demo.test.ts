/** The demo of the phone's page in a real browser: its worker under a strict policy, its memory, one tab at a time. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Demo, DemoBolt } from '../../examples/phone/src/demo/demo.js';
import type { NodePhone } from '../phone/node-phone.js';
import { EXECUTABLE } from './portal-page.js';

const ROOT = join(import.meta.dirname, '../..');
const POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** What the page of this test offers: the demo, and a phone for it. */
interface Offer {
  openDemo(): Promise<Demo>;
  phone(demo: Demo): NodePhone;
  demo: Demo;
}

const PAGE = `<!doctype html><html lang="en"><head><title>demo</title></head>
<body><script type="module" src="./main.ts"></script></body></html>`;

const MAIN = `
import { nobleCrypto } from '${ROOT}/protocol/crypto/noble.js';
import { openDemo } from '${ROOT}/examples/phone/src/demo/demo.js';
import { NodePhone } from '${ROOT}/test/phone/node-phone.js';
const phone = ({ transport, address, fetch }) => new NodePhone({
  crypto: nobleCrypto(), transport, address, fetch,
  now: () => Math.floor(Date.now() / 1000),
  random: (size) => crypto.getRandomValues(new Uint8Array(size)),
});
Object.assign(globalThis, { openDemo, phone });
`;

let folder: string;
let server: Server;
let browser: Browser;
let context: BrowserContext;
const complaints: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phone-demo-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page/index.html'), PAGE);
  writeFileSync(join(folder, 'page/main.ts'), MAIN);
  await build({
    configFile: false,
    root: join(folder, 'page'),
    base: './',
    logLevel: 'warn',
    resolve: {
      alias: [
        { find: /^doorwright$/u, replacement: join(ROOT, 'dist/index.js') },
        { find: /^doorwright\/(.+)$/u, replacement: join(ROOT, 'dist/$1.js') },
      ],
    },
    worker: { format: 'es' },
    build: {
      target: 'es2022',
      outDir: join(folder, 'built'),
      emptyOutDir: true,
      modulePreload: { polyfill: false },
    },
  });
  server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page');
    const file = join(folder, 'built', pathname === '/' ? 'index.html' : pathname);
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.setHeader('content-security-policy', POLICY);
    response.end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => {
  await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

/** A tab with the page. Whatever the browser complains of, or asks the network for besides files, ends the test. */
async function tab(): Promise<Page> {
  const page = await context.newPage();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const isFile = request.url().startsWith(origin) && /^\/$|^\/assets\//u.test(pathname);
    if (!isFile) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`${origin}/`);
  await page.waitForFunction(() => 'openDemo' in globalThis);
  return page;
}

/** Opens the demo in a tab: its locks, or why there is none. */
function opened(page: Page): Promise<readonly string[] | string> {
  return page.evaluate(async () => {
    const offer = globalThis as unknown as Offer;
    try {
      offer.demo = await offer.openDemo();
      return offer.demo.locks.map(({ id }) => id);
    } catch (error) {
      return (error as Error).message;
    }
  });
}

test('a stranger enrols, opens, and loses a link; nothing is asked of any network', async () => {
  const page = await tab();
  expect(await opened(page)).toHaveLength(4);
  const told = await page.evaluate(async () => {
    const { demo, phone: phoneFor } = globalThis as unknown as Offer;
    const bolts: DemoBolt[] = [];
    demo.watch((bolt) => bolts.push(bolt));
    const { people } = (await (await demo.fetch('./api/demo')).json()) as {
      people: { id: string; code: string }[];
    };
    const phone = phoneFor(demo);
    await phone.enrol(people.find(({ id }) => id === 'johanna')?.code ?? '');
    await phone.meet();
    const flat = demo.locks.find(({ door }) => door === 'l4-f07')?.id ?? '';
    const first = (await phone.open(flat)).code;
    demo.loseLink();
    const second = (await phone.open(flat)).code;
    const third = (await phone.open(flat)).code;
    await phone.carry();
    const { rows } = (await (await demo.fetch('./api/demo/sync')).json()) as {
      rows: { permission: string; knows: boolean }[];
    };
    const row = rows.find(({ permission }) => permission === 'johanna-flat');
    const flats = bolts.filter((bolt) => bolt.open && bolt.lock === flat).length;
    return { codes: [first, second, third], flats, knows: row?.knows };
  });
  expect(told).toEqual({
    ...{ codes: ['permitted', 'outcome_unknown', 'permitted'], flats: 3, knows: true },
  });
});

test('it goes on after a reload, in one tab at a time, until it is forgotten', async () => {
  const page = await tab();
  const locks = await opened(page);
  await page.reload();
  await page.waitForFunction(() => 'openDemo' in globalThis);
  expect(await opened(page)).toEqual(locks);
  const other = await tab();
  expect(await opened(other)).toBe('demo_elsewhere');
  await page.close();
  expect(await opened(other)).toEqual(locks);
  await other.evaluate(() => (globalThis as unknown as Offer).demo.forget());
  const anew = await opened(other);
  expect(anew).toHaveLength(4);
  expect(anew).not.toEqual(locks);
});
