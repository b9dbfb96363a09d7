/** The portal's page of imports in a real browser: a file from choosing it to the policy that it gives. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { text, texts } from './page-text.js';
import { shoot } from './portal-page.js';
import { expectFit, portalSuite, TWO_LOOKS } from './portal-suite.js';

const portal = portalSuite();

const IMPORT = '#/import?site=coworking';

const paste = async (page: Page, csv: string): Promise<void> => {
  await page.fill('textarea', csv);
  await page.waitForSelector('button[type=submit]:not([disabled])');
};
const check = async (page: Page): Promise<void> => {
  await page.click('button:text("Try it on a copy")');
  await page.waitForSelector('.counts');
};
const PEOPLE =
  'ID;E-Mail;Vorname;Nachname;Gruppen;Kürzel\nada;ada@example.org;Ada;Lovelace;berlin-flex;AL\nbob;bob(at)example.org;Bob;;;B\n';

// Fails when the copy is the site, when a wrong row is dropped unseen, or when lines are counted otherwise than an editor does.
test('a dry run tells every wrong row by its line and all that would change, and changes nothing', async () => {
  const page = await portal.open(IMPORT);
  await paste(page, PEOPLE);
  expect(await page.locator('option:text("utf-8 (found out)")').count()).toBe(1);
  expect(await page.locator('option:text("semicolon (found out)")').count()).toBe(1);
  await check(page);
  expect(await text(page, 'strong >> text=Tried on a copy')).toContain('nothing is written yet');
  expect(await text(page, '.counts')).toBe(
    'Rows: 2 · new 1 · changed 0 · as they were 0 · wrong 1 · Not read: Kürzel',
  );
  expect(await texts(page, '[role=status] tbody tr')).toEqual([
    expect.stringMatching(/^3 ?2 \(email\) ?not written rightly/u),
  ]);
  const changes = await texts(page, '.changed li');
  expect(changes[0]).toMatch(/^\+ user ada new: .*Ada Lovelace/u);
  expect(changes.at(-1)).toMatch(/^\+ access right \S+ new: .*berlin-flex/u);
  await shoot(page, 'import-tried');
  await check(page);
  expect((await texts(page, '.changed li'))[0]).toMatch(/^\+ user ada new/u);
});

test('taking it in writes nothing while a row is wrong, and the right ones when told so; again it changes nothing', async () => {
  const page = await portal.open(IMPORT);
  await paste(page, PEOPLE);
  await page.click('button:text("Take it in")');
  await page.waitForSelector('.counts');
  expect(await text(page, '[role=status]')).toContain('Nothing was taken in. some rows are wrong');
  expect(await text(page, '[role=status]')).toContain('Nothing changes.');
  await page.check('label:text("Leave wrong rows out") >> xpath=.. >> input');
  await page.click('button:text("Take it in")');
  await page.waitForSelector('strong:text("Taken in.")');
  expect((await texts(page, '.changed li'))[0]).toMatch(/^\+ user ada new/u);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('button:text("Save the policy it gives")'),
  ]);
  const policy = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(policy.users.find(({ id }: { id: string }) => id === 'ada')).toMatchObject({
    name: 'Ada Lovelace',
    email: 'ada@example.org',
  });
  await page.click('button:text("Try it on a copy")');
  await page.waitForSelector('strong:text("Tried on a copy")');
  expect(await text(page, '.counts')).toContain('new 0 · changed 0 · as they were 1');
  // All pages can be shown with what it gave: she opens what her group opens.
  await page.click('button:text("Take it in")');
  await page.waitForSelector('strong:text("Taken in.")');
  expect(await page.locator('button:text("Show all pages with it")').count()).toBe(0);
});

test('what was taken in can be shown on all pages', async () => {
  const page = await portal.open(IMPORT);
  await paste(page, PEOPLE.split('\n').slice(0, 2).join('\n'));
  await page.click('button:text("Take it in")');
  await page.click('button:text("Show all pages with it")');
  expect(await text(page, 'h1')).toBe('Decide');
  expect(await page.locator('option[value="user:ada"]').count()).toBe(1);
});

test('what a heading means, the encoding and the separator can be said otherwise', async () => {
  const page = await portal.open('#/import?site=coworking&kind=cards');
  await page.fill('textarea', 'Nr|Wem\n4711|lena\n');
  await page.waitForSelector('.faults li');
  expect(await texts(page, '.faults li')).toEqual([
    expect.stringMatching(/^Line 1: a column is missing \(no column for number\)/u),
    expect.stringMatching(/^Line 1: a column is missing/u),
  ]);
  expect(await page.locator('button[type=submit]').isDisabled()).toBe(true);
  await page.selectOption('select[aria-label="Means: Nr"]', 'number');
  await page.waitForFunction(() => document.querySelectorAll('.faults li').length === 1);
  await page.selectOption('select[aria-label="Means: Wem"]', 'user');
  await page.waitForSelector('button[type=submit]:not([disabled])');
  await check(page);
  expect((await texts(page, '.changed li'))[0]).toMatch(/^\+ credential 4711 new: .*lena/u);
  await page.selectOption('label:text("Separator") + select', ',');
  await page.waitForSelector('.faults li');
  expect(await texts(page, 'tbody tr td:first-child')).toEqual(['Nr|Wem']);
});

test('a file is chosen, and a file of windows-1252 is read as what it is', async () => {
  const page = await portal.open(IMPORT);
  const latin = Buffer.from('ID;Name;E-Mail\nmm;Mäx Müller;mm@example.org\n', 'latin1');
  await page.setInputFiles('input[type=file]', {
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: latin,
  });
  await page.waitForSelector('option:text("windows-1252 (found out)")', { state: 'attached' });
  expect(await text(page, '.drop')).toContain('people.csv');
  await check(page);
  expect((await texts(page, '.changed li'))[0]).toContain('Mäx Müller');
  await page.selectOption('label:text("Encoding") + select', 'utf-8');
  await page.waitForSelector('.faults li');
  expect(await texts(page, '.faults li')).toEqual([
    expect.stringContaining('no text of this encoding'),
  ]);
});

test('a file can be dropped', async () => {
  const page = await portal.open(IMPORT);
  await page.evaluate((csv) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([csv], 'dropped.csv', { type: 'text/csv' }));
    document
      .querySelector('.drop')
      ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, PEOPLE);
  await page.waitForSelector('.drop >> text=dropped.csv');
  await page.waitForSelector('button[type=submit]:not([disabled])');
});

// Fails when the page is blocked while it reads, or when cancelling waits for the end.
test('a long file shows how far it is, and can be cancelled', async () => {
  const page = await portal.open(IMPORT);
  const rows = Array.from({ length: 30_000 }, (_, index) => `u${index};u${index}@example.org;User`);
  await page.setInputFiles('input[type=file]', {
    name: 'many.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`ID;E-Mail;Name\n${rows.join('\n')}\n`),
  });
  await page.waitForSelector('button[type=submit]:not([disabled])');
  await page.click('button:text("Try it on a copy")');
  await page.waitForFunction(
    () => (document.querySelector<HTMLProgressElement>('progress')?.position ?? 0) > 0,
  );
  await page.click('button:text-is("Cancel")');
  await page.waitForSelector('.counts');
  expect(await text(page, '[role=status]')).toContain('Cancelled.');
  expect(await page.locator('progress').count()).toBe(0);
});

test.each(['housing', 'coworking'])('the example works with %s', async (site) => {
  for (const kind of ['users', 'cards']) {
    const page = await portal.open(`#/import?site=${site}&kind=${kind}`);
    await page.click('button:text("Take an example")');
    await page.waitForSelector('button[type=submit]:not([disabled])');
    await check(page);
    expect(await text(page, '.counts')).toMatch(/new [1-3] .* wrong [1-3]/u);
    await page.context().close();
  }
});

test('where roles let nobody import, that is said and nothing is taken', async () => {
  const page = await portal.open('#/import?site=club');
  await page.click('button:text("Take an example")');
  await page.click('button:text("Try it on a copy"):not([disabled])');
  await page.waitForSelector('.counts');
  expect(await text(page, 'main > [role=status]')).toContain(
    'whoever keeps this site may not import',
  );
  expect(await text(page, 'main > [role=status]')).toContain('Nothing changes.');
});

test('it is accessible in German, light and dark, wide and on a phone', async () => {
  for (const { scheme, width } of TWO_LOOKS) {
    const page = await portal.open(IMPORT, { scheme, width, language: 'de' });
    await page.click('button:text("Ein Beispiel nehmen")');
    await page.waitForSelector('button[type=submit]:not([disabled])');
    await page.click('button:text("An einer Kopie erproben")');
    await page.waitForSelector('.counts');
    expect(await text(page, '.counts')).toContain('falsch 2');
    await expectFit(page, `import-${scheme}-${width}`);
  }
});
