/** Where adapters say what they do: a structural logger, and what metrics and traces are made of. */
import type { ServedDecision } from './pdp.js';

/** A logger in the shape of pino's and of most others: an object, then words. Never given secrets, nor e-mail addresses. */
export interface Logger {
  /** What a developer wants to know. */
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** What happens in ordinary service: started, reloaded, connected. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Something outside is not as it should be; the work goes on. */
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Something failed: whoever runs this has to look. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** One decision that was given. */
export interface DecisionTold {
  readonly action: string;
  /** Type of the resource; and the door's id, which is no personal data. */
  readonly resource: { readonly type: string; readonly id: string };
  readonly decided: ServedDecision;
  /** Milliseconds the engine took. */
  readonly milliseconds: number;
  /** By which way: `authzen`, `fastify`, `mqtt`, … */
  readonly via: string;
}

/** One HTTP exchange. */
export interface ExchangeTold {
  /** The route as written, never the raw path: `/access/v1/evaluation`. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** Who listens: metrics, traces, tests. What it throws is caught and dropped: watching never breaks a door. */
export interface Watcher {
  /** After every decision, a batch's items one by one, permit or deny. */
  decided?(told: DecisionTold): void;
  /** After an HTTP exchange, whatever its status. */
  exchanged?(told: ExchangeTold): void;
  /** Runs `work` inside a span, where the watcher has one. */
  within?<T>(name: string, work: () => T): T;
}
