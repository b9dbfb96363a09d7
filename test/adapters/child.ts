/** A process of its own that runs a few lines of TypeScript, to be killed without warning. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Starts `contents`, whose imports are relative to the root of the repository; it prints to `stdout`. */
export async function startChild(folder: string, contents: string): Promise<ChildProcess> {
  const script = join(folder, `child-${contents.length}.mjs`);
  await build({
    stdin: { contents, resolveDir: process.cwd() },
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['sodium-native', 'luxon'],
    logLevel: 'warning',
  });
  return spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
}
