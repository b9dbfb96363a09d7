// @ts-check
/** Builds the documentation for `npm start` when there is none, or an older one. A start goes on without it. */
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { madeAt, newestIn } from './newest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs', 'protocol'];
// What tools keep in docs/ is made of the rest; a folder made anew there changes the time of docs/ and nothing else.
const isMade = (/** @type {string} */ path) => ['.vitepress', 'api'].includes(basename(path));
const newest = Math.max(...sources.map((name) => newestIn(join(root, name), isMade)));
if (madeAt(join(root, 'docs/.vitepress/dist/index.html')) < newest) {
  console.error('building the documentation: half a minute');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/docs-site.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) console.error('it could not be built; `npm run docs:site` says why');
}
