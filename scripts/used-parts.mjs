// @ts-check
/**
 * What goes into `dist` of luxon and rrule: the modules that are used. Loading one of theirs does nothing but define, which
 * neither says in a way that a bundler reads; told so, it leaves out a date library of which one class is asked for.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** luxon offers Node and bundlers one file with everything in it. Its sources come with it, and are modules. */
const MANIFEST = createRequire(import.meta.url).resolve('luxon/package.json');
const LUXON = join(dirname(MANIFEST), 'src/luxon.js');
const THEIRS = /[/\\]node_modules[/\\](?:luxon|rrule)[/\\]/u;

/**
 * A plugin of esbuild.
 * @type {import('esbuild').Plugin}
 */
export const usedParts = {
  name: 'used-parts',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(?:luxon|rrule)$|^\./ }, async (asked) => {
      const { path, importer, resolveDir, kind, pluginData } = asked;
      if (pluginData === usedParts) return undefined;
      if (path.startsWith('.') && !THEIRS.test(importer)) return undefined;
      const wanted = path === 'luxon' ? LUXON : path;
      // Asked with a mark, so that the question does not come back here.
      const found = await resolve(wanted, { importer, resolveDir, kind, pluginData: usedParts });
      return { ...found, sideEffects: false };
    });
  },
};
