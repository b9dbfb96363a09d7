/** The portal's page of devices in a real browser: how they fare, and what is to be done on site. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { shoot, type View } from './portal-page.js';
import { expectFit, LOOKS, portalSuite } from './portal-suite.js';

const portal = portalSuite();

async function opened(parameters: string, view?: View): Promise<Page> {
  const page = await portal.open(`#/inventory?${parameters}`, view);
  await page.waitForSelector('main section');
  return page;
}

/** Each row of the nth table as the texts of its cells. */
const rows = (page: Page, nth: number): Promise<string[][]> =>
  page
    .locator(`table >> nth=${nth}`)
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll('td')].map((cell) => (cell.textContent ?? '').trim()),
      ),
    );

test('readers, controllers and locks stand with their status in sign and word', async () => {
  const page = await opened('site=housing');
  const devices = await rows(page, 1);
  const kinds = new Set(devices.map((row) => row[1]));
  expect(kinds).toEqual(new Set(['reader', 'controller', 'lock']));
  const statuses = new Set(devices.map((row) => row[3]));
  expect(statuses).toEqual(
    new Set(['✓ well', '! wants attention', '… silent', '✗ faulty: tampered', '? never heard of']),
  );
  for (const [, kind, , status, battery, firmware, seen] of devices) {
    if (status === '? never heard of')
      expect([battery, firmware, seen]).toEqual(['–', '–', 'never']);
    else
      expect(seen).toMatch(
        /^(?:just now|(?:\d+ )?(?:hours?|days?) ago|yesterday) .+ at \d\d:\d\d$/u,
      );
    if (status === '! wants attention') expect(`${battery} ${firmware}`).toMatch(/^9 %|should be/u);
    // Only what runs on batteries tells of one.
    if (kind === 'controller') expect(battery).toBe('–');
  }
  await shoot(page, 'inventory');
});

test('one list says what is to be done, most urgent first, locks that must hear of something among it', async () => {
  const page = await opened('site=housing');
  const tasks = await rows(page, 0);
  expect(tasks[0]?.[1]).toMatch(
    /^Send someone: the lock must hear of something: could still be opened until/u,
  );
  expect(tasks[0]?.[2]).toBe('1');
  const all = tasks.map((row) => row[1]).join('\n');
  for (const what of [
    'Repair (',
    'Find out why it is silent (',
    'Change the battery (',
    'Update the firmware (',
    'Install (',
    'Look at the lock',
  ]) {
    expect(all).toContain(what);
  }
  expect(all).toContain('): 9 %');
  expect(all).toMatch(/\): 4\.1\.7 → 4\.2\.1/u);
  // What one visit mends stands in one row.
  const doors = tasks.map((row) => row[0]);
  expect(new Set(doors).size).toBe(doors.length);
  // What the list says in English is said anew: nothing of its own words is left.
  expect(all).not.toMatch(/exposed|last heard|never heard of/u);
});

test('kind and status are chosen, and stand in the address', async () => {
  const page = await opened('site=housing');
  await page.selectOption('label:text-is("Kind") + select', 'lock');
  await page.selectOption('label:text-is("Status") + select', 'fault');
  await expect
    .poll(async () => new Set((await rows(page, 1)).map((row) => row[1])))
    .toEqual(new Set(['lock']));
  const shown = await rows(page, 1);
  expect(shown.length).toBeGreaterThan(0);
  expect(await page.textContent('main [role=status]')).toBe(`${shown.length} rows`);
  const { hash } = new URL(page.url());
  expect(hash).toContain('kind=lock&status=fault');
  const again = await portal.open(hash);
  await again.waitForSelector('table >> nth=1');
  expect(await rows(again, 1)).toEqual(shown);
  await page.selectOption('label:text-is("Kind") + select', 'bridge');
  await expect.poll(() => page.textContent('main [role=status]')).toBe('No device is like this.');
});

test.each(['kind=constructor&status=__proto__', 'kind=%00'])(
  'an address with %s shows all devices',
  async (parameters) => {
    const page = await opened(`site=coworking&${parameters}`);
    expect((await rows(page, 1)).length).toBeGreaterThan(15);
  },
);

test('German says the same', async () => {
  const page = await opened('site=housing', { language: 'de' });
  expect(await page.textContent('h1')).toBe('Geräte');
  const tasks = (await rows(page, 0)).map((row) => row[1]).join('\n');
  expect(tasks).toContain(
    'Jemanden schicken: das Schloss muss etwas erfahren: könnte noch geöffnet werden',
  );
  expect(tasks).toContain('Batterie wechseln (');
  expect(tasks).not.toMatch(/exposed|battery|heard|someone/u);
  expect((await rows(page, 1)).map((row) => row[3])).toContain('… verstummt');
  await shoot(page, 'inventory-de');
});

test('a role model that knows no devices has none, and the page says so', async () => {
  const page = await opened('site=club');
  expect(await page.locator('main section').allTextContents()).toEqual([
    'To do on siteNothing needs anybody.',
    'DevicesNo devices are known here.',
  ]);
});

test('the page is accessible, light and dark, wide and on a phone', async () => {
  for (const { scheme, width } of LOOKS) {
    const page = await opened('site=housing', { scheme, width });
    await expectFit(page, `inventory-${scheme}-${width}`);
  }
});
