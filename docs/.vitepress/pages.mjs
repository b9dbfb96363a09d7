// @ts-check
/**
 * Pages as they are written for whoever reads the repository, made fit for the site. Links lead to the same thing there: to a
 * page, of a folder to its README, of any other file to a copy of it as plain text.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { sitePath } from './navigation.mjs';

/**
 * Files that are copied as text because a page links to them: where on the site, and from which path of the repository.
 * @typedef {Map<string, string>} Copies
 */

/**
 * Where a link of a page leads on the site, from the site's root: `/offline.md#keys`, `/files/protocol/dkp.cddl.txt`.
 * @param {{ root: string, pages: ReadonlySet<string>, copies: Copies }} site
 * @param {string} page the page with the link
 * @param {string} href the link as written
 * @throws Error when it leads to nothing
 */
export function siteLink({ root, pages, copies }, page, href) {
  if (/^[a-z][a-z+.-]*:/iu.test(href) || href.startsWith('#')) return href;
  const [path = '', anchor] = href.split('#');
  const target = posix.join(posix.dirname(page), decodeURI(path)).replace(/\/$/u, '');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const asPage = [target, `${target}/README.md`].find((name) => pages.has(name));
  if (asPage !== undefined) return `/${sitePath(asPage)}${hash}`;
  const below = [...pages].find((name) => name.startsWith(`${target}/`));
  if (target.startsWith('docs/') && below !== undefined) return `/${sitePath(below)}`;
  if (target.startsWith('..') || !existsSync(join(root, target)))
    throw new Error(`${page}: the link \`${href}\` leads to nothing`);
  const copy = `files/${target}.txt`;
  copies.set(copy, target);
  return `/${copy}`;
}

/**
 * A file of the repository as text; of a folder all files, each under its path.
 * @param {string} root
 * @param {string} path
 * @returns {string}
 */
export function textOf(root, path) {
  if (!statSync(join(root, path)).isDirectory()) return readFileSync(join(root, path), 'utf8');
  return readdirSync(join(root, path))
    .sort()
    .filter((name) => statSync(join(root, path, name)).isFile())
    .map((name) => `==> ${path}/${name} <==\n\n${textOf(root, `${path}/${name}`)}`)
    .join('\n');
}

/** Words after the fence that name no language: what they hold is shown as it is. */
const PLAIN = /^(?:hex|cbor-diag|cddl)\b.*/u;

/**
 * Makes markdown-it rewrite the links of each page by {@link siteLink}, and show what is in no programming language as text.
 * @param {import('vitepress').MarkdownRenderer} markdown
 * @param {Parameters<typeof siteLink>[0]} site
 */
export function adaptPages(markdown, site) {
  markdown.core.ruler.push('pages_of_a_repository', (state) => {
    const page = posix.relative(site.root, state.env.realPath ?? state.env.path);
    for (const [index, token] of state.tokens.entries()) {
      // What is set off by spaces gets the frame of what stands in a fence, in which it can be scrolled.
      if (token.type === 'code_block')
        Object.assign(token, { type: 'fence', tag: 'code', info: 'txt', markup: '```' });
      if (token.type === 'fence') token.info = token.info.replace(PLAIN, 'txt');
      // A head that is empty heads nothing; whoever hears the page read is not told that it does.
      const empty =
        state.tokens[index + 1]?.content === '' || state.tokens[index - 1]?.content === '';
      if (/^th_(?:open|close)$/u.test(token.type) && empty) token.tag = 'td';
    }
    const inline = state.tokens.flatMap((token) => token.children ?? []);
    for (const token of inline) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', siteLink(site, page, href));
    }
  });
}

/**
 * Lets two braces in a text be two braces: VitePress takes them for a program.
 * @param {import('vitepress').MarkdownRenderer} markdown
 */
export function keepBraces(markdown) {
  for (const rule of ['text', 'code_inline']) {
    const before = markdown.renderer.rules[rule];
    if (before === undefined) throw new Error(`markdown-it has no rule ${rule} any more`);
    markdown.renderer.rules[rule] = (...given) => before(...given).replaceAll('{{', '&#123;&#123;');
  }
}

/**
 * The anchor of a heading, made as GitHub makes it, so that a link holds in both places.
 * @param {string} heading
 */
export function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/gu, '-');
}
