/** What a bundler finds in an entry. */
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

/** Bundles an entry of this checkout, packages left outside; paths in the answer begin at the root. */
export async function metafileOf(
  entry: string,
  platform: 'neutral' | 'node' = 'neutral',
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform,
    packages: 'external',
    logLevel: 'error',
  });
  return metafile;
}
