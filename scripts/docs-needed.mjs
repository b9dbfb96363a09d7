// @ts-check
/** Builds the documentation for `npm start` when there is none, or an older one. A start goes on without it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'docs/.vitepress/dist/index.html');
const sources = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'protocol/README.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const builtAt = existsSync(built) ? statSync(built).mtimeMs : Number.NEGATIVE_INFINITY;
if (sources.some((name) => statSync(join(root, name)).mtimeMs > builtAt)) {
  console.error('building the documentation, once: half a minute');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/docs-site.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) console.error('it could not be built; `npm run docs:site` says why');
}
