/** Runs the real program as a child process, built from the source once for each test file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** What became of a run. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run differs from a plain one. */
export interface Setting {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: readonly string[];
}

const REPOSITORY = resolve(import.meta.dirname, '../..');
// Inside the repository, so that the program finds its package, its examples and its dependencies.
const BUILD = join(REPOSITORY, 'node_modules/.cache/doorwright-cli', String(process.pid));
/** The built program. */
export const PROGRAM = join(BUILD, 'cli.mjs');

/** Builds the program; the answer removes it again. */
export async function buildProgram(): Promise<() => void> {
  mkdirSync(BUILD, { recursive: true });
  await build({
    entryPoints: [join(REPOSITORY, 'src/cli/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    outfile: PROGRAM,
    // Everything but rrule, which Node cannot load as ESM, as the published program has it.
    external: [
      'luxon',
      'valibot',
      'sodium-native',
      '@electric-sql/*',
      '@opentelemetry/api',
      'pg',
      'csv-parse',
      'chardet',
      'jose',
      'prom-client',
      'yaml',
    ],
    logLevel: 'error',
  });
  return () => rmSync(BUILD, { recursive: true, force: true });
}

/** Starts the program in the repository, without colours unless the setting asks for them. */
export function start(args: readonly string[], setting: Setting = {}): ChildProcess {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  return spawn(process.execPath, [...(setting.node ?? []), PROGRAM, ...args], {
    cwd: REPOSITORY,
    env: { ...env, ...setting.env },
  });
}

/** Runs the program to its end. */
export function run(args: readonly string[], setting: Setting = {}): Promise<Run> {
  const child = start(args, setting);
  // The program may end without reading: then nobody takes what is written here.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(setting.stdin ?? '');
  return ended(child);
}

/** Waits for the end of a started program. */
export function ended(child: ChildProcess): Promise<Run> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => stdout.push(piece));
  child.stderr?.on('data', (piece: Buffer) => stderr.push(piece));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      const text = (pieces: readonly Buffer[]) => Buffer.concat(pieces).toString('utf8');
      done({ code, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** A folder of its own for files of a test; the answer's `remove` takes it away. */
export function folder(): {
  file(name: string, content: string): string;
  path: string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'doorwright-cli-'));
  return {
    path,
    file(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
