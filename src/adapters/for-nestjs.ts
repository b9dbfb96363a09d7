/** Guards of NestJS (`doorwright/nestjs`): handlers that run only where the policy permits. */

export type { Answer, AuthzenPoint, Exchange } from './authzen/exchange.js';
export type {
  DoorOptions,
  GrantedAccess,
  GuardSettings,
  GuardTarget,
  HostFacts,
  Soon,
} from './guard/guard.js';
export { AccessFault, type GuardCode, type Problem, type Refusal } from './guard/refusal.js';
export { AccessGuard } from './nestjs/access-guard.js';
export { type AccessQuestion, AccessService } from './nestjs/access-service.js';
export { mountAuthzen } from './nestjs/authzen.js';
export { AccessModule } from './nestjs/module.js';
export type { AccessModuleOptions } from './nestjs/options.js';
export { AccessRefusedException, AccessRefusedFilter } from './nestjs/refused.js';
export type { NestRequest } from './nestjs/request.js';
export {
  type NestDecorator,
  RequireAccess,
  RequireDoor,
  type RequiredAccess,
  Unguarded,
} from './nestjs/requirement.js';
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
