/** Where adapters say what they do: a structural logger, and what metrics and traces are made of. */
import type { ServedDecision } from './pdp.js';

/** A logger in the shape of pino's and of most others: an object, then words. Never given secrets, nor e-mail addresses. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
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
  decided?(told: DecisionTold): void;
  exchanged?(told: ExchangeTold): void;
  /** Runs `work` inside a span, where the watcher has one. */
  within?<T>(name: string, work: () => T): T;
}
