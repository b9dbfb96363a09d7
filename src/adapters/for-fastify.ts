/** Fastify (`doorwright/fastify`): routes guarded by the policy, and the AuthZEN endpoints as a plugin. */
export type { Answer, AuthzenPoint, Exchange } from './authzen/exchange.js';
export { authzenPlugin, type FastifyAuthzenOptions } from './fastify/authzen.js';
export {
  accessPlugin,
  type FastifyAccess,
  type FastifyAccessOptions,
} from './fastify/plugin.js';
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
