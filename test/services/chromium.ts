/** Debian's Chromium with an emulated Bluetooth adapter, and a page of ours in it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { EMULATION_GAPS } from './chromium-gaps.js';

/** Debian's Chromium, or another one that the environment names. */
const EXECUTABLE = process.env['DOORWRIGHT_CHROMIUM'] ?? '/usr/bin/chromium';

/** A browser with one page, and the two ends of the protocol by which tests steer it. */
export interface ChromiumPage {
  readonly page: Page;
  /** Of the browser: adapter, devices, GATT. */
  readonly air: CDPSession;
  /** Of the page: the chooser. */
  readonly chooser: CDPSession;
  close(): Promise<void>;
}

/** Installs Chromium where there is none and we may. */
export function installChromium(): void {
  if (existsSync(EXECUTABLE)) return;
  const words = ['install', '--assume-yes', '--no-install-recommends', 'chromium'];
  const done = spawnSync('apt-get', words, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`no Chromium, and apt-get says: ${done.stderr}`);
}

/**
 * Starts a browser and opens a page in it.
 * @param entry - a TypeScript file of this checkout; what it exports is `page` there.
 * @param isExperimental - whether Chromium has what it keeps behind a flag, `watchAdvertisements` among it.
 */
export async function openChromium(entry: string, isExperimental: boolean): Promise<ChromiumPage> {
  const server = await serve(entry);
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: flags(isExperimental),
  });
  try {
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(EMULATION_GAPS);
    await page.goto(`http://127.0.0.1:${port}/`);
    const air = await browser.newBrowserCDPSession();
    const chooser = await page.context().newCDPSession(page);
    await air.send('BluetoothEmulation.enable', { state: 'powered-on', leSupported: true });
    // Without it the chooser waits for ever.
    await chooser.send('DeviceAccess.enable');
    return { page, air, chooser, close: () => shut(browser, server) };
  } catch (error) {
    await shut(browser, server);
    throw error;
  }
}

function flags(isExperimental: boolean): string[] {
  return [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
    '--enable-features=WebBluetooth',
    ...(isExperimental ? ['--enable-experimental-web-platform-features'] : []),
  ];
}

async function serve(entry: string): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer(({ url }, response) => {
    const isScript = url === '/script';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : PAGE);
  });
  // Bluetooth needs a secure context, which a page from this machine is.
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

async function shut(browser: Browser, server: Server): Promise<void> {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

const PAGE =
  '<!doctype html><title>door</title><button id="open">Open</button><script src="/script"></script>';
