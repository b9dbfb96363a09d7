/** Delivering webhooks: one round over all that are active, or rounds without end. */
import { quietly } from '../quietly.js';
import { allRecords } from '../site/all-records.js';
import type { Site } from '../site/site.js';
import { runConsumer } from './consumer.js';
import { type ConsumerOptions, type ConsumerRun, LEASE_MS } from './run.js';
import type { SendWebhook } from './send.js';
import { consumerOf, postEvent, type Webhook, webhookShape } from './webhook.js';

/** How webhooks are delivered. */
export interface DeliverOptions extends ConsumerOptions {
  /** `webhookSender()`, or one of your own. */
  readonly send: SendWebhook;
  /** For one attempt. Default 15 s. */
  readonly timeoutMs?: number;
}

/** What a round did, by webhook. */
export interface DeliveryRound {
  readonly webhooks: ReadonlyMap<string, ConsumerRun>;
  /** When the next round has something to do, epoch milliseconds; undefined: when something happens. */
  readonly nextAt: number | undefined;
}

const TIMEOUT_MS = 15_000;

/** Delivers what is due to every active webhook. All are served at once: one that hangs holds up nobody else. */
export async function deliverWebhooks(site: Site, options: DeliverOptions): Promise<DeliveryRound> {
  const records = await allRecords(site.store, 'webhook');
  const active = records
    .map((record) => ({ id: record.id, webhook: webhookShape.ofRecord(record) }))
    .filter(({ webhook }) => webhook.active);
  const runs = await Promise.all(
    active.map(async ({ id, webhook }) => [id, await serve(site, id, webhook, options)] as const),
  );
  const times = runs.flatMap(([, { nextAt }]) => nextAt ?? []);
  const nextAt = times.length === 0 ? undefined : Math.min(...times);
  return { webhooks: new Map(runs), nextAt };
}

/** How rounds follow one another. */
export interface RepeatOptions {
  /** Ends the rounds; the promise resolves after the round under way. */
  readonly signal: AbortSignal;
  /** Longest wait between rounds, milliseconds. Default 1 000. */
  readonly pollMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of a round that threw; the next one is made all the same. What it throws is dropped. */
  readonly onError?: (error: unknown) => void;
}

/** Makes round after round: of webhooks, of notices, of both. */
export async function repeatRounds(
  round: () => Promise<{ readonly nextAt: number | undefined }>,
  options: RepeatOptions,
): Promise<void> {
  const { signal, pollMs = 1000, now, wait } = options;
  const onError = quietly(options.onError);
  while (!signal.aborted) {
    let pause = pollMs;
    try {
      const { nextAt } = await round();
      if (nextAt !== undefined) pause = Math.min(pollMs, Math.max(0, nextAt - now()));
    } catch (error) {
      onError(error);
    }
    if (!signal.aborted) await wait(pause, signal);
  }
}

async function serve(
  site: Site,
  id: string,
  webhook: Webhook,
  options: DeliverOptions,
): Promise<ConsumerRun> {
  const { send, timeoutMs = TIMEOUT_MS, signal } = options;
  const { organization, host } = site;
  const posting = { send, organization, now: () => host.now(), timeoutMs };
  const run = await runConsumer(
    site,
    {
      id: consumerOf(id),
      logs: webhook.logs,
      ...(webhook.filter === undefined ? {} : { filter: webhook.filter }),
      deliver: (event) =>
        postEvent(webhook, event, { ...posting, ...(signal === undefined ? {} : { signal }) }),
    },
    // A lease that ended within an attempt would let two deliver at once.
    { ...options, leaseMs: Math.max(options.leaseMs ?? LEASE_MS, 2 * timeoutMs) },
  );
  if (run.stopped !== undefined) await switchOff(site, id, run.stopped);
  return run;
}

async function switchOff(site: Site, id: string, why: 'gone' | 'failing'): Promise<void> {
  await site.write<undefined, 'unknown_webhook'>({
    actor: { type: 'system', id: 'webhooks' },
    operation: 'webhook.stop',
    plan: async ({ store, time }) => {
      const record = await store.record('webhook', id);
      if (record === undefined)
        return { ok: false, code: 'unknown_webhook', detail: `unknown webhook \`${id}\`` };
      const webhook = { ...webhookShape.ofRecord(record), active: false };
      const stopped = { at: time, why };
      const put = [webhookShape.record(id, { ...webhook, stopped })];
      const audit = { object: { type: 'webhook', id }, data: { stopped: why } };
      return { ok: true, value: { value: undefined, records: { put }, audit } };
    },
  });
}
