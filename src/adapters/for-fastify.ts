/** Fastify (`doorwright/fastify`): routes guarded by the policy, and the AuthZEN endpoints as a plugin. */
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
  PdpStatus,
  PdpView,
  ServedDecision,
  ViewResult,
} from './pdp/pdp.js';
export type { Logger, Watcher } from './pdp/telling.js';
