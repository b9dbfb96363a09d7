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
