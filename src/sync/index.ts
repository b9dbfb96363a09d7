/** The sync score (`doorwright/sync`): what offline locks do not know yet, how dangerous that is, where to go. */
export type { Issue, IssueCode } from '../policy/issue.js';
export type { Parsed } from '../policy/parse.js';
export type { Outcome } from '../values/outcome.js';
export type { Applied } from './apply-event.js';
export { applyEvent, nextPolicyVersion } from './apply-event.js';
export { nextBundleSequence } from './bundles.js';
export type {
  BundleEvent,
  IssuedEvent,
  IssuedGrant,
  ReceiptFacts,
  SyncEvent,
  SyncRefusal,
  UnsafeChange,
  WidenedEvent,
} from './event.js';
export type { ExposureReason } from './exposure.js';
export {
  type DoorScore,
  type HolderScore,
  overviewOf,
  type RollUp,
  type SyncOverview,
  type SyncTask,
  type SyncView,
  scoreDoor,
} from './overview.js';
export { parseSyncState } from './parse-state.js';
export {
  type Colour,
  type PermissionScore,
  type Score,
  type SyncAction,
  type SyncReason,
  scorePermission,
} from './score.js';
export {
  type Alarm,
  type CarrierRecord,
  type DeviceRecord,
  type DoorRecord,
  emptyState,
  type GrantRecord,
  type IssuedVersion,
  type LockRecord,
  type OpenBundle,
  type PermissionChanges,
  type PermissionRecord,
  type ReceiptMark,
  type SyncState,
  type Widening,
} from './state.js';
export { tidy } from './tidy.js';
export type { NextVersion } from './versions.js';
