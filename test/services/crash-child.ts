/** Starting and killing processes that write. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { Told } from './crash-work.js';

/** Bundles the writer, once for a test file. Answers its path. Below node_modules, so that it finds packages. */
export async function builtWriter(name: string): Promise<string> {
  const folder = join('node_modules', '.cache', 'doorwright');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `crash-writer-${name}.mjs`);
  await build({
    entryPoints: ['test/services/crash-writer.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    // pg goes inside, because loading its many files is most of a process's start; PGlite brings files of its own.
    external: ['@electric-sql/pglite', 'pg-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    minifySyntax: true,
    logLevel: 'warning',
  });
  return outfile;
}

/** How one process is run. */
export interface Run {
  readonly writer: string;
  readonly kind: 'pglite' | 'postgres';
  /** Folder or URL. */
  readonly place: string;
  readonly who: string;
  /** After how many acknowledgements it is killed, and how long after the last of them. */
  readonly lines: number;
  readonly moreMs: number;
  /** Whether it first checks what was told so far. */
  readonly checks: boolean;
}

/**
 * Runs a writer and kills it with SIGKILL. What it was told is added to `told`.
 * @throws Error when it ended by itself: it found something wrong.
 */
export async function runAndKill(run: Run, told: Told): Promise<void> {
  const child = spawn(process.execPath, [run.writer, run.kind, run.place, run.who], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  child.stdin.end(JSON.stringify(run.checks ? soFar(told) : null));
  const ended = once(child, 'close');
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, first = '', second = ''] = line.split(' ');
    if (what === 'write') told.writes.set(Number(first), second);
    if (what === 'append') told.appends.add(first);
    if (lines++ === run.lines) setTimeout(() => child.kill('SIGKILL'), run.moreMs);
  }
  await ended;
  if (!wasKilled(child)) throw new Error(`the writer ended by itself:\n${said}`);
}

function soFar(told: Told) {
  return { writes: [...told.writes], appends: [...told.appends] };
}

function wasKilled({ signalCode }: ChildProcess): boolean {
  return signalCode === 'SIGKILL';
}
