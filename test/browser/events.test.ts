/** The portal's page of events in a real browser: a made-up site that is decided and written in the page itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { text } from './page-text.js';
import { PORTAL } from './portal-build.js';
import { shoot, type View } from './portal-page.js';
import { expectFit, LOOKS, portalSuite } from './portal-suite.js';

const portal = portalSuite();

/** Opens the page and waits until the site in it stands and has answered. */
async function opened(parameters: string, view?: View): Promise<Page> {
  const page = await portal.open(`#/events?${parameters}`, view);
  await page.waitForSelector(
    'main section:last-of-type :is(tbody tr, p:not(.tools)), [role=alert]',
  );
  return page;
}

/** Each row as the texts of its cells. */
const rows = (page: Page): Promise<string[][]> =>
  page
    .locator('.wide tbody tr')
    .evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
    );

async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download') as Promise<Download>,
    page.click(`button:text("${button}")`),
  ]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

test('a made-up day says that it is one, and why each door opened or did not', async () => {
  const page = await opened('site=housing');
  expect(await text(page, '.notice')).toContain('None of this happened.');
  const all = await rows(page);
  expect(all).toHaveLength(50);
  const refused = all.find(([, , , , outcome]) => outcome === '✗ refused');
  expect(refused?.[5]).toMatch(/\S.*“\S+”.* Ask again$/u);
  expect(all.some(([, what]) => what === 'Door opened')).toBe(true);
  // By the clock of the site, wherever the browser stands, and newest first.
  const times = await page
    .locator('.wide time')
    .evaluateAll((each) => each.map((time) => time.getAttribute('datetime') ?? ''));
  expect(times).toEqual([...times].sort().reverse());
  expect(times[0]).toMatch(/^2026-11-23T17:/u);
  expect(all[0]?.[0]).toMatch(/^23\/11\/2026, 18:/u);
  await shoot(page, 'events');
});

test('the day is the same whenever it is drawn', async () => {
  const first = await rows(await opened('site=coworking'));
  expect(await rows(await opened('site=coworking'))).toEqual(first);
});

test('filters stand in the address: it shows the same to whoever opens it', async () => {
  const page = await opened('site=housing');
  await page.selectOption('label:text("Outcome") + select', 'refused');
  await page.selectOption('label:text-is("Why") + select', 'no_access_right');
  await page.selectOption('label:text("Place") + select', 'u11');
  await expect
    .poll(async () => new Set((await rows(page)).map((row) => row[4])))
    .toEqual(new Set(['✗ refused']));
  await expect.poll(async () => (await rows(page)).length).toBeLessThan(50);
  const shown = await rows(page);
  expect(shown.length).toBeGreaterThan(3);
  for (const row of shown) expect(row[5]).toContain('no access right opens');
  const { hash } = new URL(page.url());
  expect(hash).toContain('outcome=refused');
  const again = await portal.open(hash);
  await again.waitForSelector('.wide tbody tr');
  expect(await rows(again)).toEqual(shown);
  await page.click('button:text("Show all events")');
  await expect.poll(async () => (await rows(page)).length).toBe(50);
  expect(new URL(page.url()).hash).toBe('#/events?site=housing');
});

test('somebody at one door in an hour is found', async () => {
  const page = await opened('site=coworking');
  const [name = ''] = (await rows(page)).map((row) => row[3]).filter((who) => who !== '–');
  const select = page.locator('label:text-is("Who") + select');
  const value = await select
    .locator('option')
    .evaluateAll(
      (options, wanted) =>
        (options as HTMLOptionElement[]).find(({ text: shown }) => shown.startsWith(wanted))?.value,
      name,
    );
  await select.selectOption(value ?? '');
  await page.fill('label:text("From") + input', '2026-11-23T08:00');
  await page.fill('label:text("Until") + input', '2026-11-23T18:00');
  await expect.poll(async () => (await rows(page)).every((row) => row[3] === name)).toBe(true);
  const times = await page
    .locator('.wide time')
    .evaluateAll((each) => each.map((time) => time.getAttribute('datetime') ?? ''));
  for (const time of times) {
    expect(time >= '2026-11-23T07:00' && time < '2026-11-23T17:00').toBe(true);
  }
});

