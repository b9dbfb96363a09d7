/**
 * A real phone in a real browser opens a real lock: Debian's Chromium runs our transports over its own Web
 * Bluetooth, and behind its emulated adapter a lock of this library takes the frames.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toHex } from '../../protocol/wire/hex.js';
import { filled, NOW } from '../helpers/issuing.js';
import { LOCK_ID, setup, timeBytes } from '../protocol/phone/bundles.js';
import { type BridgeLock, bridgeLock } from '../transports/bridge-lock.js';
import { type ChromiumPage, installChromium, openChromium } from './chromium.js';
import { type Chooser, chooserOf } from './chromium-chooser.js';
import { bridgeGatt, type EmulatedGatt, type EmulatedLock, emulateLock } from './chromium-lock.js';
import type * as PageCode from './chromium-page.js';
import type { PageOrder, PageReport } from './chromium-page.js';

declare const page: typeof PageCode;

const ENTRY = 'test/services/chromium-page.ts';
/** The lock agreed to more than the page knows of: its frames are longer than the phone's. */
const LOCK_MTU = 185;

let browser: ChromiumPage;
let chooser: Chooser;
let addresses = 0;

/** Each test has a lock of its own, as each would have its own address. */
async function inTheAir(gatt: EmulatedGatt): Promise<EmulatedLock> {
  addresses += 1;
  const lock = await emulateLock(browser.air, `09:09:09:09:09:0${addresses}`, gatt);
  chooser.wants(lock.address);
  return lock;
}

async function start(isExperimental: boolean): Promise<void> {
  browser = await openChromium(ENTRY, isExperimental);
  chooser = chooserOf(browser.chooser);
  await browser.page.exposeFunction('timeToken', (nonce: string) =>
    toHex(timeBytes(new Uint8Array(Buffer.from(nonce, 'hex')), NOW)),
  );
}

describe('in Chromium with what it keeps behind a flag', () => {
  let lock: BridgeLock;
  let advertising: NodeJS.Timeout;
  beforeAll(async () => {
    installChromium();
    await start(true);
  });
  beforeEach(() => {
    lock = bridgeLock();
    lock.bridge.happen({ kind: 'touched' });
  });
  afterEach(() => clearInterval(advertising));
  afterAll(() => browser.close());

  function advertise(emulated: EmulatedLock): void {
    const advert = lock.bridge.advert as Uint8Array;
    advertising = setInterval(() => void emulated.advertise(advert).catch(() => undefined), 50);
  }

  /** Somebody clicks on "Open", and picks the lock. */
  async function visit(edits: Partial<PageOrder> = {}): Promise<PageReport> {
    const order: PageOrder = {
      setup: JSON.stringify(setup, (_, value) =>
        value instanceof Uint8Array ? { hex: toHex(value) } : value,
      ),
      secret: toHex(filled(101)),
      bundle: toHex(lock.bundle),
      lockId: toHex(LOCK_ID),
      now: NOW,
      over: 'web',
      ...edits,
    };
    const report = browser.page.evaluate((o) => page.onClick(() => page.visit(o)), order);
    await browser.page.click('#open');
    return report;
  }

  test.each(['web', 'capacitor'] as const)('a grant opens the lock over %s', async (over) => {
    const emulated = await inTheAir(bridgeGatt(lock.bridge, lock.capabilities, LOCK_MTU));
    advertise(emulated);
    const { result, told, outbox, faults } = await visit({ over });
    expect(result).toMatchObject({ code: 'permitted', status: 'permitted', receipt: 'kept' });
    expect(lock.moved).toEqual(['unlock 5']);
    expect(faults).toEqual([]);
    expect(outbox).toBeGreaterThan(0);
    expect(told[0]).toBe('connected');
    expect(emulated.operations).toContain('write-without-response');
    expect(emulated.operations).not.toContain('write-with-response');
  });
});
