/** The portal over a real site: what its server tells of events, occupancy and devices, while people come and go. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  memoryStore,
  nodeSiteHost,
  openSite,
  putDevice,
  reportDevice,
  type Site,
  setCapacity,
} from '../../src/adapters/for-site.js';
import { pagesOf } from '../../src/adapters/server/page-files.js';
import { type RunningServer, startServer } from '../../src/adapters/server/start-server.js';
import { portalApi } from '../../src/cli/portal-api.js';
import { parsePolicy } from '../../src/index.js';
import { PORTAL } from './portal-build.js';
import { openPortal, type Portal, shoot } from './portal-page.js';

const POLICY = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'hq', name: 'Head office', capacity: 4 }],
  doors: [{ id: 'front', name: 'Front door', place: 'hq', readers: [{ id: 'front-in' }] }],
  users: [{ id: 'olga' }, { id: 'ann', name: 'Ann' }, { id: 'ben', name: '<b>Ben</b>' }],
  assignments: [
    {
      ...{ id: 'o', subject: { type: 'user', id: 'olga' }, role: 'organization_owner' },
      scope: { type: 'organization', id: 'acme' },
    },
    {
      ...{ id: 'a', subject: { type: 'user', id: 'ann' }, role: 'place_door_access' },
      scope: { type: 'place', id: 'hq' },
    },
  ],
};
const olga = { type: 'user', id: 'olga' } as const;
let site: Site;
let served: RunningServer;
let alone: RunningServer;
let portal: Portal;
let filePortal: Portal;

const open = (user: string) =>
  site.open({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time: Date.now(), method: 'tap', reader: 'front-in' },
  });

beforeAll(async () => {
  const parsed = parsePolicy(POLICY);
  if (!parsed.ok) throw new Error('not a policy');
  const store = memoryStore();
  await store.create(parsed.value);
  site = await openSite({ store, organization: 'acme', host: nodeSiteHost });
  await setCapacity(site, olga, { place: 'hq', mode: 'timeout', timeoutMinutes: 60 });
  await putDevice(site, olga, 'front-in', { kind: 'reader', place: 'hq', door: 'front' });
  await reportDevice(site, 'front-in', { at: Date.now() - 60_000, battery: 9, firmware: '1.0' });
  for (let count = 0; count < 60; count++) await open(count % 3 === 0 ? 'ben' : 'ann');
  const made = { 'policy.json': () => JSON.stringify(site.engine.policy) };
  const probes = { status: () => ({ ready: true }) as never };
  const pages = pagesOf(PORTAL, '/portal/', { made, asked: portalApi(site) });
  served = await startServer({ probes, pages });
  alone = await startServer({ probes, pages: pagesOf(PORTAL, '/portal/', { made }) });
  portal = await openPortal(`${served.url}/portal/`);
  filePortal = await openPortal(`${alone.url}/portal/`);
});
afterAll(async () => {
  await portal.close();
  await filePortal.close();
  await served.close();
  await alone.close();
});
afterEach(() => {
  expect(portal.complaints.splice(0)).toEqual([]);
  expect(filePortal.complaints.splice(0)).toEqual([]);
});

test('events of the site are shown, its people by name and never as markup', async () => {
  const page = await portal.open('#/events');
  await page.waitForSelector('.wide tbody tr');
  expect(await page.textContent('.notice')).toContain('What the site of this server has kept.');
  expect(await page.locator('.wide tbody tr').count()).toBe(50);
  const cells = await page.locator('.wide tbody td:nth-child(4)').allTextContents();
  expect(new Set(cells)).toEqual(new Set(['Ann', '<b>Ben</b>']));
  expect(await page.textContent('.occupancy')).toContain(
    'Head office: 1 of 4, 25 % full, below 75 %',
  );
  await page.click('button:text("Older")');
  await expect.poll(() => page.locator('.wide tbody tr').count()).toBe(10);
  await shoot(page, 'served-events');
});

test('where more places keep count than are told, the page says so', async () => {
  const page = await portal.open('#/events');
  const note = page.locator('section:has(.occupancy) p', { hasText: 'There are more' });
  await page.waitForSelector('.occupancy');
  expect(await note.count()).toBe(0);
  await page.route('**/api/occupancy*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), isCut: true } });
  });
  await page.reload();
  await page.waitForSelector('.occupancy');
  expect(await note.textContent()).toBe('There are more than are shown.');
});

test('whoever follows sees what happens at the doors', async () => {
  const page = await portal.open('#/events?outcome=permitted');
  await page.waitForSelector('.wide tbody tr');
  await page.clock.install();
  await page.click('button:text("Follow live")');
  await page.waitForSelector('text=New events appear above.');
  // Two that match, and one that does not.
  await open('ann');
  await open('ben');
  await open('ann');
  await page.clock.runFor(3_100);
  await expect.poll(() => page.locator('.new').count()).toBe(2);
  await expect.poll(() => page.locator('text=2 new events.').count()).toBe(1);
});

test('a cut connection is told, and what was shown comes back with it', async () => {
  const page = await portal.open('#/events');
  await page.waitForSelector('.wide tbody tr');
  await page.route('**/portal/api/**', (route) => route.abort());
  await page.selectOption('label:text("Outcome") + select', 'refused');
  await page.waitForSelector('[role=alert]');
  expect(await page.textContent('[role=alert]')).toContain('The server did not answer');
  await page.unroute('**/portal/api/**');
  await page.selectOption('label:text("Outcome") + select', '');
  await page.waitForSelector('.wide tbody tr');
  // The browser itself complains of what was cut.
  const own = portal.complaints.splice(0);
  expect(own.length).toBeGreaterThan(0);
  for (const complaint of own) expect(complaint).toContain('net::ERR_FAILED');
});

test('a file of all events is fetched page by page', async () => {
  for (let count = 0; count < 500; count++) await open('ann');
  const page = await portal.open('#/events');
  await page.waitForSelector('.wide tbody tr');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('button:text("Save as CSV")'),
  ]);
  expect(download.suggestedFilename()).toBe('events.csv');
  const [newest] = await site.store.events('access', { limit: 1 });
  await page.waitForSelector(`text=${newest?.seq} events saved.`);
});

test('devices of the site are shown with what is to be done', async () => {
  const page = await portal.open('#/inventory');
  await page.waitForSelector('table');
  expect(await page.textContent('table >> nth=0')).toContain('Change the battery (front-in): 9 %');
  expect(await page.textContent('table >> nth=1')).toContain('1 minute ago');
});

test.each(['events', 'inventory'])(
  'beside a policy file %s says that there is no site',
  async (name) => {
    const page = await filePortal.open(`#/${name}`);
    await page.waitForSelector('.notice');
    expect(await page.textContent('.notice')).toContain('This server decides by a policy file');
    expect(await page.locator('main section').count()).toBe(0);
  },
);
