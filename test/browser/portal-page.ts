/** The built portal in a real Chromium: what is looked at, and what must never happen on any page. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { listenFor } from './complaints.js';
import { PORTAL } from './portal-build.js';

/** Debian's Chromium, or another one that the environment names. */
export const EXECUTABLE = process.env['DOORWRIGHT_CHROMIUM'] ?? '/usr/bin/chromium';
const ROOT = join(import.meta.dirname, '../..');
/** Screenshots are kept: a reviewer looks at them. */
const SHOTS = join(ROOT, 'coverage/screens');
const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** How a page is opened. */
export interface View {
  readonly language?: 'en' | 'de';
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
}

/** A browser with the portal in it. */
export interface Portal {
  /** Opens a page of the portal; `#/decide?…`. Whatever it complains of is in `complaints`. */
  open(hash: string, view?: View): Promise<Page>;
  /** Console errors, uncaught exceptions, requests to other origins: none are allowed. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/**
 * Serves the built portal on the loopback and starts a browser.
 * @param at - the address of another server that serves it; ends with `/`.
 */
export async function openPortal(at?: string): Promise<Portal> {
  const server = at === undefined ? await serve() : undefined;
  const port = (server?.address() as AddressInfo | undefined)?.port;
  const base = at ?? `http://127.0.0.1:${port}/`;
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const complaints: string[] = [];
  return {
    complaints,
    open: (hash, view = {}) => openPage(browser, base, hash, view, complaints),
    async close() {
      await browser.close();
      server?.closeAllConnections();
      await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)));
    },
  };
}

/** What axe finds against WCAG 2.1 AA and its best practices, as one line each. */
export async function violations(page: Page): Promise<string[]> {
  // By the protocol and not by an inline script, which the page's own policy refuses.
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}

/** Keeps a picture of the page as it is. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

async function openPage(
  browser: Browser,
  base: string,
  hash: string,
  { language = 'en', scheme = 'light', width = 1100 }: View,
  complaints: string[],
): Promise<Page> {
  const context = await browser.newContext({
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'America/New_York',
    colorScheme: scheme,
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  listenFor(page, base, complaints);
  await page.goto(base + hash);
  await page.waitForSelector('h1');
  return page;
}

async function serve(): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://portal');
    const file = join(PORTAL, pathname === '/' ? 'index.html' : pathname);
    if (!file.startsWith(PORTAL) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
