/** The built program in a process of its own, with a channel that tells how much memory is in use. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A running program. */
export interface Program {
  readonly process: ChildProcess;
  /** The line by which it said that it listens, as `--json` gives it. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Bytes in use after a collection: of the heap, and outside it. */
  live(): Promise<number>;
  /** Ends it by SIGTERM. @throws Error unless it ends with 0. */
  end(): Promise<void>;
}

/** Lines of its log that are kept, to be shown when it fails. */
const LOG_LINES = 20;

/** Starts it and waits until it listens. @throws Error when it ends before. */
export async function startProgram(root: string, args: readonly string[]): Promise<Program> {
  const inside = new URL('bench/soak/inside.mjs', `file://${root}/`).href;
  const child = fork(`${root}/dist/cli.js`, [...args, '--json'], {
    execArgv: ['--expose-gc', '--import', inside],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C in a terminal is for the soak, which then ends its processes.
    detached: true,
  });
  const log: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.push(...text.split('\n').filter((line) => line !== ''));
    log.splice(0, Math.max(0, log.length - LOG_LINES));
  });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`doorwright ${args[0]} ended with ${code}:\n${log.join('\n')}`);
  });
  failed.catch(() => undefined);
  const [line] = (await Promise.race([
    once(child.stdout?.setEncoding('utf8') ?? child, 'data'),
    failed,
  ])) as [string];
  return {
    process: child,
    said: JSON.parse(line) as Record<string, unknown>,
    async live() {
      child.send('live');
      const [{ live }] = (await Promise.race([once(child, 'message'), failed])) as [
        { live: number },
      ];
      return live;
    },
    async end() {
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`doorwright ${args[0]} ended with ${code}`);
    },
  };
}

/** The port in the line of a program that listens. */
export function portOf({ said }: Program): number {
  return Number(new URL(String(said['listening'])).port);
}
