/** The portal as people use it, in a real browser. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { text } from './page-text.js';
import { PORTAL } from './portal-build.js';
import { shoot } from './portal-page.js';
import { expectFit, LOOKS, portalSuite } from './portal-suite.js';

const portal = portalSuite();

const PAGES = ['decide', 'week', 'who', 'map', 'roles', 'policy', 'change', 'locks'];
const LAUNDRY = '#/decide?site=housing&who=user:hildegard&door=door:l4-laundry';

/** Bytes of a file of the build as a browser gets them. */
const bytesOf = (name: string): number => gzipSync(readFileSync(join(PORTAL, name))).length;

test('what is loaded at first is at most 200 kB, compressed, and so is each part that a page loads later', () => {
  const index = readFileSync(join(PORTAL, 'index.html'), 'utf8');
  const first = [...index.matchAll(/(?:src|href)="\.\/([^"]+)"/gu)].map(([, name]) => String(name));
  expect(first.filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0);
  const bytes = ['index.html', ...first].reduce((sum, name) => sum + bytesOf(name), 0);
  expect(bytes).toBeLessThan(200_000);
  for (const name of readdirSync(join(PORTAL, 'assets'))) {
    expect([name, bytesOf(join('assets', name)) < 200_000]).toEqual([name, true]);
  }
});

test('an address is a question: it shows the answer, its reason, the clause and the nearest miss', async () => {
  const page = await portal.open(`${LAUNDRY}&at=2026-11-23T23:30`);
  expect(await text(page, '.answer h2')).toBe('✗ Refused');
  expect(await text(page, '.answer li')).toContain('it opens by tap or card only');
  expect(await text(page, '.clauses .refused')).toMatch(/^D5 /u);
  expect(await text(page, '.answer')).toContain('It would be permitted with');
  // By the clock at the door, wherever the browser stands.
  expect(await text(page, '.answer')).toContain('24 November 2026 at 07:00');
  expect(await text(page, 'pre')).toContain('2026-11-23T22:30:00.000Z');
  await shoot(page, 'decide-refused');
});

test('a change of the question changes the answer and the address', async () => {
  const page = await portal.open(`${LAUNDRY}&at=2026-11-23T23:30`);
  await page.selectOption('label:text("How") + select', 'tap');
  expect(await text(page, '.answer li')).toContain('schedule');
  await page.fill('input[type=datetime-local]', '2026-11-24T10:00');
  expect(await text(page, '.answer h2')).toBe('✓ Permitted');
  expect(await text(page, '.answer')).toContain('hildegard-house');
  expect(page.url()).toContain('method=tap');
  const again = await portal.open(new URL(page.url()).hash);
  expect(await text(again, '.answer h2')).toBe('✓ Permitted');
  await shoot(again, 'decide-permitted');
});

test('everything is said in German too', async () => {
  const page = await portal.open(`${LAUNDRY}&at=2026-11-23T23:30`, { language: 'de' });
  expect(await page.getAttribute('html', 'lang')).toBe('de');
  expect(await text(page, '.answer h2')).toBe('✗ Verweigert');
  expect(await text(page, '.answer li')).toContain('hat kein Netz');
  await page.click('button:text("English")');
  expect(await text(page, '.answer h2')).toBe('✗ Refused');
});

test('a policy that is pasted is checked, and its faults are told by line', async () => {
  const page = await portal.open('#/policy?site=club');
  const editor = page.locator('textarea');
  const policy = await editor.inputValue();
  await editor.fill(policy.replace('"version": 1', '"version": 1,\n  "dors": []'));
  await page.click('button[type=submit]');
  expect(await text(page, '.faults li')).toMatch(/^line \d+ \/dors /u);
  await page.click('.faults button');
  const selected = await editor.evaluate((area) => {
    const { value, selectionStart, selectionEnd } = area as HTMLTextAreaElement;
    return value.slice(selectionStart, selectionEnd);
  });
  expect(selected).toContain('"dors"');
  await editor.fill('{ "version": 1,');
  await page.click('button[type=submit]');
  expect(await page.locator('.faults li').count()).toBe(1);
  // Whatever the browser's message says, and it repeats the text, the line is the text's own.
  await editor.fill('{ "version":\n1 line 99 }');
  await page.click('button[type=submit]');
  expect(await text(page, '.faults li')).toMatch(/^line 2 /u);
  await editor.fill(policy.replace('"version": 1', '"version": 1,\n  "places": []'));
  await page.click('button[type=submit]');
  expect(await text(page, '.faults li')).toMatch(/^line \d+ \/places written twice/u);
  await editor.fill(policy);
  await page.click('button[type=submit]');
  expect(await text(page, 'h1')).toBe('Decide');
  expect(page.url()).toContain('site=own');
});

