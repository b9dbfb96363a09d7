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
  const last = String(addresses).padStart(2, '0');
  const lock = await emulateLock(browser.air, `09:09:09:09:09:${last}`, gatt);
  chooser.wants(lock.address);
  return lock;
}

/** Does something in the page in a click. */
async function click<A, T>(work: (word: A) => Promise<T>, word?: A): Promise<T> {
  const source = `page.onClick(() => (${work.toString()})(${JSON.stringify(word)}))`;
  const done = browser.page.evaluate(source) as Promise<T>;
  await browser.page.click('#open');
  return done;
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

  test('a withdrawn grant does not: the phone brings the news itself', async () => {
    advertise(await inTheAir(bridgeGatt(lock.bridge, lock.capabilities, LOCK_MTU)));
    const { result } = await visit({ bundle: toHex(lock.withdrawnBundle) });
    expect(result).toMatchObject({ code: 'refresh_needed', mayHaveActed: false });
    expect(lock.moved).toEqual([]);
  });

  test('whoever shows the advert of the lock without its keys is told nothing', async () => {
    const echo = { ...bridgeGatt(lock.bridge, lock.capabilities, LOCK_MTU) };
    advertise(await inTheAir({ ...echo, frame: (bytes) => [bytes] }));
    const { result } = await visit();
    expect(result).toMatchObject({ code: 'lock_not_authentic', mayHaveActed: false });
    expect(lock.moved).toEqual([]);
  });

  test('a lock whose INFO is not as in its advert is left', async () => {
    advertise(await inTheAir(bridgeGatt(lock.bridge, Uint8Array.of(1, 1, 7), LOCK_MTU)));
    const { result } = await visit();
    expect(result.code).toBe('lock_incompatible');
    expect(lock.moved).toEqual([]);
  });

  test('a connection that is lost in mid-session is made anew, and the door opens once', async () => {
    const gatt = bridgeGatt(lock.bridge, lock.capabilities, LOCK_MTU);
    let frames = 0;
    const frame: EmulatedGatt['frame'] = (bytes) => {
      frames += 1;
      return frames === 9 ? null : gatt.frame(bytes);
    };
    advertise(await inTheAir({ ...gatt, frame }));
    const { result, told } = await visit();
    expect(result.code).toBe('permitted');
    expect(told.filter((each) => each === 'connected')).toHaveLength(2);
    const end = told.findIndex((each) => each === 'remote' || each === 'lost');
    expect(end).toBeGreaterThan(0);
    expect(told.indexOf('connected', end)).toBeGreaterThan(end);
    expect(lock.moved).toEqual(['unlock 5']);
  });

  test('a connection that is lost before the answer leaves the outcome unknown', async () => {
    const gatt = bridgeGatt(lock.bridge, lock.capabilities, LOCK_MTU);
    const frame: EmulatedGatt['frame'] = (bytes) => {
      const answers = gatt.frame(bytes);
      return lock.moved.length > 0 ? null : answers;
    };
    advertise(await inTheAir({ ...gatt, frame }));
    const { result, told } = await visit();
    expect(result).toMatchObject({ code: 'outcome_unknown', mayHaveActed: true });
    expect(lock.moved).toEqual(['unlock 5']);
    expect(told.filter((each) => ['remote', 'lost', 'local'].includes(each))).toHaveLength(1);
  });

  test('who closes the chooser asks no lock', async () => {
    chooser.wants(null);
    const { result, chosen, told } = await visit();
    expect(chosen).toEqual({ code: 'cancelled' });
    expect(result.code).toBe('cancelled');
    expect(told).toEqual([]);
  });

  test('a lock that shows no advert is not heard', async () => {
    await inTheAir(bridgeGatt(lock.bridge, lock.capabilities, LOCK_MTU));
    expect(await click(() => page.choose())).toEqual({ code: 'not_heard' });
  });

  describe('a link without a phone', () => {
    /** Sends back whatever it gets. */
    const echo: EmulatedGatt = {
      capabilities: Uint8Array.of(1, 1, 1),
      connected: () => undefined,
      frame: (bytes) => [bytes],
      disconnected: () => undefined,
    };
    const told = () => browser.page.evaluate(() => page.told());
    /** Waits until the link told this many things. */
    async function toldThings(count: number): Promise<string[]> {
      await browser.page.waitForFunction((n) => page.told().length >= n, count);
      return told();
    }

    async function connected(mtu: number, over: PageOrder['over'], gatt = echo) {
      const emulated = await inTheAir(gatt);
      advertise(emulated);
      const chosen = await click((m) => page.choose(m), mtu);
      const address = 'address' in chosen ? chosen.address : '';
      const connect = () =>
        browser.page.evaluate(([a, m, o]) => page.connect(a, m, o), [address, mtu, over] as const);
      await connect();
      expect((await toldThings(1))[0]).toBe(`connected ${mtu} 010101`);
      return { emulated, connect };
    }

    test.each([
      [23, 'web'],
      [515, 'web'],
      [23, 'capacitor'],
    ] as const)(
      'carries 200 frames each way, whole and in order: MTU %i over %s',
      async (mtu, over) => {
        await connected(mtu, over);
        const frames = Array.from({ length: 200 }, (_, index) =>
          toHex(new Uint8Array(1 + (index % (mtu - 3))).fill(index)),
        );
        await browser.page.evaluate((all) => page.send(all), frames);
        expect((await toldThings(201)).slice(1)).toEqual(frames);
      },
    );

    test.each(['web', 'capacitor'] as const)(
      'ends when the lock hangs up, after what it had said: %s',
      async (over) => {
        const { emulated, connect } = await connected(23, over);
        emulated.notify(Uint8Array.of(7));
        await toldThings(2);
        await emulated.hangUp();
        expect((await toldThings(3)).slice(1)).toEqual(['07', 'remote']);
        await browser.page.evaluate(() => page.send(['01']));
        await connect();
        expect((await toldThings(1))[0]).toBe('connected 23 010101');
      },
    );

    test.each(['web', 'capacitor'] as const)(
      'ends when the page wants it, and connects again: %s',
      async (over) => {
        const { connect } = await connected(23, over);
        for (let count = 0; count < 3; count++) {
          const before = (await told()).length;
          await browser.page.evaluate(() => page.disconnect());
          expect((await toldThings(before + 1)).slice(before)).toEqual(['local']);
          await connect();
          await toldThings(1);
          await browser.page.evaluate(() => page.send(['0102']));
          expect(await toldThings(2)).toEqual(['connected 23 010101', '0102']);
        }
      },
    );

    test('says that a lock cannot be reached', async () => {
      const { emulated, connect } = await connected(23, 'web');
      await emulated.hangUp();
      await toldThings(2);
      // HCI "connection failed to be established".
      emulated.connectCode = 0x3e;
      await connect();
      expect(await toldThings(1)).toEqual(['unreachable']);
    });

    test('says that an address was never chosen', async () => {
      await browser.page.evaluate(() => page.connect('nobody', 23));
      expect(await toldThings(1)).toEqual(['unreachable']);
    });
  });
});

describe('in Chromium as everybody has it', () => {
  beforeAll(() => start(false));
  afterAll(() => browser.close());

  test('the adverts of a chosen lock are told by nobody, and that is said', async () => {
    const { bridge, capabilities } = bridgeLock();
    await inTheAir(bridgeGatt(bridge, capabilities, LOCK_MTU));
    expect(await click(() => page.choose())).toEqual({ code: 'adverts_not_told' });
  });

  test('a host without an adapter says so', async () => {
    await browser.air.send('BluetoothEmulation.setSimulatedCentralState', { state: 'absent' });
    expect(await click(() => page.choose())).toEqual({ code: 'no_adapter' });
  });

  test('without a click there is no chooser', async () => {
    // A new page: neither the clicks before nor the calls by which tests steer the page may count as one.
    await browser.page.reload();
    const words = { awaitPromise: true, returnByValue: true, expression: 'page.choose()' };
    const { result } = await browser.chooser.send('Runtime.evaluate', words);
    expect(result.value).toEqual({ code: 'not_allowed' });
  });
});
