// Bundles the benchmarks with the engine as it ships (esbuild, ES2022, rrule inside, other packages outside)
// and runs them. Nothing of a test runner's or loader's transformation is measured.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies: peers } = JSON.parse(readFileSync(`${root}bench/package.json`, 'utf8'));
await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'bench/main.ts',
    doorwright: 'src/index.ts',
    'serve-server': 'bench/serve/server.ts',
    'snapshot-reader': 'bench/distribution/snapshot-reader.ts',
  },
  outdir: 'bench/dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  external: [
    'luxon',
    'valibot',
    'esbuild',
    'sodium-native',
    '@electric-sql/pglite',
    'pg',
    'fastify',
    'fastify-plugin',
    'express',
    'hono',
    '@hono/node-server',
    '@nats-io/jetstream',
    '@nats-io/nats-core',
    '@nats-io/transport-node',
    ...Object.keys(peers),
  ],
  sourcemap: true,
  logLevel: 'warning',
});
const { status } = spawnSync(
  process.execPath,
  [`${root}bench/dist/main.js`, '--root', root, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
