import { defineConfig } from 'tsup';
import { ENTRIES } from './scripts/entries.mjs';
import { usedParts } from './scripts/used-parts.mjs';

/**
 * Bundled are rrule, which has no entry that Node can load as ESM, and of luxon the one class that is used
 * (docs/decisions/0006-size.md); every other dependency stays outside.
 */
export default defineConfig({
  entry: { ...ENTRIES, cli: 'src/cli/main.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  removeNodeProtocol: false,
  external: [/^node:/],
  noExternal: [/^rrule$/, /^luxon$/],
  esbuildPlugins: [usedParts],
  splitting: true,
  clean: true,
});
