/**
 * Running a site (`doorwright/admin`): the pure workflows of administrators. They look at an engine and at
 * records, and answer with what is to be written. `doorwright/site` keeps it in a store.
 */

export type { Span } from '../values/instant.js';
export type { Outcome } from '../values/outcome.js';
export { type ApiKey, coversOperation } from './api-keys/api-key.js';
export type { CheckIn } from './check-ins/check-in.js';
export { BRAKE_DEFAULT, checkBrake, suspiciousLists } from './directory/brake.js';
export { type DirectoryCurrent, directoryCurrent } from './directory/current.js';
export {
  type DirectoryChanges,
  type DirectoryHand,
  directoryChanges,
} from './directory/directory-changes.js';
export type {
  DirectoryLine,
  DirectoryLineReason,
  DirectoryPlan,
} from './directory/directory-line.js';
export { type DirectoryGrants, directoryGrants, type GrantSpan } from './directory/grants.js';
export type { MatchRefusal } from './directory/match-members.js';
export { planDirectory } from './directory/plan-directory.js';
export {
  checkRulesFit,
  DIRECTORY_ROLES,
  type DirectoryRow,
  type DirectoryRowKind,
  type DirectoryRules,
  managedGroups,
  parseDirectoryRules,
} from './directory/rules.js';
export {
  countsOf,
  DIRECTORY_LISTS,
  type DirectoryBooking,
  type DirectoryCounts,
  type DirectoryDayPass,
  type DirectoryFloor,
  type DirectoryGroup,
  type DirectoryList,
  type DirectoryMember,
  type DirectoryMembership,
  type DirectoryResource,
  type DirectorySnapshot,
  type DirectoryThing,
  parseDirectorySnapshot,
} from './directory/snapshot.js';
export type { DirectoryReason } from './directory/span-union.js';
export { arrivalsFor, rememberArrival } from './door-state/arrivals.js';
export { decideAtDoor } from './door-state/decide-at-door.js';
export {
  type DoorRecord,
  doorRecordId,
  type EndedUnlock,
  encodeDoorRecord,
  NOTHING_REMEMBERED,
  parseDoorRecord,
} from './door-state/door-record.js';
export {
  type DoorCause,
  type DoorChange,
  type DoorFacts,
  type DoorState,
  doorChanges,
  doorState,
} from './door-state/door-state.js';
export { type EndUnlockCode, planEndUnlock, planResumeUnlock } from './door-state/end-unlock.js';
export type { DoorZone } from './door-state/zone-hold.js';
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
  type SealHost,
  type Sha256,
  sealEvents,
  type TextHash,
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
export { type CardRow, parseCardRow } from './import/card-rows.js';
export { csvLine, guardCell, unguardCell } from './import/cell.js';
export {
  type CardField,
  type Columns,
  cardColumns,
  type ExplicitColumns,
  type UserField,
  userColumns,
} from './import/columns.js';
export { type ExportHand, exportLines } from './import/export-rows.js';
export type { ColumnMap, ImportCode, ImportIssue, ImportRow } from './import/import-issue.js';
export type { ImportCounts, ImportKind } from './import/import-job.js';
export type { ImportHand, ImportPlan } from './import/import-plan.js';
export { type Found, PeopleIndex } from './import/people-index.js';
export { type CardPlanGround, planCardRows } from './import/plan-cards.js';
export { planUserRows, type UserPlanGround } from './import/plan-users.js';
export { parseUserRow, type RowRead, type UserRow } from './import/user-rows.js';
export {
  DEVICE_KINDS,
  type Device,
  type DeviceReport,
  type DeviceStatus,
  statusOfDevice,
} from './inventory/device.js';
export {
  TASK_KINDS,
  type TaskItem,
  type TaskKind,
  type VisitTask,
  visitTasks,
} from './inventory/tasks.js';
export { findLink, linkHash } from './links/find-link.js';
export type { LinkLifetime } from './links/lifetime.js';
export {
  encodeLinkTerms,
  isLinkUse,
  LINK_USES_MAX,
  type LinkTerms,
  linkUse,
  parseLinkTerms,
  planAfterUse,
} from './links/link-terms.js';
export { linkText, parseLinkText } from './links/link-text.js';
export {
  type LinkCode,
  type MadeLink,
  type NewLink,
  planCreateLink,
  planDeleteLink,
  planRevokeLink,
} from './links/links.js';
export {
  type LockdownCode,
  type LockdownEnd,
  type LockdownOrder,
  planEndLockdown,
  planLockdown,
} from './lockdown/lockdowns.js';
export { NOTICE_PREFERENCES, type NoticePreference } from './notices/preference.js';
export {
  type OfflineChange,
  type OfflineDoorChanges,
  offlineChanges,
  type PendingOfflineChange,
} from './offline/offline-changes.js';
export type { Notice, PermissionNeed, Plan } from './plan.js';
export { type AlertPolicy, parseAlertPolicy } from './presence/alert-policy.js';
export { type Capacity, parseCapacity } from './presence/capacity.js';
export type { CapacityCode } from './presence/capacity-order.js';
export type { Reached } from './presence/capacity-state.js';
export type { PresenceCode } from './presence/forgive.js';
export { type Muster, type MusterLine, musterCsv } from './presence/muster.js';
export type { Bearer, Presence } from './presence/presence.js';
export {
  type GrantCode,
  type Granted,
  type GrantOrder,
  planChangeValidity,
  planEnd,
  planGrant,
  planTransfer,
} from './provisioning/assignments.js';
export { type Badge, type BadgeCode, type BadgeOrder, planBadge } from './provisioning/badge.js';
export {
  assessBulkGrant,
  type BulkAssessment,
  type BulkCell,
  type BulkCounts,
  type BulkGrantOrder,
  type BulkPair,
  type BulkPlanning,
  grantableRoles,
} from './provisioning/bulk-grant.js';
export { type BulkJob, parseBulkJob } from './provisioning/bulk-job.js';
export type { BulkRefusal } from './provisioning/bulk-verdict.js';
export {
  type CredentialCode,
  type NewCredential,
  planAddCredential,
  planCredentialState,
  planRemoveCredential,
} from './provisioning/credentials.js';
export type { EnrolmentOffer, EnrolmentOrder, OfferCode } from './provisioning/enrolment-offer.js';
export type { Redemption, RedemptionCode } from './provisioning/enrolment-redemption.js';
export type { Existing } from './provisioning/existing.js';
export {
  type GroupChange,
  type GroupCode,
  type NewGroup,
  planChangeGroup,
  planCreateGroup,
  planDeleteGroup,
} from './provisioning/groups.js';
export type { Draft, Patch, Planning } from './provisioning/planning.js';
export type {
  ReaderEnrolmentCode,
  ReaderEnrolmentOrder,
} from './provisioning/reader-enrolment.js';
export {
  type MemberChange,
  type NewTeam,
  planChangeMembers,
  planCreateTeam,
  planDeleteTeam,
  type TeamCode,
} from './provisioning/teams.js';
export {
  type NewUser,
  planCreateUser,
  planSetUserActive,
  planUpdateUser,
  type UserCode,
  type UserPatch,
} from './provisioning/users.js';
export type { Json, JsonObject, RecordChanges, RecordKind, SiteRecord } from './record.js';
export { RECORD_KINDS } from './record.js';
export {
  duePeriod,
  periodOfReport,
  type ReportPeriod,
  type ReportSchedule,
} from './reports/report-schedule.js';
export {
  type HandOverOrder,
  planHandOver,
  planReturn,
  type TenancyCode,
} from './tenancy/tenancies.js';
export type { DoorObservation } from './zones/violation.js';
export { type Alarm, parseZone, type Zone, type ZoneMode } from './zones/zone.js';
export type { ModeOrder, ZoneCode } from './zones/zone-order.js';
export { type ZoneModeNow, type ZoneState, zoneModeAt } from './zones/zone-state.js';
