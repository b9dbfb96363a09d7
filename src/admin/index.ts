/**
 * Running a site (`doorwright/admin`): the pure workflows of administrators. They look at an engine and at
 * records, and answer with what is to be written. `doorwright/site` keeps it in a store.
 */

export type { CheckIn } from './check-ins/check-in.js';
export {
  type AskedAtDoor,
  accessEvent,
  doorEvent,
  type SeenAtDoor,
} from './events/access-event.js';
export { ACCESS_EVENTS, type AccessEventType, type EventBearing } from './events/catalogue.js';
export {
  type ChainHead,
  chainStart,
  type Sha256,
  sealEvents,
} from './events/chain.js';
export { CLOUD_EVENT_TYPE, type CloudEvent, toCloudEvent } from './events/cloud-event.js';
export type { DoorMatch } from './events/door-class.js';
export type {
  EntityName,
  EventDraft,
  EventFilter,
  EventLog,
  EventOutcome,
  EventQuery,
  PersonalPart,
  StoredEvent,
} from './events/event.js';
export { EVENT_LOGS, EVENT_OUTCOMES } from './events/event.js';
export {
  type CursorGround,
  parseCursor,
  parseEventFilter,
  writeCursor,
} from './events/event-cursor.js';
export { EXPORT_FORMATS, type ExportFormat, eventLine, exportHeader } from './events/event-line.js';
export { matchesFilter } from './events/filter.js';
export {
  defaultLogModeRules,
  LOG_MODES,
  type LogMode,
  type LogModeRules,
  logModeOf,
  parseLogModeRules,
} from './events/log-mode.js';
export type { KeptOnGround } from './events/person-erasure.js';
export { type ReadEvent, readEvent } from './events/read-event.js';
export {
  type DueParts,
  defaultRetentionRules,
  dueForRetention,
  parseRetentionRules,
  type RetentionRule,
  type RetentionRules,
} from './events/retention.js';
export {
  type ChainCheck,
  type ChainFault,
  endChainCheck,
  startChainCheck,
  verifyChain,
} from './events/verify-chain.js';
export type { Notice, PermissionNeed, Plan } from './plan.js';
export { type AlertPolicy, parseAlertPolicy } from './presence/alert-policy.js';
export { type Capacity, parseCapacity } from './presence/capacity.js';
export type { CapacityCode } from './presence/capacity-order.js';
export type { Reached } from './presence/capacity-state.js';
export type { PresenceCode } from './presence/forgive.js';
export { type Muster, type MusterLine, musterCsv } from './presence/muster.js';
export type { Bearer, Presence } from './presence/presence.js';
export type { Json, JsonObject, RecordChanges, RecordKind, SiteRecord } from './record.js';
export { RECORD_KINDS } from './record.js';
export type { DoorObservation } from './zones/violation.js';
export { type Alarm, parseZone, type Zone, type ZoneMode } from './zones/zone.js';
export type { ModeOrder, ZoneCode } from './zones/zone-order.js';
export { type ZoneModeNow, type ZoneState, zoneModeAt } from './zones/zone-state.js';
