import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * A site in the page runs the library's own functions on a store in memory. What they ask of Node stands here; databases and
 * everything else that only Node has is left out, and so are the parts of the library that use it.
 */
const WITHOUT_NODE = [
  { find: /^node:crypto$/u, replacement: here('src/without-node/crypto.ts') },
  { find: /^node:async_hooks$/u, replacement: here('src/without-node/async-hooks.ts') },
  { find: /^node:net$/u, replacement: here('src/without-node/net.ts') },
  {
    find: /^(?:@electric-sql\/pglite|pg)$/u,
    replacement: here('src/without-node/databases.ts'),
  },
  { find: /^csv-parse$/u, replacement: 'csv-parse/browser/esm' },
];

/**
 * All other modules of Node, by the names they have: the library's files name them although nothing that a page calls uses them.
 * What is built leaves them out again.
 */
function absentModules(): Plugin {
  const mark = '\0absent:';
  return {
    name: 'absent-modules',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith('node:') ? mark + id : undefined),
    async load(id) {
      if (!id.startsWith(mark)) return undefined;
      const names = Object.keys(await import(id.slice(mark.length)));
      const exported = names.filter((name) => name !== 'default' && /^[\w$]+$/u.test(name));
      return `function absent() { throw new TypeError('this needs Node'); }
export { ${exported.map((name) => `absent as ${name}`).join(', ')} };
export default {};`;
    },
  };
}

/**
 * A static page: relative paths, so that it lies under any address. Inside this repository nothing need be installed here:
 * the built package beside it stands for `doorwright`.
 */
export default defineConfig({
  base: './',
  plugins: [absentModules()],
  publicDir: here('public'),
  resolve: {
    alias: [
      ...WITHOUT_NODE,
      ...(existsSync(here('node_modules/doorwright'))
        ? []
        : [
            { find: /^doorwright$/u, replacement: here('../../dist/index.js') },
            {
              find: /^doorwright\/(.+\.json)(\?raw)?$/u,
              replacement: here('../../dist/$1$2'),
            },
            { find: /^doorwright\/(.+)$/u, replacement: here('../../dist/$1.js') },
          ]),
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
