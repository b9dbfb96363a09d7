/**
 * Bundles and runs `digest.ts` in this process, whose TZ, clock and Intl the caller has chosen by
 * environment: `CLOCK` is what luxon believes to be now, `INTL=none` removes Intl before the library loads.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const path = fileURLToPath(new URL('digest.ts', import.meta.url));
const built = buildSync({
  entryPoints: [path],
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  logLevel: 'error',
});

const now = Date.parse(process.env.CLOCK ?? '2026-01-01T00:00:00Z');
const intl = process.env.INTL ?? 'host';
const table =
  intl === 'host' ? undefined : JSON.parse(run(built.outputFiles[0].text, { now, table: 'make' }));
if (intl === 'none') Reflect.deleteProperty(globalThis, 'Intl');
console.log(run(built.outputFiles[0].text, { now, table }));

function run(code, options) {
  const module = { exports: {} };
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(path));
  return module.exports.digest(options);
}
