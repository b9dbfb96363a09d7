/** Hono (`doorwright/hono`), on every runtime it knows: routes guarded by the policy, and the AuthZEN endpoints as an app. */
export { authzenApp, type HonoAuthzenOptions } from './hono/authzen.js';
export { type AccessEnv, type HonoAccess, honoAccess } from './hono/middleware.js';
export type {
  DoorOptions,
  GrantedAccess,
  GuardSettings,
  GuardTarget,
  HostFacts,
  Soon,
} from './guard/guard.js';
export { AccessFault } from './guard/refusal.js';
