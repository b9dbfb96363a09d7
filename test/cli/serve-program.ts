/** `doorwright serve` as a process, with its one line read and its port known. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ended, type Run, type Setting, start } from './program.js';

/** A server that runs. */
export interface ServeProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly revision: number;
  /** Lines of the log so far, as objects. */
  logged(): readonly Record<string, unknown>[];
  /** Waits for a line of the log. */
  untilLogged(message: string, count?: number): Promise<Record<string, unknown>>;
  /** What it came to. */
  readonly end: Promise<Run>;
}

/** Starts it on a free port. @throws Error with what it said where it ends instead of listening. */
export async function serve(args: readonly string[], setting: Setting = {}): Promise<ServeProcess> {
  const child = start(['serve', '--port', '0', '--json', ...args], setting);
  const end = ended(child);
  const lines: Record<string, unknown>[] = [];
  let wake = (): void => undefined;
  if (child.stdout === null || child.stderr === null) throw new Error('no streams');
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line));
    wake();
  });
  const first = createInterface({ input: child.stdout });
  const said = (await Promise.race([once(first, 'line'), end.then(() => undefined)]))?.[0];
  if (said === undefined) throw new Error((await end).stderr);
  const { listening, metrics, revision } = JSON.parse(said);
  return {
    child,
    url: listening,
    metricsUrl: metrics,
    revision,
    logged: () => lines,
    async untilLogged(message, count = 1) {
      for (;;) {
        const found = lines.filter(({ msg }) => msg === message)[count - 1];
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    end,
  };
}

/** Asks for an evaluation. */
export async function evaluate(
  url: string,
  user: string,
  options: { readonly token?: string; readonly context?: object; readonly door?: string } = {},
): Promise<{ readonly status: number; readonly body: { decision?: boolean; context?: object } }> {
  const { token, context, door = 'front' } = options;
  const answer = await fetch(`${url}/access/v1/evaluation`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      subject: { type: 'user', id: user },
      action: { name: 'unlock' },
      resource: { type: 'door', id: door },
      ...(context === undefined ? {} : { context }),
    }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
}
