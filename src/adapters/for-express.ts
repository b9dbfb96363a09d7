/** Express 5 and 4 (`doorwright/express`): routes guarded by the policy, and the AuthZEN endpoints as middleware. */
export type { Answer, AuthzenPoint, Exchange } from './authzen/exchange.js';
export { authzenRouter } from './express/authzen.js';
export { type ExpressAccess, expressAccess } from './express/middleware.js';
export type {
  DoorOptions,
  GrantedAccess,
  GuardSettings,
  GuardTarget,
  HostFacts,
  Soon,
} from './guard/guard.js';
export { AccessFault } from './guard/refusal.js';
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
