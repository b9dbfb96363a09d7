/** A server for decisions on Node (`doorwright/server`): HTTP, probes, metrics, and decision points that follow a file or a store. */
export type { Answer, AuthzenPoint, Exchange } from './authzen/exchange.js';
export type {
  Consistency,
  Pdp,
  PdpRefusalCode,
  PdpStatus,
  PdpView,
  ServedDecision,
  ViewCode,
  ViewResult,
} from './pdp/pdp.js';
export { defaultPdpHost, type PdpHost } from './pdp/pdp-host.js';
export { type SitePdp, type SitePdpOptions, sitePdp } from './pdp/site-pdp.js';
export type { DecisionTold, ExchangeTold, Logger, Watcher } from './pdp/telling.js';
export type { AskedAnswer, AskedPages } from './server/asked-pages.js';
export { type LineLoggerOptions, lineLogger } from './server/line-logger.js';
export { type MetricsOptions, type ServerMetrics, serverMetrics } from './server/metrics.js';
export {
  type PageExtras,
  pagesOf,
  pagesTogether,
  type ServedPages,
} from './server/page-files.js';
export {
  type PolicyFileCode,
  PolicyFileError,
  type PolicyFileOptions,
  type PolicyFilePdp,
  policyFilePdp,
  type ReloadTold,
} from './server/policy-file.js';
export type { ServerLimits } from './server/server-limits.js';
export type { ServerOptions } from './server/server-options.js';
export { type RunningServer, startServer } from './server/start-server.js';
export { watchersTogether } from './server/watchers-together.js';
