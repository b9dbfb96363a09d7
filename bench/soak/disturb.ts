/** What happens beside the steady load: changes, other kinds of questions, and requests that must be refused. */
import type { questions } from '../serve/questions.js';
import { TOKEN } from '../serve/questions.js';
import { SECONDS, type Stage, writeClients } from './stage.js';

/** Disturbances, one after the other. */
export interface Disturbances {
  /** The next one. @throws Error for an answer other than the one that is due. */
  next(): Promise<void>;
  /** How often each status of refusal was provoked. */
  readonly provoked: ReadonlyMap<number, number>;
}

/** A request that must be refused. */
interface Bad {
  readonly path: string;
  readonly body: string;
  readonly token?: string;
  readonly status: number;
}

const EVALUATION = '/access/v1/evaluation';
const BAD: readonly Bad[] = [
  { path: EVALUATION, body: '{"subject":', status: 400 },
  { path: EVALUATION, body: '{"subject":{"type":"user"}}', status: 400 },
  { path: EVALUATION, body: '{}', token: 'ee'.repeat(16), status: 401 },
  { path: '/access/v1/evaluate', body: '{}', status: 404 },
  { path: EVALUATION, body: JSON.stringify({ pad: 'x'.repeat(1_100_000) }), status: 413 },
];

/** Takes turns: a change of the policy, another token, a search, a batch, a bad request. */
export function disturbances(stage: Stage, asked: ReturnType<typeof questions>): Disturbances {
  const provoked = new Map<number, number>();
  let turn = 0;
  let round = 0;
  const ask = async (path: string, body: string, status: number, token = TOKEN) => {
    if (status >= 400) provoked.set(status, (provoked.get(status) ?? 0) + 1);
    const response = await fetch(`http://127.0.0.1:${stage.port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    });
    const text = await response.text();
    if (response.status !== status) {
      throw new Error(`${path} was answered ${response.status} and not ${status}: ${text}`);
    }
    return status === 200 ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
  const single = asked.singles[0] ?? '';
  const kinds: readonly (() => Promise<void>)[] = [
    () => stage.change(),
    async () => {
      const [counts, counted] = [SECONDS[round % 2], SECONDS[(round + 1) % 2]];
      await ask(EVALUATION, single, 200, counts);
      await ask(EVALUATION, single, 401, counted);
      await writeClients(stage.clients, counted ?? '');
    },
    async () => {
      const { subject } = JSON.parse(single) as { subject: object };
      const search = { subject, action: { name: 'unlock' }, resource: { type: 'door' } };
      const { results } = await ask('/access/v1/search/resource', JSON.stringify(search), 200);
      if (!Array.isArray(results)) throw new Error('a search without results');
    },
    async () => {
      const batch = asked.batches[round % asked.batches.length] ?? '';
      const { evaluations } = await ask('/access/v1/evaluations', batch, 200);
      const due = (JSON.parse(batch) as { evaluations: unknown[] }).evaluations.length;
      if ((evaluations as unknown[] | undefined)?.length !== due)
        throw new Error('a batch cut short');
    },
    async () => {
      const bad = BAD[round % BAD.length];
      if (bad !== undefined) await ask(bad.path, bad.body, bad.status, bad.token);
      round++;
    },
  ];
  return {
    provoked,
    async next() {
      await kinds[turn++ % kinds.length]?.();
    },
  };
}
