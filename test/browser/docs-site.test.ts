/**
 * The documentation as people read it, in a real browser. A dead link, a dead anchor or a page in no sidebar fails the build in
 * `beforeAll`; a page that loads something from elsewhere, logs an error or breaks WCAG AA fails here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  BASE,
  buildDocs,
  DOCS,
  type DocsSite,
  openDocs,
  shootScreen,
  untilAlive,
} from './docs-site-page.js';
import { violations } from './portal-page.js';

let site: DocsSite;
beforeAll(async () => {
  buildDocs();
  site = await openDocs();
}, 300_000);
afterAll(() => site?.close());
afterEach(() => {
  expect(site.complaints.splice(0)).toEqual([]);
});

/** One page of each kind: the front page, a guide, pictures, tables of figures, a long reference, the protocol, the API. */
const KINDS = [
  '',
  'getting-started.html',
  'benchmarks.html',
  'clauses.html',
  'concepts.html',
  'protocol/',
  'api/sync.html',
];
const VIEWS = [
  { scheme: 'light', width: 1300 },
  { scheme: 'dark', width: 360 },
] as const;

describe.each(KINDS)('/%s', (path) => {
  test.each(VIEWS)('is whole and readable for everybody, $scheme, $width wide', async (view) => {
    const page = await site.open(path, view);
    expect(await page.locator('main h1').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    const [inner, outer] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(inner).toBeLessThanOrEqual(outer ?? 0);
    await shootScreen(page, `docs-${path.replace(/\W+/gu, '-')}-${view.scheme}`);
  });
});

describe('search', () => {
  test.each([
    ['exposedUntil', /sync\.html/u, 'exposedUntil'],
    ['compilePolicy', /api\/doorwright\.html#compilepolicy$/u, 'compilePolicy'],
    ['anti_passback', /clauses\.html/u, /anti.passback/iu],
  ])('finds %s', async (words, where, text) => {
    const page = await site.open('');
    const results = await searchFor(page, words);
    expect(results.some((href) => where.test(href))).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== BASE);
    // The address changes first, the text follows.
    await page.locator('main', { hasText: text }).waitFor();
  });

  test.each(['schedule', 'lockdown', 'reader', 'role'])(
    'finds a guide about `%s` first',
    async (words) => {
      const page = await site.open('');
      const [first = ''] = await searchFor(page, words);
      expect(first).not.toMatch(/\/(?:api|decisions)\/|\/(?:lint|cli|clauses|changelog)\.html/u);
    },
  );

  test.each([
    ['compilePolicy', /api\/doorwright\.html#compilepolicy$/u],
    ['startServer', /api\/server\.html#startserver$/u],
  ])('finds the name `%s` in the API first', async (words, where) => {
    const page = await site.open('');
    expect((await searchFor(page, words))[0]).toMatch(where);
  });

  test('is for everybody too, with results on the screen', async () => {
    const page = await site.open('', { scheme: 'dark' });
    await searchFor(page, 'lockdown');
    expect(await violations(page)).toEqual([]);
    await shootScreen(page, 'docs-search');
  });
});

test('a reader without a mouse comes to the text, to the sidebar and to the next page', async () => {
  const page = await site.open('getting-started.html');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(
    'Skip to content',
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'VPContent');
  await page.locator('.VPSidebar a', { hasText: 'Concepts' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('main h1', { hasText: 'Concepts' }).waitFor();
  await page.locator('.pager-link.prev').focus();
  await page.keyboard.press('Enter');
  await page.locator('main h1', { hasText: 'Getting started' }).waitFor();
});

test('light or dark is the reader’s choice, and stays', async () => {
  const page = await site.open('', { scheme: 'light' });
  await page.locator('.VPNavBarAppearance button, .VPNavBarExtra button').first().click();
  await page.waitForFunction(() => document.documentElement.classList.contains('dark'));
  await page.reload();
  await untilAlive(page);
  expect(await page.getAttribute('html', 'class')).toContain('dark');
});

test('what a page loads at first is at most 200 kB, compressed', async () => {
  const page = await site.open('getting-started.html');
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
  );
  const files = [
    ...new Set([`${BASE}getting-started.html`, ...loaded.filter((path) => path.startsWith(BASE))]),
  ].filter((name) => !name.includes('@localSearch'));
  const bytes = files.reduce(
    (sum, name) =>
      sum + gzipSync(readFileSync(join(DOCS, decodeURI(name.slice(BASE.length))))).length,
    0,
  );
  expect(loaded.length).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(200_000);
});

test('every page forbids scripts that are not the site’s, and every page is in the search index', () => {
  const names = readdirSync(DOCS, { recursive: true, encoding: 'utf8' });
  const pages = names.filter((name) => name.endsWith('.html'));
  expect(pages.length).toBeGreaterThan(80);
  for (const name of pages) {
    const html = readFileSync(join(DOCS, name), 'utf8');
    expect(html, name).toMatch(
      /content-security-policy" content="default-src 'none'; script-src 'self' 'sha256-/u,
    );
  }
  const index = names.find((name) => name.includes('localSearchIndexroot')) ?? '';
  const text = readFileSync(join(DOCS, index), 'utf8');
  const missing = pages.filter((name) => {
    const page = name.replace(/(^|\/)index\.html$/u, '$1');
    return name !== '404.html' && !text.includes(`${BASE}${page}#`);
  });
  expect(missing).toEqual([]);
});

async function searchFor(page: Page, words: string): Promise<string[]> {
  await page.keyboard.press('Control+k');
  await page.locator('#localsearch-input').fill(words);
  await page.waitForSelector('.results .result');
  return await page
    .locator('.results .result')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
}
