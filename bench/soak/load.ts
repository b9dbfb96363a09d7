/** The load of a soak: the most that a server can do, and a part of that for as long as is wanted. */
import autocannon from 'autocannon';
import { type Child, load } from '../serve/child.js';
import { TOKEN } from '../serve/questions.js';

/** Path of single questions. */
const EVALUATION = '/access/v1/evaluation';
const HEADERS = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
/** Requests before anything counts: by then the code of the server is compiled. */
const WARM = 10_000;
/** Connections of the laps of the ramp. */
const RAMP = [8, 32, 128] as const;
const LAP_SECONDS = 3;
/** Connections of the steady load. */
const CONNECTIONS = 50;
/** Requests that one connection sends round and round. */
const PART = 40;

/** What a window of steady load gave. */
export interface Steady {
  readonly perSecond: number;
  readonly seconds: number;
  /** Milliseconds, from when a request was due. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200, failed connections and time-outs. */
  readonly failed: number;
}

/** Requests a second at the best number of connections of a short ramp. */
export async function maximumOf(child: Child, bodies: readonly string[]): Promise<number> {
  let { perSecond } = await load(child, EVALUATION, bodies, CONNECTIONS, WARM);
  let best = perSecond;
  for (const connections of RAMP) {
    const amount = Math.ceil(perSecond * LAP_SECONDS);
    ({ perSecond } = await load(child, EVALUATION, bodies, connections, amount));
    best = Math.max(best, perSecond);
  }
  return best;
}

/** So many requests a second for so long, over connections that are made anew each time. */
export async function steadyLoad(
  port: number,
  bodies: readonly string[],
  rate: number,
  seconds: number,
): Promise<Steady> {
  let next = 0;
  const { duration, requests, latency, non2xx, errors, timeouts } = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    overallRate: Math.round(rate),
    amount: Math.round(rate * seconds),
    setupClient: (client) => {
      const part = Array.from({ length: PART }, () => bodies[next++ % bodies.length] ?? '');
      client.setRequests(
        part.map((body) => ({ method: 'POST', path: EVALUATION, headers: HEADERS, body })),
      );
    },
  });
  const failed = non2xx + errors + timeouts;
  return {
    perSecond: requests.total / duration,
    seconds: duration,
    p50: latency.p50,
    p99: latency.p99,
    failed,
  };
}
