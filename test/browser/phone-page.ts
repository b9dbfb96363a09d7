/** The built page of the phone in a real Chromium, and a desk for it that tests can break. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { isOfDesk, listenFor } from './complaints.js';
import { EXECUTABLE, type View } from './portal-page.js';

/** Answers a call of the page to its desk; undefined: the connection is cut without an answer. */
export type DeskHandler = (
  request: Request,
) => Promise<Response | undefined> | Response | undefined;

/** The page, served. */
export interface PhoneSite {
  /** Ends in `/`. */
  readonly address: string;
  /** With one, the page is told that there is a desk; without, it is the demo. */
  desk: DeskHandler | undefined;
  /** Nothing is answered any more, or everything again: as a server that is switched off. */
  isDown: boolean;
  /** Changes a text of the page on its way out, as another version would. */
  change: ((name: string, content: string) => string) | undefined;
  /** A browser with a memory of its own: one phone. Its clock begins at `startsAt`, Unix milliseconds, where that is given. */
  phone(view?: View & { readonly startsAt?: number }): Promise<BrowserContext>;
  /** Opens the page there. Whatever it complains of is in `complaints`. */
  open(phone: BrowserContext, hash?: string): Promise<Page>;
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Serves the built page on the loopback and starts a browser. */
export async function servePhone(folder: string): Promise<PhoneSite> {
  const complaints: string[] = [];
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // Under a path, since nothing says that the page lies at the root.
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/phone/`;
  const browser: Browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const site: PhoneSite = {
    address,
    desk: undefined,
    isDown: false,
    change: undefined,
    complaints,
    async phone({ language = 'en', scheme = 'light', width = 420, startsAt } = {}) {
      const phone = await browser.newContext({
        locale: language === 'de' ? 'de-DE' : 'en-GB',
        timezoneId: 'America/New_York',
        colorScheme: scheme,
        viewport: { width, height: 900 },
      });
      if (startsAt !== undefined) await phone.clock.install({ time: startsAt });
      return phone;
    },
    open: (phone, hash = '') => openPage(phone, address, hash, complaints),
    async close() {
      await browser.close();
      await stop(server);
    },
  };
  answer(server, folder, site);
  return site;
}

async function openPage(
  phone: BrowserContext,
  address: string,
  hash: string,
  complaints: string[],
): Promise<Page> {
  const page = await phone.newPage();
  listenFor(page, address, complaints, isOfDesk);
  await page.goto(address + hash);
  await page.waitForSelector('h1');
  return page;
}

function answer(server: Server, folder: string, site: PhoneSite): void {
  const { pathname: base } = new URL(site.address);
  server.on('request', async (incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', site.address);
    if (site.isDown || !pathname.startsWith(base)) return incoming.socket.destroy();
    const path = pathname.slice(base.length);
    if (path.startsWith('api/') && site.desk !== undefined) {
      const answered = await site.desk(await requestOf(incoming, site.address));
      if (answered === undefined) return incoming.socket.destroy();
      response.writeHead(answered.status, Object.fromEntries(answered.headers));
      response.end(new Uint8Array(await answered.arrayBuffer()));
      return undefined;
    }
    const name = path === '' ? 'index.html' : path;
    const file = join(folder, name);
    if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    const content = readFileSync(file, 'utf8');
    const isLinked = extname(file) === '.html' && site.desk !== undefined;
    const linked = isLinked ? content.replace('</title>', LINK) : content;
    return response.end(site.change?.(name, linked) ?? linked);
  });
}

/** As a server of a desk puts it in. */
const LINK = '</title><link rel="desk" href="./api/" />';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

async function requestOf(incoming: IncomingMessage, address: string): Promise<Request> {
  const parts: Uint8Array[] = [];
  for await (const part of incoming) parts.push(part);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const { method = 'GET', url = '/' } = incoming;
  const body = method === 'POST' ? Buffer.concat(parts) : null;
  return new Request(new URL(url, address), { method, headers, body });
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
