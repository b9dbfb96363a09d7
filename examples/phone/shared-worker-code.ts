/**
 * Builds the demo's worker in one piece with the page, so that both load the protocol and its cryptography once. By itself
 * Vite builds a worker apart, with a copy of all that it shares with the page: a third of what the demo would load.
 */
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** How a worker is named in the source: `new URL('./worker.ts', import.meta.url)`. */
const WORKER = /new URL\('(\.\/[\w-]+\.ts)', import\.meta\.url\)/gu;

/** For the worker that this file names. */
export function sharedWorkerCode(namedIn: string): Plugin {
  return {
    name: 'shared-worker-code',
    apply: 'build',
    // Before Vite's own way with workers.
    enforce: 'pre',
    transform: {
      order: 'pre',
      handler(code, id) {
        if (id !== namedIn) return undefined;
        let found = 0;
        const replaced = code.replace(WORKER, (_, path: string) => {
          found += 1;
          const file = this.emitFile({ type: 'chunk', id: join(dirname(id), path) });
          return `import.meta.ROLLUP_FILE_URL_${file}`;
        });
        if (found !== 1) this.error(`${found} workers where one was looked for`);
        return replaced;
      },
    },
  };
}