test.each([
  'outcome=constructor&who=%00&door=nothing&from=x&until=9999-12-31',
  'type=doorwright.door.opened.never',
  `reason=${'x'.repeat(300)}`,
  'cursor=1.0123456789abcdef',
  'who=user:somebody-who-left',
])('an address with %s is answered, whatever it asks for', async (parameters) => {
  const page = await opened(`site=club&${parameters}`);
  const alerts = await page.locator('[role=alert]').count();
  const found = (await rows(page)).length;
  if (parameters.startsWith('cursor')) {
    expect(await text(page, '[role=alert]')).toBe(
      'The list is another by now. Begin with the newest.',
    );
    await page.click('button:text("Newest")');
    await expect.poll(async () => (await rows(page)).length).toBe(50);
  } else {
    expect([alerts, found === 50]).toEqual([
      0,
      parameters.startsWith('outcome') || parameters.startsWith('reason'),
    ]);
  }
});

test('older events come page by page, each once, and each page has an address', async () => {
  const page = await opened('site=housing');
  const seen: string[] = [];
  for (let number = 1; ; number++) {
    const shown = await rows(page);
    seen.push(...shown.map((row) => row.join('|')));
    if ((await page.locator('button:text("Older")').count()) === 0) break;
    const before = page.url();
    await page.click('button:text("Older")');
    await expect.poll(() => page.url()).not.toBe(before);
    await expect.poll(async () => (await rows(page))[0]).not.toEqual(shown[0]);
    expect(number).toBeLessThan(20);
  }
  expect(seen.length).toBeGreaterThan(100);
  expect(new Set(seen).size).toBe(seen.length);
  const last = await rows(page);
  const again = await portal.open(new URL(page.url()).hash);
  await again.waitForSelector('.wide tbody tr');
  expect(await rows(again)).toEqual(last);
  await page.click('button:text("Newest")');
  await expect.poll(async () => (await rows(page)).length).toBe(50);
});

test('new events appear while somebody follows, are announced, and stop when he pauses', async () => {
  const page = await opened('site=coworking');
  await page.clock.install();
  const before = await rows(page);
  await page.click('button:text("Follow live")');
  expect(await text(page, '.tools [role=status] >> nth=-1')).toBe('New events appear above.');
  await page.clock.runFor(3_000);
  await page.waitForSelector('.new');
  await expect
    .poll(() => text(page, '.tools [role=status] >> nth=-1'))
    .toMatch(/^(?:One new event|\d new events)\.$/u);
  expect(await page.locator('.new').count()).toBeLessThan(5);
  await shoot(page, 'events-live');
  await page.click('button:text("Pause")');
  await page.waitForSelector('button:text("Follow live")');
  const paused = await rows(page);
  expect(paused).not.toEqual(before);
  await page.clock.runFor(60_000);
  expect(await rows(page)).toEqual(paused);
});

test('an event leads to its question, which is decided anew', async () => {
  const page = await opened('site=housing&reason=offline_door');
  await page.click('.wide a >> nth=0');
  await page.waitForSelector('.answer');
  expect(await text(page, 'h1')).toBe('Decide');
  expect(await text(page, '.answer h2')).toBe('✗ Refused');
  expect(await text(page, '.answer')).toContain('it opens by tap or card only');
});

test('what a filter lets through is saved as CSV and as NDJSON', async () => {
  const page = await opened('site=housing&outcome=refused');
  const csv = await saved(page, 'Save as CSV');
  expect(csv.name).toBe('events.csv');
  const [heading, ...lines] = csv.text.split('\r\n').slice(0, -1);
  expect(heading).toMatch(/^log,seq,id,time,type,outcome,/u);
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(line).toContain(',refused,');
  await expect
    .poll(() => text(page, '.tools [role=status] >> nth=0'))
    .toBe(`${lines.length} events saved.`);
  const ndjson = await saved(page, 'Save as NDJSON');
  expect(ndjson.name).toBe('events.ndjson');
  const events = ndjson.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toHaveLength(lines.length);
  expect(new Set(events.map(({ specversion }) => specversion))).toEqual(new Set(['1.0']));
  // More than one read: everything that was kept.
  await page.click('button:text("Show all events")');
  const all = await saved(page, 'Save as CSV');
  const seqs = all.text
    .split('\r\n')
    .slice(1, -1)
    .map((line) => Number(line.split(',')[1]));
  expect(seqs).toEqual(seqs.map((_, index) => seqs.length - index));
});

