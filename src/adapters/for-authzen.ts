/** The AuthZEN 1.0 endpoints of a decision point (`doorwright/authzen`), for every server that speaks HTTP. */
export { authzenPoint } from './authzen/authzen-point.js';
export { bearerTokens, type TokenHash } from './authzen/bearer-tokens.js';
export { secretMac } from './authzen/binding-token.js';
export { type Client, FACT_NAMES, type FactName, type Rate } from './authzen/client.js';
export type { Answer, AuthzenPoint, Exchange } from './authzen/exchange.js';
export type { AuthzenLimits, AuthzenOptions, MetadataSigner } from './authzen/options.js';
export type {
  AccessAsked,
  AccessRefusal,
  AccessRequestOptions,
  AccessTask,
  Mac,
  ObligationOptions,
} from './authzen/profiles.js';
export { siteApiKeys } from './authzen/site-api-keys.js';
export { bearerToken } from './bearer-token.js';
export { type EnginePdpOptions, enginePdp } from './pdp/engine-pdp.js';
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
export type { DecisionTold, ExchangeTold, Logger, Watcher } from './pdp/telling.js';
