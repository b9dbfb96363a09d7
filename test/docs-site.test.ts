/** What the build of the documentation refuses: links that lead nowhere, and pages that nobody would find. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { partsOf, sitePath, titleOf } from '../docs/.vitepress/navigation.mjs';
import { anchorOf, siteLink, textOf } from '../docs/.vitepress/pages.mjs';
import { brokenLinks } from '../scripts/docs-links.mjs';

const ROOT = join(import.meta.dirname, '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-site-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a link that leads nowhere is found, whichever way it is wrong', () => {
  const good =
    '<h1 id="top">x</h1><a href="/b/">a</a><a href="/b/index.html#top">b</a><a href="#top">c</a><a href="https://example.org/">d</a>';
  writeFileSync(join(folder, 'index.html'), good);
  expect(brokenLinks(folder, '/b/')).toEqual([]);
  const wrong = ['none.html', '/b/#nothing', '/index.html', 'javascript:void 0', '#lost'];
  writeFileSync(
    join(folder, 'index.html'),
    `${wrong.map((href) => `<a href="${href}">x</a>`).join('')}<img alt="" src="https://example.org/x.png">`,
  );
  const found = brokenLinks(folder, '/b/');
  expect(found).toEqual(
    [...wrong, 'https://example.org/x.png'].map((href) => `index.html: ${href}`),
  );
});

test('every page of docs/ is in the sidebar, once, under a title and at an address of its own', () => {
  const pages = partsOf(ROOT).flatMap((part) => part.pages);
  expect(pages).toContain('docs/getting-started.md');
  expect(pages).toContain('protocol/README.md');
  expect(new Set(pages).size).toBe(pages.length);
  const addresses = pages.map((page) => sitePath(page).toLowerCase());
  expect(new Set(addresses).size).toBe(pages.length);
  for (const page of pages) expect(titleOf(ROOT, page), page).toMatch(/\w/u);
});

test('a page that is in no part of the sidebar stops the build; one that does not exist yet is left out', () => {
  mkdirSync(join(folder, 'docs/decisions'), { recursive: true });
  for (const name of ['getting-started', 'decisions/0001-first', 'forgotten'])
    writeFileSync(join(folder, `docs/${name}.md`), `# ${name}`);
  expect(() => partsOf(folder)).toThrow('in no part of the sidebar: docs/forgotten.md');
  rmSync(join(folder, 'docs/forgotten.md'));
  const parts = partsOf(folder).map(({ title, pages }) => [title, ...pages]);
  expect(parts).toEqual([
    ['Start', 'docs/getting-started.md'],
    ['Decisions', 'docs/decisions/0001-first.md'],
  ]);
});

test('links of the repository lead to the same thing on the site', () => {
  const pages = new Set([
    'README.md',
    'docs/offline.md',
    'docs/decisions/0001-one-engine.md',
    'protocol/README.md',
  ]);
  const copies = new Map<string, string>();
  const link = (page: string, href: string) => siteLink({ root: ROOT, pages, copies }, page, href);
  expect(link('docs/offline.md', '../protocol/README.md#6-session')).toBe(
    '/protocol/index.md#6-session',
  );
  expect(link('docs/offline.md', '../protocol')).toBe('/protocol/index.md');
  expect(link('README.md', 'docs/offline.md#keys')).toBe('/offline.md#keys');
  expect(link('README.md', 'docs/decisions')).toBe('/decisions/0001-one-engine.md');
  expect(link('protocol/README.md', '../README.md')).toBe('/index.md');
  expect(link('docs/offline.md', '#keys')).toBe('#keys');
  expect(link('docs/offline.md', 'https://example.org/a.md')).toBe('https://example.org/a.md');
  expect(link('protocol/README.md', 'dkp.cddl')).toBe('/files/protocol/dkp.cddl.txt');
  expect([...copies]).toEqual([['files/protocol/dkp.cddl.txt', 'protocol/dkp.cddl']]);
  expect(textOf(ROOT, 'examples/club/tests')).toMatch(/^==> examples\/club\/tests\/\S+ <==\n\n/u);
  for (const href of ['nothing.md', '../../outside.md', 'offlne.md#keys'])
    expect(() => link('docs/offline.md', href)).toThrow(
      `docs/offline.md: the link \`${href}\` leads to nothing`,
    );
});

test('an anchor is made as GitHub makes it', () => {
  expect(anchorOf('A3 Giving, changing and ending rights')).toBe(
    'a3-giving-changing-and-ending-rights',
  );
  expect(anchorOf('World S: may this user unlock this door?')).toBe(
    'world-s-may-this-user-unlock-this-door',
  );
});
