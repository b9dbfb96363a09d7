// @ts-check
/** Imports a TypeScript file of the project into a script, with the packages it needs left where they are. */
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} path from the root of the repository
 * @returns {Promise<any>} what the file exports
 */
export async function importSource(path) {
  const name = path.replaceAll(/[^a-z]+/gi, '-');
  // Inside node_modules, so that the bundle finds the packages it leaves outside.
  const bundle = `${root}node_modules/.cache/doorwright/${name}.${process.pid}.mjs`;
  await build({
    entryPoints: [`${root}${path}`],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  try {
    return await import(pathToFileURL(bundle).href);
  } finally {
    rmSync(bundle, { force: true });
  }
}
