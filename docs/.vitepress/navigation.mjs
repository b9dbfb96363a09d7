// @ts-check
/**
 * The pages of the documentation in the order in which somebody new needs them, and where each lies on the site. A page that is
 * named here and does not exist yet is left out; a page that exists and is not named here stops the build, for nobody would
 * find it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One part of the sidebar. A page is a Markdown file of the repository. A part with a folder of the site for itself has a sidebar
 * of its own there, and one line within another part.
 * @typedef {{ title: string, pages: readonly string[], folder?: string, within?: string }} Part
 */

/** Where `scripts/docs-api.mjs` puts the pages of the API. */
export const API_FOLDER = 'docs/api/markdown';

/** @type {readonly Part[]} */
const PARTS = [
  { title: 'Start', pages: ['README.md', ...docs('getting-started concepts faq comparison')] },
  {
    title: 'Decide',
    pages: [...docs('policy roles clauses'), ...examples('coworking housing club')],
  },
  {
    title: 'Offline',
    pages: [
      ...docs('offline lowering sync bridge transports firmware'),
      'protocol/README.md',
      'protocol/vectors/README.md',
      'protocol/formal/README.md',
      ...examples('offline-lock firmware phone'),
    ],
  },
  {
    title: 'Run a site',
    pages: [
      ...docs('site store provisioning links doors directory scim import events presence zones'),
      ...docs('operations migration'),
      ...examples('notify-by-mail'),
    ],
  },
  {
    title: 'Serve',
    pages: [
      ...docs('serve authzen frameworks nestjs react telemetry distribution gateways scaling'),
      ...examples('portal fastify express hono nestjs react feed home-assistant'),
    ],
  },
  { title: 'Analyse', pages: docs('diff lint testing questions tooling interchange mutation') },
  { title: 'Coming from…', pages: docs('from-kisi from-kiwi from-officernd') },
  { title: 'Reference', pages: docs('glossary cli') },
  { title: 'Benchmarks', pages: docs('benchmarks') },
  { title: 'Security', pages: ['docs/security.md', 'SECURITY.md'] },
  { title: 'The project', pages: ['CONTRIBUTING.md', 'CHANGELOG.md'] },
];

/**
 * All parts with the pages that exist, decisions and API among them.
 * @param {string} root folder of the repository
 * @returns {Part[]}
 * @throws Error naming each page under docs/ that is in no part
 */
export function partsOf(root) {
  const written = markdownIn(root, 'docs');
  const decisions = written.filter((page) => page.startsWith('docs/decisions/'));
  const api = existsSync(join(root, API_FOLDER)) ? markdownIn(root, API_FOLDER) : [];
  const parts = PARTS.map((part) => ({
    ...part,
    pages: part.pages.filter((page) => existsSync(join(root, page))),
  }));
  parts.push(
    { title: 'API', pages: frontFirst(api), folder: 'api', within: 'Reference' },
    { title: 'Decisions', pages: decisions, folder: 'decisions', within: 'The project' },
  );
  const filled = parts.filter((part) => part.pages.length > 0);
  const listed = new Set(filled.flatMap((part) => part.pages));
  const lost = written.filter((page) => !listed.has(page));
  if (lost.length > 0)
    throw new Error(
      `docs/.vitepress/navigation.mjs: in no part of the sidebar: ${lost.join(', ')}`,
    );
  return filled;
}

/**
 * Where a page lies on the site, as the path of a Markdown file: `docs/offline.md` is `offline.md`, a README the page of its
 * folder.
 * @param {string} page
 */
export function sitePath(page) {
  if (page === 'SECURITY.md') return 'promises.md';
  const inside = page.replace(`${API_FOLDER}/`, 'api/').replace(/^docs\//u, '');
  return inside.replace(/(^|\/)README\.md$/u, '$1index.md').replace(/^[A-Z]+\.md$/u, lowerCase);
}

/**
 * What a page is called: its first heading.
 * @param {string} root
 * @param {string} page
 */
export function titleOf(root, page) {
  if (page === 'README.md') return 'What doorwright is';
  if (page === 'CHANGELOG.md') return 'Changes';
  if (page === `${API_FOLDER}/README.md`) return 'All that can be imported';
  const heading = /^# (.*)$/mu.exec(readFileSync(join(root, page), 'utf8'))?.[1];
  if (heading === undefined) throw new Error(`${page} has no heading`);
  return heading.replaceAll('`', '').replace(/\\(.)/gu, '$1');
}

/** @param {string} names */
function docs(names) {
  return names.split(' ').map((name) => `docs/${name}.md`);
}

/** @param {string} names */
function examples(names) {
  return names.split(' ').map((name) => `examples/${name}/README.md`);
}

/**
 * Pages below a folder, sorted; what tools keep there (`api`, folders with a dot) is none.
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function markdownIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return entry.name === 'api' || entry.name.startsWith('.') ? [] : markdownIn(root, path);
      return entry.name.endsWith('.md') ? [path] : [];
    })
    .sort();
}

/**
 * The overview, then what is imported by the bare name, then the subpaths.
 * @param {readonly string[]} pages
 */
function frontFirst(pages) {
  const first = ['README.md', 'doorwright.md'].map((name) => `${API_FOLDER}/${name}`);
  return [
    ...first.filter((page) => pages.includes(page)),
    ...pages.filter((page) => !first.includes(page)),
  ];
}

/** @param {string} text */
function lowerCase(text) {
  return text.toLowerCase();
}
