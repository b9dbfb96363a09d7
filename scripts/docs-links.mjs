// @ts-check
/** Looks over a built site: whatever a page links to or loads must be in it, and an anchor must be on the page it names. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * Every link of the site that leads nowhere, and every address outside the site that a page would load by itself, one line
 * each.
 * @param {string} folder the built site
 * @param {string} base the path it is served below, `/` or `/docs/`
 * @returns {string[]}
 */
export function brokenLinks(folder, base) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const pages = new Map(
    names
      .filter((name) => name.endsWith('.html'))
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]),
  );
  /** @type {Map<string, Set<string>>} */
  const anchors = new Map();
  for (const [name, html] of pages) anchors.set(name, anchorsOf(html));
  return [...pages].flatMap(([name, html]) => {
    const from = base + name;
    const links = linksOf(html).filter(
      ({ href, loads }) => !leadsSomewhere({ folder, base, anchors }, from, href, loads),
    );
    return [...new Set(links.map(({ href }) => `${name}: ${href}`))];
  });
}

/**
 * What a page links to, and what it loads by itself.
 * @param {string} html
 */
function linksOf(html) {
  return [...html.matchAll(/<(\w+)\b[^>]*?\s(href|src)="([^"]*)"/gu)].map((match) => ({
    href: (match[3] ?? '').replaceAll('&amp;', '&'),
    loads: match[1] !== 'a',
  }));
}

/** @param {string} html */
function anchorsOf(html) {
  return new Set([...html.matchAll(/\sid="([^"]*)"/gu)].map((match) => match[1] ?? ''));
}

/**
 * @param {{ folder: string, base: string, anchors: Map<string, Set<string>> }} site
 * @param {string} from the path of the page
 * @param {string} href
 * @param {boolean} loads whether the browser fetches it without being asked
 */
function leadsSomewhere({ folder, base, anchors }, from, href, loads) {
  if (href.startsWith('data:')) return true;
  const { host, pathname, hash, protocol } = new URL(href, `https://site.invalid${from}`);
  // Other people's pages are theirs to keep; but no page of ours may load anything from them.
  if (host !== 'site.invalid') return !loads && /^(?:https?|mailto):$/u.test(protocol);
  if (!pathname.startsWith(base)) return false;
  const path = decodeURI(pathname.slice(base.length));
  const file = path === '' || path.endsWith('/') ? posix.join(path, 'index.html') : path;
  if (hash !== '' && file.endsWith('.html'))
    return anchors.get(file)?.has(decodeURIComponent(hash.slice(1))) ?? false;
  const place = join(folder, file);
  return existsSync(place) && statSync(place).isFile();
}