/** A place for two, to which twelve people may come. */
const CROWDED = JSON.stringify({
  version: 1,
  organization: { id: 'o', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [
    { id: 'hut', name: 'The hut', capacity: 2 },
    { id: 'field', name: 'The field', capacity: 500 },
  ],
  doors: [{ id: 'hatch', place: 'hut', readers: [{ id: 'hatch-in' }] }],
  users: Array.from({ length: 12 }, (_, index) => ({ id: `u${index}` })),
  assignments: [
    {
      ...{ id: 'own', subject: { type: 'user', id: 'u0' }, role: 'organization_owner' },
      scope: { type: 'organization', id: 'o' },
    },
    ...Array.from({ length: 11 }, (_, index) => ({
      ...{
        id: `a${index + 1}`,
        subject: { type: 'user', id: `u${index + 1}` },
        role: 'place_door_access',
      },
      scope: { type: 'place', id: 'hut' },
    })),
  ],
});

test('how full places are stands in words and in a bar with its marks, at its scale', async () => {
  const page = await portal.open('#/policy?site=club');
  await page.locator('textarea').fill(CROWDED);
  await page.click('button[type=submit]');
  await page.click('nav a[href^="#/events?"]');
  await page.waitForSelector('.occupancy');
  // By ascending id, as a store lists them.
  const [field = '', hut = ''] = await page.locator('.occupancy li').allTextContents();
  const [, count, percent] =
    /^The hut: (\d+) of 2, (\d+) % full, reached: 75 %, 100 %, 150 %/u.exec(hut) ?? [];
  expect(Number(count)).toBeGreaterThan(3);
  expect(Number(percent)).toBe(Number(count) * 50);
  expect(field).toMatch(/^The field: 0 of 500, 0 % full, below 75 %/u);
  expect(await page.locator('.occupancy svg >> nth=1').locator('text').allTextContents()).toEqual([
    '75 %',
    '100 %',
    '150 %',
  ]);
  const marks = await page
    .locator('.occupancy svg >> nth=1')
    .locator('path')
    .evaluateAll((paths) =>
      paths.map((path) => Number(/^M(\d+)/u.exec(path.getAttribute('d') ?? '')?.[1])),
    );
  expect(marks.map((mark) => mark / (marks[1] ?? 0))).toEqual([0.75, 1, 1.5]);
  // Where a place is fuller than the bar is long, the bar ends.
  const [ground, filled] = await page
    .locator('.occupancy svg >> nth=1')
    .locator('rect')
    .evaluateAll((rects) => rects.map((rect) => Number(rect.getAttribute('width'))));
  expect(filled).toBe(ground);
  await shoot(page, 'occupancy');
});

test('where nobody may count, or nobody may look, the page says so', async () => {
  const club = await opened('site=club');
  expect(await text(club, 'section')).toContain('No place counts who is inside.');
  const page = await portal.open('#/policy?site=club');
  await page
    .locator('textarea')
    .fill('{"version": 1, "organization": {"id": "o", "timeZone": "UTC", "roles": "kisi"}}');
  await page.click('button[type=submit]');
  await page.click('nav a[href^="#/events?"]');
  await page.waitForSelector('[role=alert]');
  expect(await text(page, '[role=alert] >> nth=-1')).toContain('Nobody here may look at this');
});

test('German says the same', async () => {
  const page = await opened('site=housing&outcome=refused', { language: 'de' });
  expect(await text(page, 'h1')).toBe('Ereignisse');
  expect(await text(page, '.notice')).toContain('Nichts davon ist geschehen.');
  const shown = await rows(page);
  expect(new Set(shown.map((row) => row[4]))).toEqual(new Set(['✗ verweigert']));
  expect(shown.some((row) => row[5]?.includes('kein Zugangsrecht öffnet'))).toBe(true);
});

test('a site is loaded only where one is looked at, without databases and without anything of Node', async () => {
  const page = await portal.open('#/decide?site=housing');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.click('nav a[href^="#/events?"]');
  await page.waitForSelector('.wide tbody tr');
  const names = readdirSync(join(PORTAL, 'assets'));
  expect(names.filter((name) => /\.(?:wasm|data)$/u.test(name))).toEqual([]);
  const chunks = asked.map((url) => basename(url)).filter((name) => /^(?:page-)?site-/u.test(name));
  expect(chunks.length).toBeGreaterThan(0);
  for (const name of chunks) {
    const source = readFileSync(join(PORTAL, 'assets', name), 'utf8');
    for (const absent of ['pglite', 'CREATE TABLE', 'node:']) {
      expect([name, absent, source.includes(absent)]).toEqual([name, absent, false]);
    }
    // The list of addresses that webhooks may not go to, and no other function that a page lacks.
    expect(source.split('this needs Node').length - 1).toBeLessThanOrEqual(1);
  }
});

test('the page is accessible, light and dark, wide and on a phone', async () => {
  for (const { scheme, width } of LOOKS) {
    const page = await opened('site=coworking', { scheme, width });
    await expectFit(page, `events-${scheme}-${width}`);
  }
});
