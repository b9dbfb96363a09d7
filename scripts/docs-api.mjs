// @ts-check
/**
 * Writes the API as Markdown into docs/api/markdown, one page for each entry of the package, so that the site has it and its
 * search finds every name. Reads dist/*.d.ts by the settings of typedoc.json; whether everything is documented is asked by
 * `npm run docs`, not here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API_FOLDER } from '../docs/.vitepress/navigation.mjs';
import { anchorOf } from '../docs/.vitepress/pages.mjs';
import { ENTRIES, FRONT, subpathOf } from './entries.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, API_FOLDER);

/**
 * Writes the pages anew.
 * @throws Error when typedoc finds fault
 */
export function writeApi() {
  rmSync(folder, { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/typedoc/bin/typedoc'),
      ...['--options', 'docs/.vitepress/typedoc.json', '--logLevel', 'Warn'],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`typedoc: ${stdout}${stderr}`);
  for (const name of Object.keys(ENTRIES)) finish(name);
  writeFileSync(join(folder, 'README.md'), overview());
}

/**
 * Gives the page of an entry the name that people import, as title and, for the bare name, as file; and says what it is for.
 * @param {string} name
 */
function finish(name) {
  const file = join(folder, `${name}.md`);
  if (!existsSync(file)) throw new Error(`typedoc wrote no page of ${subpathOf(name)}`);
  const top = `# ${subpathOf(name)}\n\n${commentOf(name)}`;
  const text = readFileSync(file, 'utf8').replace(/^# .*$/mu, () => top);
  writeFileSync(file, withoutStrayNumbers(text));
  if (name === FRONT) renameSync(file, join(folder, pageOf(name)));
}

/**
 * typedoc numbers the anchor of a type that it met twice, though its heading stands there once; such a link loses its number.
 * @param {string} text
 */
function withoutStrayNumbers(text) {
  const headings = [...text.matchAll(/^#+ (.*)$/gmu)].map((match) => anchorOf(match[1] ?? ''));
  const count = (/** @type {string} */ anchor) => headings.filter((one) => one === anchor).length;
  return text.replace(/\(#([a-z]\w*)-(\d+)\)/gu, (link, anchor, number) =>
    count(anchor) > 0 && count(anchor) <= Number(number) ? `(#${anchor})` : link,
  );
}

/** The list of what can be imported, for whoever does not know yet where a name is. */
function overview() {
  const rows = Object.keys(ENTRIES).map((name) => {
    const about = commentOf(name).split(/(?<=\.)\s/u)[0];
    return `| [\`${subpathOf(name)}\`](${pageOf(name)}) | ${about} |`;
  });
  return [
    '# API',
    '',
    'Every name that can be imported, with what it takes and gives. These pages are made from the comments of the source;',
    'how the parts work together is told in the guides.',
    '',
    '| import from | about |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** @param {string} name */
function pageOf(name) {
  return name === FRONT ? 'doorwright.md' : `${name}.md`;
}

/**
 * The first comment in the source of an entry, as one paragraph.
 * @param {string} name
 */
function commentOf(name) {
  const source = readFileSync(join(root, ENTRIES[name] ?? ''), 'utf8');
  const [first = ''] = (/^\s*\/\*\*(.*?)\*\//su.exec(source)?.[1] ?? '').split(/^\s*\*\s*$/mu);
  if (first.trim() === '') throw new Error(`${ENTRIES[name]} does not say what it is for`);
  return first
    .replace(/^\s*\* ?/gmu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
