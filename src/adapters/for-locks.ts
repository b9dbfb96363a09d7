/** Gateways to online locks (`doorwright/locks`): the lock port, the gateway that decides before it commands, and two providers. */

export type { LockAnswer } from './locks/answer-desk.js';
export type { AttemptHttpOptions } from './locks/attempt-http.js';
export { type AttemptLocksOptions, attemptLocks } from './locks/attempt-locks.js';
export type {
  DoorFault,
  DoorReport,
  DoorRequest,
  DoorRequestOptions,
  FollowOptions,
  GatewayDoor,
  LockGateway,
  LockGatewayOptions,
  UnlockFollower,
} from './locks/gateway.js';
export { lockGateway } from './locks/lock-gateway.js';
export { type LockHost, type LockTimers, processLockHost } from './locks/lock-host.js';
export type { LockOperation } from './locks/lock-order.js';
export type {
  BoltState,
  CommandOutcome,
  LockCapabilities,
  LockCommandResult,
  LockDevice,
  LockHappening,
  LockNews,
  LockOrder,
  LockProvider,
  LockState,
  UnlockOrder,
} from './locks/lock-provider.js';
export { type MemoryLocks, memoryLocks } from './locks/memory-locks.js';
export {
  type LockBehaviour,
  type LockCommand,
  type LockListener,
  type SimulatedLock,
  simulatedLock,
} from './locks/simulated-lock.js';
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
