/**
 * Ways between phones and locks that need no host (`doorwright/transport`): the port that a radio of
 * yours fills, a radio in memory, a building simulated on it, and a lock as bytes in, bytes out.
 */
export type { Crypto, PublicKey } from '../../protocol/crypto/crypto.js';
export type { StoredRecords } from '../../protocol/lock/boot.js';
export type { LockEvent } from '../../protocol/lock/event.js';
export type { LockSetup } from '../../protocol/lock/state.js';
export type { VisitCode, VisitResult } from '../../protocol/phone/event.js';
export type {
  Link,
  LinkEnd,
  LinkEvent,
  Sighting,
  Transport,
} from '../../protocol/session/transport.js';
export { type ByteBridge, type ByteBridgeHost, byteBridge } from './byte-bridge.js';
export {
  type MemoryLock,
  type MemoryLockLink,
  type MemoryRadio,
  memoryRadio,
  type RadioFaults,
} from './memory-transport.js';
export type { BuildingPlan } from './simulation/building.js';
export type { Happening, TimelineEntry, Totals } from './simulation/happening.js';
export type { SimulationPlan } from './simulation/simulation.js';
export {
  type BuildingMoment,
  type BuildingWatch,
  type WatchedDoor,
  type WatchedPerson,
  watchBuilding,
} from './simulation/watch.js';
