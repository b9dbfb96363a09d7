import { defineConfig } from 'tsup';
import { ENTRIES } from './scripts/entries.mjs';

/** rrule has no entry that Node can load as ESM, so it is bundled; every other dependency stays outside. */
export default defineConfig({
  entry: { ...ENTRIES, cli: 'src/cli/main.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  removeNodeProtocol: false,
  external: [/^node:/],
  noExternal: [/^rrule$/],
  splitting: true,
  clean: true,
});
