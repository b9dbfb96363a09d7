/** Express 5 and 4 (`doorwright/express`): routes guarded by the policy, and the AuthZEN endpoints as middleware. */
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
