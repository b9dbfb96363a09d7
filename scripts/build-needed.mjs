// @ts-check
/** Builds when a file of dist/ is missing or older than what it is made from; else does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENTRIES } from './entries.mjs';
import { madeAt, newestIn } from './newest.mjs';

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

const newestSource = Math.max(...sources.map((name) => newestIn(join(root, name))));
const oldestOutput = Math.min(...outputs.map((name) => madeAt(join(root, 'dist', name))));
if (oldestOutput <= newestSource) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
