// @ts-check
/** Builds when a file of dist/ is missing or older than what it is made from; else does nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENTRIES } from './entries.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = [
  ...['src', 'protocol', 'scripts', 'package.json', 'tsconfig.json', 'tsup.config.ts'],
  ...['index.html', 'vite.config.ts', 'src', 'public'].map((name) => `examples/portal/${name}`),
  ...['index.html', 'vite.config.ts', 'service-worker-plugin.ts', 'shared-worker-code.ts'].map(
    (name) => `examples/phone/${name}`,
  ),
  ...['desk', 'src', 'public'].map((name) => `examples/phone/${name}`),
];
const outputs = [
  ...Object.keys(ENTRIES).flatMap((name) => [`${name}.js`, `${name}.d.ts`]),
  ...[
    'cli.js',
    'policy.schema.json',
    'policy-tests.schema.json',
    'portal/index.html',
    'phone/index.html',
  ],
];

const newestSource = Math.max(...sources.flatMap((name) => timesOf(join(root, name))));
const oldestOutput = Math.min(...outputs.map((name) => builtAt(join(root, 'dist', name))));
if (oldestOutput <= newestSource) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

/**
 * When the file, or each file below the folder, was last changed.
 * @param {string} path
 * @returns {number[]}
 */
function timesOf(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return [stats.mtimeMs];
  // The folder's own time counts too: it tells of a file that was removed.
  return [stats.mtimeMs, ...readdirSync(path).flatMap((name) => timesOf(join(path, name)))];
}

/** @param {string} path */
function builtAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : Number.NEGATIVE_INFINITY;
}
