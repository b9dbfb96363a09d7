/** The built documentation, served below a path as a project's pages are, and looked at in a real Chromium. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { listenFor } from './complaints.js';
import { EXECUTABLE, type View } from './portal-page.js';

const ROOT = join(import.meta.dirname, '../..');
/** Where the site lies for these tests. */
export const DOCS = join(ROOT, 'coverage/docs-site');
/** Not the root of the host: a link that forgot its base would lead out of the site. */
export const BASE = '/some/where/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};

/** A browser with the documentation in it. */
export interface DocsSite {
  /** Opens a page such as `offline.html`. */
  open(path: string, view?: View): Promise<Page>;
  /** Console errors, uncaught exceptions, answers that are none, requests to elsewhere: there may be none. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Builds the site by the command that everybody uses. @throws Error with what the command printed when it fails */
export function buildDocs(): void {
  const script = join(ROOT, 'scripts/docs-site.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, '--base', BASE, '--out', DOCS],
    { encoding: 'utf8', cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (status !== 0) throw new Error(`docs-site.mjs ended with ${status}\n${stdout}\n${stderr}`);
}

/** Serves the built site on the loopback and starts a browser. */
export async function openDocs(): Promise<DocsSite> {
  const server = await serve();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const complaints: string[] = [];
  return {
    complaints,
    async open(path, { scheme = 'light', width = 1300 }: View = {}) {
      const context = await browser.newContext({
        colorScheme: scheme,
        reducedMotion: 'reduce',
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      listen(page, origin + BASE, complaints);
      await page.goto(origin + BASE + path);
      await untilAlive(page);
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Waits until the page answers to keys and clicks: its text is there before its program. */
export async function untilAlive(page: Page): Promise<void> {
  await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
}

/** Keeps a picture of what is on the screen; a whole page of a reference would be a picture of twenty screens. */
export async function shootScreen(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(ROOT, 'coverage/screens', `${name}.png`) });
}

function listen(page: Page, base: string, complaints: string[]): void {
  listenFor(page, base, complaints);
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
}

async function serve(): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://docs');
    // The browser asks for this by itself, wherever the page lies.
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const inside = pathname.startsWith(BASE) ? decodeURI(pathname.slice(BASE.length)) : '..';
    const file = join(DOCS, inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside);
    if (!file.startsWith(DOCS) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
