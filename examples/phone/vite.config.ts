import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { serviceWorker } from './service-worker-plugin.js';
import { sharedWorkerCode } from './shared-worker-code.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * A static page: relative paths, so that it lies under any address. Inside this repository nothing need be installed here:
 * the built package beside it stands for `doorwright`.
 */
export default defineConfig({
  base: './',
  publicDir: here('public'),
  plugins: [
    sharedWorkerCode(here('src/demo/demo.ts')),
    serviceWorker(here('src/service-worker/service-worker.ts'), here('public')),
  ],
  resolve: {
    alias: existsSync(here('node_modules/doorwright'))
      ? []
      : [
          { find: /^doorwright$/u, replacement: here('../../dist/index.js') },
          { find: /^doorwright\/(.+)$/u, replacement: here('../../dist/$1.js') },
        ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
