/** Metrics for Prometheus, through the optional package prom-client. Labels are few whatever clients send. */
import type { Counter, Histogram, Registry } from 'prom-client';
import type { Pdp } from '../pdp/pdp.js';
import type { DecisionTold, ExchangeTold, Watcher } from '../pdp/telling.js';
import { missingPackage } from '../store/missing-package.js';
import { boundedLabel } from './bounded-label.js';

/** What is measured. */
export interface MetricsOptions {
  readonly pdp: Pick<Pdp, 'status'>;
  /** Also memory, processor, event loop and collections of this process. Default: yes. */
  readonly process?: boolean;
}

/** Metrics of one decision point. */
export interface ServerMetrics {
  /** Counts decisions and exchanges: to be given to whoever takes a watcher. */
  readonly watcher: Watcher;
  /** One version of a policy took over (`ok`), or did not and why. */
  reloaded(result: string): void;
  /** The text format of Prometheus. */
  text(): Promise<string>;
}

/** From 5 µs, what a decision takes, to 10 s, what nobody waits for. */
const SECONDS_OF_DECISIONS = [5e-6, 1e-5, 2.5e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];
const SECONDS_OF_EXCHANGES = [1e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 0.5, 1, 5, 10];

/**
 * Metrics with a registry of their own.
 * @throws TypeError where the package prom-client is not installed.
 */
export async function serverMetrics(options: MetricsOptions): Promise<ServerMetrics> {
  const prom = await loadPackage();
  const registry = new prom.Registry();
  const registers = [registry];
  if (options.process !== false) prom.collectDefaultMetrics({ register: registry });
  const decisions = new prom.Counter({
    name: 'doorwright_decisions_total',
    help: 'Decisions by result, first reason, action and way.',
    labelNames: ['result', 'reason', 'action', 'via'],
    registers,
  });
  const seconds = new prom.Histogram({
    name: 'doorwright_decision_seconds',
    help: 'How long decisions take.',
    buckets: SECONDS_OF_DECISIONS,
    registers,
  });
  const exchanges = new prom.Counter({
    name: 'doorwright_http_requests_total',
    help: 'Requests by route, method and status; route * is none of ours.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const latency = new prom.Histogram({
    name: 'doorwright_http_request_seconds',
    help: 'How long requests take, from the whole body to the answer.',
    labelNames: ['route'],
    buckets: SECONDS_OF_EXCHANGES,
    registers,
  });
  const reloads = new prom.Counter({
    name: 'doorwright_policy_reloads_total',
    help: 'Versions of the policy that took over (ok), or did not and why.',
    labelNames: ['result'],
    registers,
  });
  reloads.inc({ result: 'ok' }, 0);
  gauges(prom, registry, options.pdp);
  const labels = { action: boundedLabel(32), via: boundedLabel(16), result: boundedLabel(16) };
  return {
    watcher: watcherOf({ decisions, seconds, exchanges, latency }, labels),
    reloaded: (result) => reloads.inc({ result: labels.result(result) }),
    text: () => registry.metrics(),
  };
}

const UNREAD: ReadonlySet<string> = new Set([
  'action_unknown',
  'resource_unknown',
  'stale',
  'not_ready',
]);

interface Meters {
  readonly decisions: Counter<'result' | 'reason' | 'action' | 'via'>;
  readonly seconds: Histogram;
  readonly exchanges: Counter<'route' | 'method' | 'status'>;
  readonly latency: Histogram<'route'>;
}

function watcherOf(
  meters: Meters,
  labels: { readonly action: Label; readonly via: Label },
): Watcher {
  const route = boundedLabel(64);
  const method = boundedLabel(12);
  return {
    decided({ action, decided, milliseconds, via }: DecisionTold) {
      const result = decided.decision ? 'permit' : 'deny';
      const { reason } = decided.context;
      // Before anybody looked whether there is such an action, the word is the caller's own.
      const known = UNREAD.has(reason) ? 'other' : labels.action(action);
      meters.decisions.inc({ result, reason, action: known, via: labels.via(via) });
      meters.seconds.observe(milliseconds / 1000);
    },
    exchanged(told: ExchangeTold) {
      const named = route(told.route);
      const status = String(told.status);
      meters.exchanges.inc({ route: named, method: method(told.method), status });
      if (told.milliseconds > 0) meters.latency.observe({ route: named }, told.milliseconds / 1000);
    },
  };
}

type Label = ReturnType<typeof boundedLabel>;

/** How the decision point stands, read when somebody asks. */
function gauges(prom: PromClient, registry: Registry, pdp: MetricsOptions['pdp']): void {
  const registers = [registry];
  new prom.Gauge({
    name: 'doorwright_ready',
    help: 'Whether it can decide.',
    registers,
    collect() {
      this.set(pdp.status().ready ? 1 : 0);
    },
  });
  new prom.Gauge({
    name: 'doorwright_policy_revision',
    help: 'The revision that decides.',
    registers,
    collect() {
      this.set(pdp.status().revision ?? Number.NaN);
    },
  });
  new prom.Gauge({
    name: 'doorwright_source_behind_seconds',
    help: 'Seconds since the store or feed was last heard of; 0 for a file.',
    registers,
    collect() {
      this.set(pdp.status().behindSeconds ?? 0);
    },
  });
  const fault = boundedLabel(32);
  new prom.Gauge({
    name: 'doorwright_fault',
    help: '1 for every fault there is now.',
    labelNames: ['fault'],
    registers,
    collect() {
      this.reset();
      for (const name of pdp.status().faults) this.set({ fault: fault(name) }, 1);
    },
  });
}

type PromClient = Pick<
  typeof import('prom-client'),
  'Registry' | 'Counter' | 'Histogram' | 'Gauge' | 'collectDefaultMetrics'
>;

async function loadPackage(): Promise<PromClient> {
  try {
    // CommonJS: Node gives it as the default export.
    return (await import('prom-client')).default;
  } catch (cause) {
    throw missingPackage('prom-client', 'metrics', cause);
  }
}
