/** Hono (`doorwright/hono`), on every runtime it knows: routes guarded by the policy, and the AuthZEN endpoints as an app. */

export type { Answer, AuthzenPoint, Exchange } from './authzen/exchange.js';
export type {
  DoorOptions,
  GrantedAccess,
  GuardSettings,
  GuardTarget,
  HostFacts,
  Soon,
} from './guard/guard.js';
export { AccessFault } from './guard/refusal.js';
export { authzenApp, type HonoAuthzenOptions } from './hono/authzen.js';
export { type AccessEnv, type HonoAccess, honoAccess } from './hono/middleware.js';
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
