/** A server in a process of its own, and the load that is put on it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { TOKEN } from './questions.js';
import type { Stack } from './stacks.js';

/** Requests that one connection sends round and round. */
const PART = 40;

/** What a server has behind its path: a handler that answers a constant, or the AuthZEN endpoints. */
export type Kind = 'bare' | 'authzen';

/** A server that runs. */
export interface Child {
  readonly kind: Kind;
  readonly process: ChildProcess;
  readonly port: number;
}

/** What a load measured. */
export interface Load {
  readonly perSecond: number;
  /** Nanoseconds of the server's processor for each request. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Starts a server. @param root - of the checkout; the bundle of the server lies in `bench/dist`. */
export async function startChild(root: string, stack: Stack, kind: Kind): Promise<Child> {
  const child = fork(`${root}/bench/dist/serve-server.js`, [stack, kind], { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { kind, process: child, port };
}

/** Sends so many of the bodies, in turn. @throws Error when anything but 200 comes back. */
export async function load(
  { port, process: child }: Child,
  path: string,
  bodies: readonly string[],
  connections: number,
  amount: number,
): Promise<Load> {
  let next = 0;
  const before = await cpuOf(child);
  const run = autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    amount,
    setupClient: (client) => {
      // A part for each: autocannon makes the bytes of all requests anew for every connection, before it begins.
      const part = Array.from({ length: PART }, () => bodies[next++ % bodies.length] ?? '');
      client.setRequests(part.map((body) => ({ method: 'POST', path, headers: HEADERS, body })));
    },
  });
  // Its own duration ends at a whole second, whenever the last answer came: the rate is taken between the first and the last.
  let [count, first, last] = [0, 0, 0];
  run.on('response', () => {
    last = performance.now();
    if (count++ === 0) first = last;
  });
  const result = await run;
  const spent = (await cpuOf(child)) - before;
  const { total } = result.requests;
  if (result.non2xx + result.errors + result.timeouts > 0 || total === 0) {
    throw new Error(`${result.non2xx} refused, ${result.errors + result.timeouts} failed`);
  }
  return {
    perSecond: ((count - 1) * 1000) / (last - first),
    cpu: (spent * 1000) / total,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** Asks one by one. @returns the texts of the answers. */
export async function answersOf(
  { port }: Child,
  path: string,
  bodies: readonly string[],
): Promise<string[]> {
  const answers: string[] = [];
  for (const body of bodies) {
    const url = `http://127.0.0.1:${port}${path}`;
    const response = await fetch(url, { method: 'POST', headers: HEADERS, body });
    answers.push(await response.text());
  }
  return answers;
}

const HEADERS = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ microseconds }] = (await once(child, 'message')) as [{ microseconds: number }];
  return microseconds;
}
