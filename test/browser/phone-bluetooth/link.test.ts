/**
 * The emulated locks themselves, before a page of ours that holds nothing but a phone machine and `webBluetoothTransport`:
 * what a page that people use may count on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../protocol/wire/hex.js';
import { NOW } from '../../helpers/issuing.js';
import { timeBytes } from '../../protocol/phone/bundles.js';
import type * as PageCode from '../../services/chromium-page.js';
import type { PageOrder, PageReport } from '../../services/chromium-page.js';
import { type Air, openAir, type Phone } from './air.js';
import { type AirLock, type AirLocks, openAirLocks } from './emulated-lock.js';
import { type SmallDevice, type SmallSite, smallDevice, smallSite } from './small-site.js';

declare const page: typeof PageCode;

const ADA = smallDevice(1);
const BEN = smallDevice(2);

let script: string;
let air: Air;
let folder: string;
let locks: AirLocks;
let lock: AirLock;
let site: SmallSite;
beforeAll(async () => {
  const words = { bundle: true, write: false, format: 'iife', globalName: 'page' } as const;
  const entryPoints = ['test/services/chromium-page.ts'];
  const { outputFiles } = await build({ ...words, entryPoints, platform: 'browser' });
  script = outputFiles[0]?.text ?? '';
  air = await openAir();
});
afterAll(() => air.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phone-bluetooth-'));
  locks = await openAirLocks(air, folder);
  const added = await locks.add();
  lock = added.lock;
  site = smallSite(lock, added.label);
});
afterEach(() => {
  expect(locks.faults).toEqual([]);
  locks.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page with a button, and in it a phone for each visit, which was enrolled just now. */
async function phoneOf(device: SmallDevice): Promise<Visitor> {
  const phone = await air.newPhone();
  await phone.page.route('http://localhost/**', (route) =>
    route.fulfill(
      route.request().url().endsWith('/script')
        ? { contentType: 'text/javascript', body: script }
        : { contentType: 'text/html', body: PAGE },
    ),
  );
  await phone.page.exposeFunction('timeToken', (nonce: string) =>
    toHex(timeBytes(fromHex(nonce), NOW)),
  );
  await phone.page.goto('http://localhost/');
  let bundle = site.bundleFor(device);
  const begin = async () => {
    const order = orderOf(device, bundle, lock);
    phone.chooser.wants(lock.address);
    lock.signal('touched');
    const report = phone.page.evaluate((o) => page.onClick(() => page.visit(o)), order);
    // Told by whoever wants it, or by nobody when the page goes away.
    report.catch(() => undefined);
    await phone.page.click('#open');
    return { report };
  };
  return {
    ...phone,
    begin,
    fetch: () => {
      bundle = site.bundleFor(device);
    },
    async visit() {
      const before = lock.moved.length;
      const told = await (await begin()).report;
      // The answer comes first, and then what the lock gives for others.
      await expect.poll(() => lock.isConnected, { timeout: 10_000 }).toBe(false);
      return { ...told, moves: lock.moved.length - before };
    },
  };
}

function orderOf(
  { setup, secret }: SmallDevice,
  bundle: Uint8Array,
  { lockId }: AirLock,
): PageOrder {
  return {
    setup: JSON.stringify(setup, (_, value) =>
      value instanceof Uint8Array ? { hex: toHex(value) } : value,
    ),
    secret: toHex(secret),
    bundle: toHex(bundle),
    lockId,
    now: NOW,
    over: 'web',
  };
}

interface Visitor extends Phone {
  /** Gets a new bundle. */
  fetch(): void;
  /** Presses the button; what the phone says comes later. */
  begin(): Promise<{ readonly report: Promise<PageReport> }>;
  visit(): Promise<PageReport & { readonly moves: number }>;
}

const PAGE =
  '<!doctype html><title>door</title><button id="open">Open</button><script src="/script"></script>';

/** Every packet up to this one, which is long after the answer, and then one of so many. */
const EACH = 36;
const SOME = 17;

describe('a lock in the air', () => {
  test('opens for a phone that may, again and again, and after the page was loaded anew', async () => {
    const ada = await phoneOf(ADA);
    for (let visit = 1; visit <= 3; visit++) {
      const { result, moves, faults } = await ada.visit();
      expect(result).toMatchObject({ code: 'permitted', receipt: 'kept' });
      expect(moves).toBe(1);
      expect(faults).toEqual([]);
      if (visit === 2) await ada.page.reload();
    }
    expect(ada.complaints).toEqual([]);
    await ada.close();
  });

  test("hears on somebody else's phone what was taken from this one", async () => {
    const [ada, ben] = [await phoneOf(ADA), await phoneOf(BEN)];
    expect(await ben.visit()).toMatchObject({ result: { code: 'permitted' }, moves: 1 });
    site.withdraw(BEN);
    ada.fetch();
    expect(await ada.visit()).toMatchObject({ result: { code: 'permitted' }, moves: 1 });
    const refused = { code: 'refused', status: 'revoked', mayHaveActed: false };
    expect(await ben.visit()).toMatchObject({ result: refused, moves: 0 });
    await ada.close();
    await ben.close();
  });

  test('is free again when a page goes away in the middle', async () => {
    const ada = await phoneOf(ADA);
    // It answered the handshake and would wait 15 seconds for what comes next.
    lock.isMute = true;
    await ada.begin();
    await expect.poll(() => lock.said, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(lock.isConnected).toBe(true);
    await ada.page.reload();
    await expect.poll(() => lock.isConnected, { timeout: 5_000 }).toBe(false);
    lock.isMute = false;
    expect(await ada.visit()).toMatchObject({ result: { code: 'permitted' }, moves: 1 });
    await ada.close();
  });

  test('is one of several, and the others stay closed', async () => {
    const ada = await phoneOf(ADA);
    const { lock: other } = await locks.add();
    expect(await ada.visit()).toMatchObject({ result: { code: 'permitted' }, moves: 1 });
    expect(other.moved).toEqual([]);
    await ada.close();
  });

  test('whose link is lost at whichever packet leaves the phone knowing whether it may be open', async () => {
    const ada = await phoneOf(ADA);
    await ada.visit();
    const whole = lock.packets;
    const seen = new Set<string>();
    for (let packet = 1; packet <= whole; packet += packet < EACH ? 1 : SOME) {
      lock.cutAt = lock.packets + packet;
      const { result, moves } = await ada.visit();
      const told = `${result.code}, ${result.mayHaveActed ? 'may be open' : 'closed'}, moved ${moves}`;
      seen.add(told);
    }
    expect([...seen].sort()).toEqual([
      'outcome_unknown, may be open, moved 0',
      'outcome_unknown, may be open, moved 1',
      'permitted, may be open, moved 1',
    ]);
    lock.cutAt = Number.POSITIVE_INFINITY;
    expect(await ada.visit()).toMatchObject({ result: { code: 'permitted' }, moves: 1 });
    await ada.close();
  });
});
