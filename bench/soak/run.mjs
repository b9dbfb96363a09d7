// `npm run soak`: bundles the soak, which runs the built program (dist/cli.js) in processes of its own, and starts it.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
await build({
  absWorkingDir: root,
  entryPoints: { soak: 'bench/soak/main.ts' },
  outdir: 'bench/dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
const { soak } = await import('../dist/soak.js');
// What was interrupted may wait for answers still.
process.exit(await soak(root, process.argv.slice(2)));