test('a change shows what it would give and take before it is made', async () => {
  const page = await portal.open('#/change?site=housing');
  await page.click('button[type=submit]');
  expect(await text(page, '.none')).toBe('Nobody could do anything else than before.');
  const editor = page.locator('textarea');
  const policy = JSON.parse(await editor.inputValue());
  for (const schedule of policy.schedules) {
    if (schedule.id === 'laundry-hours') schedule.windows[0].until = '22:00';
  }
  await editor.fill(JSON.stringify(policy, undefined, 2));
  await page.click('button[type=submit]');
  await page.waitForSelector('.lines.gains');
  expect(await text(page, '.lines.gains')).toContain('door l4-laundry');
  expect(await text(page, '.lines.gains')).toContain('21:00–22:00');
  expect(await page.locator('.lines.loses').count()).toBe(0);
  await shoot(page, 'change');
});

test('locks show their sync score by colour, sign and word, with what to do', async () => {
  const page = await portal.open('#/locks?site=housing&at=2026-11-24T10:00');
  const lights = await page.locator('.light').allTextContents();
  expect(new Set(lights)).toEqual(
    new Set([
      '? grey: look at the lock',
      '✗ red: send someone',
      '! orange: a carrier will come',
      '… yellow: not with its holder yet',
    ]),
  );
  expect(await text(page, 'tbody >> nth=0')).toContain('send someone');
  await shoot(page, 'locks');
  await page.selectOption('header select', 'club');
  expect(await text(page, 'main > p')).toBe('Nothing is known of offline locks here.');
});

test('the map says on which side of the fence a position is', async () => {
  const page = await portal.open('#/map?site=housing&door=door:l6-bicycles');
  expect(await text(page, 'main > p[role=status]')).toContain('inside the fence');
  await page.fill('label:text("East of the door") + input', '150');
  expect(await text(page, 'main > p[role=status]')).toContain('outside the fence');
  // To scale: the fence of 100 m and the position at 150 m.
  const [fence, at] = await Promise.all([
    page.getAttribute('.map circle.fence', 'r'),
    page.getAttribute('.map .position', 'cx'),
  ]);
  expect((Number(at) - 200) / Number(fence)).toBeCloseTo(1.5, 6);
  await shoot(page, 'map');
});

test('a week shows when a door opens for somebody, with what, and where the clock is put back', async () => {
  const week = '#/week?site=housing&who=user:hildegard&door=door:l4-laundry';
  const page = await portal.open(`${week}&week=2026-10-19`);
  // Monday to Saturday from 7 to 21: fourteen hours of twenty units.
  const heights = await page
    .locator('.week rect')
    .evaluateAll((blocks) => blocks.map((block) => Number(block.getAttribute('height'))));
  expect(heights).toEqual(Array.from({ length: 6 }, () => 280));
  expect(await text(page, '.needs > li')).toMatch(/^With: tap ?Mon,? 19 Oct, 07:00–21:00 /u);
  expect(await text(page, 'svg.week')).toContain('−1 h');
  // The hour that comes twice is marked, and said in the picture and its name.
  expect(await text(page, '.clock-twice')).toBe('2×');
  const twice = '02:00–03:00: the clock shows this time twice';
  expect(await text(page, 'svg.week')).toContain(twice);
  expect(await page.getAttribute('svg.week', 'aria-label')).toContain(twice);
  await shoot(page, 'week');
  await page.click('button:text("Week after")');
  expect(page.url()).toContain('week=2026-10-26');
  expect(await text(page, 'svg.week')).not.toContain('−1 h');
  expect(await page.locator('.clock-twice').count()).toBe(0);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('button:text("Save as SVG")'),
  ]);
  expect(download.suggestedFilename()).toBe('week-2026-10-26.svg');
  expect(readFileSync(await download.path(), 'utf8')).toMatch(/^<svg [^>]*xmlns=/u);
});

test('the roles of each model are a table, and rights are listed by door and by person', async () => {
  const page = await portal.open('#/roles?site=housing');
  expect(await page.locator('table').first().locator('th').count()).toBe(5);
  await page.goto(page.url().replace('roles', 'who'));
  const rows = await page.locator('tbody tr').count();
  expect(rows).toBeGreaterThan(3);
  await page.selectOption('form select >> nth=0', 'person');
  expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('button:text("Save as CSV")'),
  ]);
  expect(download.suggestedFilename()).toBe('access.csv');
  expect(readFileSync(await download.path(), 'utf8')).toMatch(
    /^Person or link,Door or stop,Role,Status,id\r\n\S.*\r\n/u,
  );
});

