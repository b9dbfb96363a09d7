/** Debian's Chromium with an emulated Bluetooth adapter, locks around it, and as many people with phones as a test wants. */
import {
  type Browser,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  type Page,
} from 'playwright-core';
import { installChromium } from '../../services/chromium.js';
import { type Chooser, chooserOf } from '../../services/chromium-chooser.js';
import { EMULATION_GAPS, LEFT } from '../../services/chromium-gaps.js';
import type { EmulatedLock } from '../../services/chromium-lock.js';
import { isOfDesk, listenToConsole } from '../complaints.js';
import { EXECUTABLE } from '../portal-page.js';

/** A browser in which every page has Bluetooth and the adverts of chosen locks. */
export interface Air {
  /** The browser's end of the protocol: adapter, devices, GATT. */
  readonly session: CDPSession;
  /** Whoever is in the air; a page that leaves a lock is heard by it. */
  readonly locks: Set<EmulatedLock>;
  /** Somebody's phone: nothing in it is known to another. */
  newPhone(options?: BrowserContextOptions): Promise<Phone>;
  setAdapter(state: 'absent' | 'powered-off' | 'powered-on'): Promise<void>;
  /** Ends the browser, whether it answers or not. */
  close(): Promise<void>;
}

/** A browser window as somebody's phone. */
export interface Phone {
  readonly page: Page;
  readonly chooser: Chooser;
  /** Console errors and warnings, uncaught exceptions, requests to other origins than the page's. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** How long anything in a page may take; vitest's own limits are longer. */
const PAGE_MS = 15_000;

/** How long a browser may take to end in peace. */
const CLOSE_MS = 5_000;

/** Starts a browser with its adapter switched on. */
export async function openAir(): Promise<Air> {
  installChromium();
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const id = processInfo.find(({ type }) => type === 'browser')?.id;
  const close = () => endBrowser(browser, id);
  try {
    await session.send('BluetoothEmulation.enable', { state: 'powered-on', leSupported: true });
    await holdAdapter(browser);
  } catch (error) {
    await close();
    throw error;
  }
  const locks = new Set<EmulatedLock>();
  return {
    session,
    locks,
    newPhone: (options) => newPhone(browser, locks, options),
    setAdapter: async (state) => {
      await session.send('BluetoothEmulation.setSimulatedCentralState', { state });
    },
    close,
  };
}

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  ...['--enable-features=WebBluetooth', '--enable-experimental-web-platform-features'],
];

/** The emulated adapter goes with the last document that used it, so a reload would end it: one stays for ever. */
async function holdAdapter(browser: Browser): Promise<void> {
  const page = await (await browser.newContext()).newPage();
  await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  await page.goto('http://localhost/');
  await page.evaluate('navigator.bluetooth.getAvailability()');
}

async function newPhone(
  browser: Browser,
  locks: ReadonlySet<EmulatedLock>,
  options: BrowserContextOptions = {},
): Promise<Phone> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  await context.addInitScript(EMULATION_GAPS);
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_MS);
  const session = await context.newCDPSession(page);
  // Without it the chooser waits for ever.
  await session.send('DeviceAccess.enable');
  const chooser = chooserOf(session);
  await page.exposeFunction(LEFT, async () => {
    for (const lock of locks) if (chooser.picked.has(lock.address)) await lock.left();
  });
  const complaints = complaintsOf(page);
  return { page, chooser, complaints, close: () => context.close() };
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  listenToConsole(page, complaints, isOfDesk);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'http:' && url.origin !== new URL(page.url()).origin) {
      if (!request.isNavigationRequest()) complaints.push(`asked for ${url}`);
    }
  });
  return complaints;
}

/** A browser whose Bluetooth broke does not close by itself. */
async function endBrowser(browser: Browser, id: number | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), CLOSE_MS);
  });
  const end = await Promise.race([browser.close(), late]);
  clearTimeout(timer);
  if (end !== 'late' || id === undefined) return;
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended after all.
  }
}
