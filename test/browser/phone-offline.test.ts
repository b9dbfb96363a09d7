/** The phone's page where there is no network, and what comes when there is one again. */
import { describe, expect, test } from 'vitest';
import { text } from './page-text.js';
import { BOUND, doors, phoneSuite } from './phone-suite.js';
import { shoot } from './portal-page.js';

const suite = phoneSuite();

describe('without a network', () => {
  test('the page opens again with its keys, says what is old, and updates when the network is back', async () => {
    const { phone, page } = await suite.enrolled('johanna');
    await page.evaluate(() => navigator.serviceWorker.ready);
    const before = await doors(page);
    await page.close();
    suite.site.isDown = true;
    const offline = await suite.site.open(phone);
    await offline.waitForSelector('.problem[data-code=unreachable]', BOUND);
    expect(await doors(offline)).toEqual(before);
    expect(await text(offline, '.updated')).toMatch(/24 Nov 2026, 04:0\d/u);
    expect(
      await offline.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(0);
    await shoot(offline, 'phone-offline');
    suite.site.isDown = false;
    await offline.evaluate(() => dispatchEvent(new Event('online')));
    await offline.waitForSelector('.problem[data-code=ok]', BOUND);
  });

  test('a new version is fetched whole, waits for a press, and replaces the old one', async () => {
    const { page } = await suite.enrolled('johanna');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const versions = () => page.evaluate(() => caches.keys());
    const [old] = await versions();
    suite.site.change = (name, content) =>
      name === 'service-worker.js'
        ? content.replace(/"version":"\w+"/u, '"version":"next"')
        : content;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.click('button:text("Use it")');
    await page.waitForFunction(async () =>
      (await caches.keys()).every((name) => name.endsWith('next')),
    );
    await page.waitForSelector('.problem[data-code=ok]', BOUND);
    expect(await versions()).not.toContain(old);
  });

  test('a page of another version than its worker is not kept: without a network it would be empty', async () => {
    const { phone, page } = await suite.enrolled('johanna');
    await page.evaluate(() => navigator.serviceWorker.ready);
    const before = await page.evaluate(() => caches.keys());
    suite.site.change = (name, content) => {
      if (name === 'index.html') return content.replace(/(\.\/assets\/)(\S+\.js)/gu, '$1other-$2');
      return name === 'service-worker.js'
        ? content.replace(/"version":"\w+"/u, '"version":"next"')
        : content;
    };
    // As an update that was copied half to its server.
    const became = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const worker = registration.installing ?? registration.waiting;
      if (worker === null) return 'none';
      while (worker.state === 'installing') {
        await new Promise((done) => worker.addEventListener('statechange', done, { once: true }));
      }
      return worker.state;
    });
    expect(became).toBe('redundant');
    expect(await page.evaluate(() => caches.keys())).toEqual(before);
    await page.close();
    suite.site.isDown = true;
    const offline = await suite.site.open(phone);
    await offline.waitForSelector('.key', BOUND);
  });

  test('a desk that a server puts into the same version is there at the visit after the next', async () => {
    const phone = await suite.newPhone();
    suite.site.desk = undefined;
    const page = await suite.site.open(phone);
    await page.waitForSelector('.people', BOUND);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.close();
    suite.site.desk = suite.house.answer;
    const next = await suite.site.open(phone);
    const kept = (): Promise<boolean> =>
      next.evaluate(async () => {
        const [name = ''] = await caches.keys();
        const page = await (await caches.open(name)).match('./');
        return (await page?.text())?.includes('rel="desk"') === true;
      });
    await expect.poll(kept, BOUND).toBe(true);
    await next.close();
    const after = await suite.site.open(phone);
    await after.waitForSelector('form', BOUND);
    expect(await after.locator('.people').count()).toBe(0);
  });
});
