/** Decisions and exchanges as traces and metrics of OpenTelemetry. Speaks to its API alone: without an SDK nothing happens. */
import {
  type Attributes,
  type HrTime,
  type Meter,
  metrics,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { REASON_CODES } from '../../engine/decision.js';
import type { DecisionTold, ExchangeTold, Watcher } from '../pdp/telling.js';

/** Where telemetry goes. */
export interface OtelOptions {
  /** Default: `trace.getTracer('doorwright')`. */
  readonly tracer?: Tracer;
  /** Default: `metrics.getMeter('doorwright')`, of the SDK that is registered when the watcher is made. */
  readonly meter?: Meter;
  /** Epoch milliseconds, for the end of spans. Default: `Date.now`. */
  readonly now?: () => number;
}

/** Every reason there is: labels come from this list, whatever a decision point says. */
const REASONS: ReadonlySet<string> = new Set([
  ...REASON_CODES,
  'granted',
  'door_unlocked',
  'stale',
  'not_ready',
]);
/** Reasons before which nobody looked whether there is such an action and resource: the words are the caller's own. */
const UNREAD: ReadonlySet<string> = new Set([
  'action_unknown',
  'resource_unknown',
  'stale',
  'not_ready',
  'other',
]);
/** Methods that are counted by name. @see OpenTelemetry semantic conventions, `http.request.method` */
const METHODS: ReadonlySet<string> = new Set(
  'CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE'.split(' '),
);
/** Seconds. A decision takes microseconds, and milliseconds where something is remembered. */
const DECIDE_BUCKETS = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10];

/**
 * Tells OpenTelemetry of decisions: a span `access.decide`, the counter `access.decisions` and the histogram
 * `access.decide.duration`; of exchanges: `access.exchange.duration`. Who asked is told nowhere; which door, in spans alone. What
 * the SDK throws is dropped.
 */
export function otelWatcher(options: OtelOptions = {}): Watcher {
  const tracer = options.tracer ?? trace.getTracer('doorwright');
  const meter = options.meter ?? metrics.getMeter('doorwright');
  const now = options.now ?? Date.now;
  const decisions = meter.createCounter('access.decisions', {
    description: 'Decisions given',
    unit: '{decision}',
  });
  const duration = meter.createHistogram('access.decide.duration', {
    description: 'How long a decision took',
    unit: 's',
    advice: { explicitBucketBoundaries: DECIDE_BUCKETS },
  });
  const exchanges = meter.createHistogram('access.exchange.duration', {
    description: 'How long an HTTP exchange took',
    unit: 's',
  });
  return {
    decided(told) {
      const labels = labelsOf(told);
      quietly(() => decisions.add(1, labels));
      quietly(() => duration.record(told.milliseconds / 1000, labels));
      quietly(() => recordSpan(tracer, now(), told));
    },
    exchanged(told) {
      quietly(() => exchanges.record(told.milliseconds / 1000, exchangeLabels(told)));
    },
  };
}

/** Bounded: two decisions, the reasons, the ways in. */
function labelsOf({ decided, via }: DecisionTold): Attributes {
  return {
    'access.decision': decided.decision,
    'access.reason': reasonOf(decided.context.reason),
    'access.via': via,
  };
}

function exchangeLabels({ route, method, status }: ExchangeTold): Attributes {
  return {
    'http.route': route,
    'http.request.method': METHODS.has(method) ? method : '_OTHER',
    'http.response.status_code': status,
  };
}

/** Written down when the decision is known: a span that has ended takes no attributes, and one that waits for them may never end. */
function recordSpan(tracer: Tracer, end: number, told: DecisionTold): void {
  const startTime = hrTime(end - told.milliseconds);
  const attributes = { ...labelsOf(told), ...askedOf(told) };
  tracer.startSpan('access.decide', { startTime, attributes }).end(hrTime(end));
}

/** What was asked for, where it is known to be of the policy: a stranger's words may be anything, a person's name too. */
function askedOf({ action, resource, decided }: DecisionTold): Attributes {
  if (UNREAD.has(reasonOf(decided.context.reason))) return {};
  return {
    'access.action': action,
    'access.resource.type': resource.type,
    ...(resource.type === 'door' && { 'access.door.id': resource.id }),
  };
}

function reasonOf(reason: string): string {
  return REASONS.has(reason) ? reason : 'other';
}

/** Seconds and nanoseconds: a plain number could be taken for time since the process began. */
function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Watching never breaks a door.
  }
}