test('without a time it is asked about now, and its permalink says when that was', async () => {
  const page = await portal.open('#/decide?site=club');
  const { context } = JSON.parse(await text(page, 'pre'));
  expect(Math.abs(Date.parse(context.time) - Date.now())).toBeLessThan(120_000);
  const link = (await page.getAttribute('a:text("Link to this question")', 'href')) ?? '';
  expect(link).toMatch(/^#\/decide\?site=club&who=.+&door=.+&at=2\d{3}-/u);
});

test('a year can be typed, digit by digit', async () => {
  const page = await portal.open(`${LAUNDRY}&at=2026-11-24T10:00`);
  await page.focus('input[type=datetime-local]');
  // Day and month come before the year, in whichever order.
  for (const key of ['Tab', 'Tab', '2', '0', '3', '1']) await page.keyboard.press(key);
  expect(await page.inputValue('input[type=datetime-local]')).toBe('2031-11-24T10:00');
  expect(await text(page, 'pre')).toContain('2031-11-24T09:00:00.000Z');
  // Nor does what is half deleted jump back to now.
  await page.keyboard.press('Backspace');
  expect(await text(page, 'pre')).toContain('2031-11-24T09:00:00.000Z');
});

test.each(['constructor', '__proto__', 'own', 'served', 'elsewhere'])(
  'an address about the policy `%s`, which is not here, says that it shows another',
  async (site) => {
    const page = await portal.open(`#/decide?site=${site}`);
    expect(await text(page, '.absent')).toContain('What follows is about an example');
    await page.goto(page.url().replace(site, 'club'));
    expect(await page.locator('.absent').count()).toBe(0);
  },
);

test.each(PAGES)(
  '%s of a policy without doors, people and rights, and of weeks beyond time',
  async (name) => {
    const page = await portal.open('#/policy?site=club');
    await page
      .locator('textarea')
      .fill('{"version": 1, "organization": {"id": "o", "timeZone": "UTC", "roles": "kisi"}}');
    await page.click('button[type=submit]');
    await page.goto(page.url().replace('decide', name));
    expect(await page.locator('h1').count()).toBe(1);
    for (const week of ['9999-12-31', '0000-01-01', '0001-01-01', 'constructor', '+275760-09-13']) {
      await page.goto(
        `${page.url().split('?')[0]}?site=own&week=${encodeURIComponent(week)}&at=${week}T10:00`,
      );
      expect(await page.locator('h1').count()).toBe(1);
    }
  },
);

test('ten thousand doors, with names that every object inherits, are looked through in seconds', async () => {
  const page = await portal.open('#/policy?site=club');
  const ids = [
    '__proto__',
    'constructor',
    ...Array.from({ length: 10_000 }, (_, index) => `d${index}`),
  ];
  const policy = {
    version: 1,
    organization: { id: 'o', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: '__proto__', location: { latitude: 52.5, longitude: 13.4 } }],
    doors: ids.map((id) => ({ id, place: '__proto__' })),
    groups: Array.from({ length: 20 }, (_, index) => ({
      id: `g${index}`,
      doors: ids,
      restrictions: { geofence: { radius: 100 } },
    })),
    users: ids.map((id) => ({ id })),
    assignments: ids.map((id, index) => ({
      id,
      subject: { type: 'user', id },
      role: 'door_access',
      scope: { type: 'group', id: `g${index % 20}` },
    })),
  };
  await page.locator('textarea').fill(JSON.stringify(policy));
  await page.click('button[type=submit]');
  expect(await text(page, 'h1')).toBe('Decide');
  for (const name of ['map', 'who', 'week']) {
    await page.click(`nav a[href^="#/${name}?"]`);
    await page.waitForSelector(name === 'week' ? '.needs' : 'main p[role=status]');
  }
  await page.click('nav a[href^="#/map?"]');
  const started = performance.now();
  await page.fill('label:text("East of the door") + input', '50');
  expect(await text(page, 'main > p[role=status]')).toContain('inside the fence');
  // Doors that are looked for anew for each door take longer, for every key.
  expect(performance.now() - started).toBeLessThan(4_000);
});

test.each(PAGES)('%s is accessible, light and dark, wide and on a phone', async (name) => {
  for (const { scheme, width } of LOOKS) {
    const site = name === 'locks' ? 'housing' : 'coworking';
    const page = await portal.open(`#/${name}?site=${site}`, { scheme, width });
    await expectFit(page, `${name}-${scheme}-${width}`);
  }
});

test('the keyboard alone asks a question', async () => {
  const page = await portal.open(`${LAUNDRY}&at=2026-11-24T10:00`);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => {
      const { labels } = document.activeElement as HTMLSelectElement;
      return labels?.[0]?.textContent;
    });
    if (label === 'How') break;
  }
  await page.keyboard.press('ArrowDown');
  expect(await text(page, '.answer h2')).toBe('✓ Permitted');
});
