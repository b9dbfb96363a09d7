/** Opening doors with the phone's page, by the locks of its demo: the real protocol, in a worker of the page. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { text } from './page-text.js';
import { type BuiltPhone, builtPhone } from './phone-build.js';
import { type PhoneSite, servePhone } from './phone-page.js';
import { BOUND, doors } from './phone-suite.js';
import { shoot, violations } from './portal-page.js';

let built: BuiltPhone;
let site: PhoneSite;
let phone: BrowserContext | undefined;
beforeAll(async () => {
  built = await builtPhone();
  site = await servePhone(built.folder);
});
afterAll(async () => {
  await site?.close();
  built?.remove();
});
afterEach(async () => {
  await phone?.close();
  phone = undefined;
  site.isDown = false;
  expect(site.complaints.splice(0)).toEqual([]);
});

/** Somebody in the demo, with a lock within reach of each key. */
async function someone(name: string, view: Parameters<PhoneSite['phone']>[0] = {}): Promise<Page> {
  phone = await site.phone(view);
  const page = await site.open(phone);
  await page.click(`.people button:text("${name}")`);
  await page.waitForSelector('.problem[data-code=ok]', BOUND);
  return page;
}

const CELLAR = '[data-door=l4-cellar]';

async function press(page: Page, door: string): Promise<string | null> {
  await page.click(`${door} .open`);
  await page.waitForSelector(`${door} .end[data-code]`, BOUND);
  return page.getAttribute(`${door} .end`, 'data-code');
}

test('what is loaded is at most 200 kB, compressed: the page, and the demo with it', () => {
  const { folder } = built;
  const assets = readdirSync(join(folder, 'assets')).map((name) => join(folder, 'assets', name));
  const files = [join(folder, 'index.html'), join(folder, 'service-worker.js'), ...assets];
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  expect(assets.length).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(200_000);
});

test('a stranger opens a real lock in two presses: the bolt moves, and the receipt reaches the desk', async () => {
  const page = await someone('Johanna Weiß');
  expect(await page.locator(`${CELLAR} .bolt`).count()).toBe(0);
  expect(await press(page, CELLAR)).toBe('permitted');
  expect(await text(page, `${CELLAR} .end`)).toBe('Open.');
  await page.waitForSelector(`${CELLAR} .bolt[data-open=true]`, BOUND);
  await page.waitForSelector('.waiting[data-count="0"]', BOUND);
  await shoot(page, 'phone-demo-open');
  expect(await violations(page)).toEqual([]);
  // It falls shut by itself.
  await page.waitForSelector(`${CELLAR} .bolt[data-open=false]`, BOUND);
});

test('all of it goes by the keyboard, and in German', async () => {
  const page = await someone('Johanna Weiß', { language: 'de', scheme: 'dark', width: 360 });
  const button = page.getByRole('button', { name: 'Öffnen: Cellar, Lindenallee 4' });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${CELLAR} .end[data-code=permitted]`, BOUND);
  expect(await text(page, `${CELLAR} .end`)).toBe('Offen.');
  expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await violations(page)).toEqual([]);
  await shoot(page, 'phone-demo-de');
});

test('a link that breaks after the bolt moved is told as a door that may be open, and opens again after', async () => {
  const page = await someone('Johanna Weiß');
  await page.click('button:text("Lose the radio link")');
  expect(await press(page, CELLAR)).toBe('outcome_unknown');
  expect(await page.getAttribute(`${CELLAR} .end`, 'data-may-be-open')).toBe('true');
  expect(await text(page, `${CELLAR} .end`)).toContain('The door may be open: look at it.');
  await shoot(page, 'phone-demo-lost');
  await page.click(`${CELLAR} .open`);
  await page.waitForSelector(`${CELLAR} .end[data-code=permitted]`, BOUND);
});

test('keys that were taken away open nothing once phone and lock have heard of it', async () => {
  const page = await someone('Johanna Weiß');
  expect(await doors(page)).toContain('Laundry');
  await page.click('button:text("Withdraw this person")');
  await page.click('button:text("Update the keys")');
  await page.waitForFunction(() => document.querySelector('.key .open') === null, null, BOUND);
  await page.click('button:text("Give them back")');
  await page.click('button:text("Update the keys")');
  await page.waitForSelector(`${CELLAR} .open`, BOUND);
  expect(await press(page, CELLAR)).toBe('permitted');
});

test('a phone that fetched its keys before opens after a reload without a network', async () => {
  const page = await someone('Johanna Weiß');
  await page.evaluate(() => navigator.serviceWorker.ready);
  site.isDown = true;
  await page.reload();
  await page.waitForSelector(`${CELLAR} .open`, BOUND);
  expect(await press(page, CELLAR)).toBe('permitted');
  await page.waitForSelector(`${CELLAR} .bolt[data-open=true]`, BOUND);
});

test('with its clock wrong by a year the phone still opens what it has: locks go by their own', async () => {
  const page = await someone('Johanna Weiß');
  // With this visit it also brings the lock the time.
  expect(await press(page, CELLAR)).toBe('permitted');
  await page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() - 365 * 86_400_000;
    document.querySelector('.end[data-code]')?.removeAttribute('data-code');
  });
  expect(await press(page, CELLAR)).toBe('permitted');
});

test('a building that is torn down is built again, and nobody is enrolled in it', async () => {
  const page = await someone('Johanna Weiß');
  await page.click('button:text("Tear the building down")');
  await page.waitForSelector('.people button', BOUND);
  await page.click('.people button:text("Mehmet")');
  await page.waitForSelector('.problem[data-code=ok]', BOUND);
  expect(await text(page, '.brand')).toContain('Mehmet');
  expect(await press(page, CELLAR)).toBe('permitted');
});
