// @ts-check
/** The documentation as a site: `npm run docs:site` builds it, `npx vitepress dev docs` shows it while it is written. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { partsOf, sitePath, titleOf } from './navigation.mjs';
import { adaptPages, anchorOf, keepBraces, textOf } from './pages.mjs';
import { searchForEverybody } from './search-box.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/u, '');
const parts = partsOf(root);
const pages = new Set(parts.flatMap((part) => part.pages));
/** @type {import('./pages.mjs').Copies} */
const copies = new Map();

/** A door, for the browser's tab. */
const DOOR = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="7" y="3" width="18" height="26" rx="2" fill="#1f5f5b"/><circle cx="20.5" cy="17" r="1.8" fill="#f2c14e"/></svg>',
)}`;

const config = defineConfig({
  title: 'doorwright',
  description:
    'Decides who may open which door, and says why: an access-control engine for buildings.',
  lang: 'en',
  srcDir: '..',
  srcExclude: [
    ...['bench', 'coverage', 'scripts', 'src', 'test', '.changeset', '.ci'].map(
      (name) => `${name}/**`,
    ),
    'examples/*/*/**',
    'THIRD-PARTY-NOTICES.md',
  ],
  rewrites: (page) => {
    if (!pages.has(page)) throw new Error(`${page}: in no part of docs/.vitepress/navigation.mjs`);
    return sitePath(page);
  },
  // The list of pages in a file of its own, not in a script inside each page, which the policy below refuses.
  metaChunk: true,
  markdown: {
    anchor: { slugify: anchorOf },
    preConfig: (markdown) => adaptPages(markdown, { root, pages, copies }),
    config: keepBraces,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  // Pages are fetched when somebody wants them, not because a link to them is on the screen.
  router: { prefetchLinks: false },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebarOf(parts),
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'API', link: '/api/' },
      { text: 'Protocol', link: '/protocol/' },
    ],
    outline: [2, 3],
  },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: DOOR }]],
  // The index of the search is one large file, fetched when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 10_000 }, plugins: [searchForEverybody()] },
  transformHtml: withPolicy,
  buildEnd: ({ outDir }) => {
    for (const [copy, path] of copies) {
      mkdirSync(dirname(join(outDir, copy)), { recursive: true });
      writeFileSync(join(outDir, copy), textOf(root, path));
    }
  },
});

// biome-ignore lint/style/noDefaultExport: VitePress reads it.
export default config;

/**
 * The parts in one list; a part that goes by itself is shown on its own pages, and stands in the list by its first page.
 * @param {readonly import('./navigation.mjs').Part[]} all
 */
function sidebarOf(all) {
  const itemsOf = (/** @type {readonly string[]} */ some) =>
    some.map((page) => ({ text: titleOf(root, page), link: urlOf(page) }));
  const own = all.filter((part) => part.folder !== undefined);
  const list = all
    .filter((part) => part.folder === undefined)
    .map(({ title, pages: inside }) => ({
      text: title,
      items: [
        ...itemsOf(inside),
        ...own
          .filter((part) => part.within === title)
          .map((part) => ({ text: part.title, link: urlOf(part.pages[0] ?? '') })),
      ],
    }));
  const back = { text: 'All guides', link: '/getting-started' };
  return {
    ...Object.fromEntries(
      own.map(({ folder, title, pages: inside }) => [
        `/${folder}/`,
        [{ items: [back] }, { text: title, items: itemsOf(inside) }],
      ]),
    ),
    '/': list,
  };
}

/** @param {string} page */
function urlOf(page) {
  return `/${sitePath(page).replace(/(?:index)?\.md$/u, '')}`;
}

/**
 * Lets a page load its own files and nothing else; of scripts within the page only those that stand there now.
 * @param {string} html
 */
function withPolicy(html) {
  const inside = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>(.*?)<\/script>/gsu)];
  const hashes = inside.map(
    ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  );
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`,
    // The colours of code and the widths of the layout are attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const meta = `<meta http-equiv="content-security-policy" content="${policy}">`;
  return html.replace('<meta charset="utf-8">', `<meta charset="utf-8">\n    ${meta}`);
}
