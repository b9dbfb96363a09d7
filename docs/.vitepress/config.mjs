// @ts-check
/** The documentation as a site: `npm run docs:site` builds it, `npx vitepress dev docs` shows it while it is written. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { adaptPages, anchorOf, keepBraces, textOf } from './links.mjs';
import { partsOf, sitePath, titleOf } from './navigation.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/u, '');
const parts = partsOf(root);
const pages = new Set(parts.flatMap((part) => part.pages));
/** @type {import('./links.mjs').Copies} */
const copies = new Map();

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
  themeConfig: {
    search: { provider: 'local' },
    sidebar: parts.map(({ title, pages: inside, collapsed }) => ({
      text: title,
      collapsed: collapsed ?? false,
      items: inside.map((page) => ({ text: titleOf(root, page), link: urlOf(page) })),
    })),
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'API', link: '/api/' },
      { text: 'Protocol', link: '/protocol/' },
    ],
    outline: [2, 3],
  },
  // The index of the search is one large file, fetched when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 10_000 } },
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
