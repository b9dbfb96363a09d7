/** Traces and metrics by OpenTelemetry (`doorwright/otel`). */
export { type OtelOptions, otelWatcher } from './otel/otel-watcher.js';
export type { PdpRefusalCode, ServedDecision } from './pdp/pdp.js';
export type { DecisionTold, ExchangeTold, Watcher } from './pdp/telling.js';
